/** The simulated Slack as plain functions. `save…` stores silently; everything else acts as the user `by` (id) and sends the event. */
import type { SlackDirectoryState } from './directory.js';
import type { SlackInteractionState } from './interactions.js';
import type { SlackMessageState } from './messages.js';

export type SlackState = SlackDirectoryState & SlackMessageState & SlackInteractionState;
