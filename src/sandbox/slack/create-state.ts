import type { Scope } from '../scope.js';
import { createSlackDirectory } from './create-directory.js';
import { createSlackInteractions } from './create-interactions.js';
import { createSlackMessages } from './create-messages.js';
import { createSlackEvents } from './events.js';
import type { SlackState } from './state.js';

/** The simulated Slack over this store. */
export function createSlackState(scope: Scope): SlackState {
  const directory = createSlackDirectory(scope);
  const events = createSlackEvents(scope, directory);
  return {
    ...directory,
    ...createSlackMessages(scope, directory, events),
    ...createSlackInteractions(scope, directory),
  };
}
