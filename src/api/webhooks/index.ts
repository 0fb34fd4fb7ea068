/** The table of webhook sources: a source added to `EventSource` must name its doors here. */
import type { EventSource } from '../../domain/event.js';
import { bitbucketDoor } from './bitbucket.js';
import type { WebhookDoor } from './door.js';
import { jiraDoor } from './jira.js';
import { slackCommandsDoor, slackEventsDoor, slackInteractionsDoor } from './slack.js';

export const WEBHOOK_DOORS: { readonly [S in EventSource]: readonly WebhookDoor[] } = {
  jira: [jiraDoor],
  bitbucket: [bitbucketDoor],
  slack: [slackEventsDoor, slackInteractionsDoor, slackCommandsDoor],
};

export function allDoors(): readonly WebhookDoor[] {
  return Object.values(WEBHOOK_DOORS).flat();
}
