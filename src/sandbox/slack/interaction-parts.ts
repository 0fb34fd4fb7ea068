/** What every interaction carries: who did it, and what opens a modal. */
import { randomUUID } from 'node:crypto';
import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import type { Json } from './render.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

/** A trigger opens a modal only so soon; the real Slack says 3 seconds. Milliseconds. */
const TRIGGER_LIVES = 3_000;

export function person(directory: SlackDirectoryState, by: string): Json {
  const name = directory.findUser(by)?.name ?? by;
  return {
    user: { id: by, username: name, name, team_id: SLACK_TEAM.id },
    api_app_id: SLACK_APP_ID,
    token: 'sandbox-verification-token',
    team: { id: SLACK_TEAM.id, domain: SLACK_TEAM.domain },
  };
}

export function newTrigger({ store, clock }: Scope, user: string): string {
  const now = clock().getTime();
  const id = `${now}.${store.nextNumber('slack.trigger', 1)}.${randomUUID().replaceAll('-', '')}`;
  store.put('slack', 'trigger', id, { user, until: now + TRIGGER_LIVES });
  return id;
}
