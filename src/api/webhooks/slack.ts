/** Slack's three addresses: events (JSON), interactions (a form with one JSON field), slash commands (a flat form). */
import type { WebhookDoor } from './door.js';
import { decodeFlatForm, decodePayloadForm } from './form-body.js';
import { decodeJson } from './json-body.js';
import { parseApprovalClick } from './slack-approvals.js';
import { commandName, parseCommand } from './slack-commands.js';
import { parseSlackEvent, slackChallenge, slackEventName } from './slack-events.js';
import { interactionName, parseInteraction } from './slack-interactions.js';
import { slackClaim } from './slack-signature.js';

const common = {
  source: 'slack',
  bodyLimit: 1024 * 1024,
  claimOf: slackClaim,
  // Slack tries anything but 2xx three times more; a body that cannot be read now cannot be read then.
  finalHeaders: { 'X-Slack-No-Retry': '1' },
} as const;

/** Slack's forms. */
const form = {
  contentType: 'application/x-www-form-urlencoded',
  holdsCapabilities: true,
  unreadableStatus: 400,
  deliveryId: () => null,
} as const;

export const slackEventsDoor: WebhookDoor = {
  ...common,
  path: '/webhooks/slack',
  summary: 'Slack Events API, signed with X-Slack-Signature; echoes a signed url_verification challenge',
  contentType: 'application/json',
  // Anything but 2xx makes Slack send the same unreadable body three times more.
  unreadableStatus: 200,
  decode: decodeJson,
  deliveryId: (_headers, body) => {
    const id = body['event_id'];
    return typeof id === 'string' && id !== '' ? id : null;
  },
  eventName: (_headers, body) => slackEventName(body),
  parse: (_headers, body, threads) => parseSlackEvent(body, threads),
  challenge: slackChallenge,
};

export const slackInteractionsDoor: WebhookDoor = {
  ...common,
  ...form,
  path: '/webhooks/slack/interactions',
  summary: 'Slack interactivity (buttons, forms, shortcuts), signed with X-Slack-Signature',
  decode: decodePayloadForm,
  eventName: (_headers, body) => interactionName(body),
  parse: (_headers, body) => parseApprovalClick(body) ?? parseInteraction(body),
};

export const slackCommandsDoor: WebhookDoor = {
  ...common,
  ...form,
  path: '/webhooks/slack/commands',
  summary: 'Slack slash commands, signed with X-Slack-Signature',
  decode: decodeFlatForm,
  eventName: (_headers, body) => commandName(body),
  parse: (_headers, body) => parseCommand(body),
  acceptedExtras: { response_type: 'ephemeral', text: 'On it. The answer comes here in a moment.' },
};
