/** Slack sends three shapes: events as JSON, interactions and slash commands as forms. A file may hold any of them. */
import { member } from './api-client.js';

export interface SlackFile {
  readonly path: '/webhooks/slack' | '/webhooks/slack/interactions' | '/webhooks/slack/commands';
  readonly contentType: string;
  readonly body: Buffer;
  readonly content: unknown;
}

const FORM = 'application/x-www-form-urlencoded';
const INTERACTIONS = new Set([
  'block_actions',
  'block_suggestion',
  'dialog_cancellation',
  'dialog_submission',
  'interactive_message',
  'message_action',
  'shortcut',
  'view_closed',
  'view_submission',
  'workflow_step_edit',
]);

/** Reads JSON of any of the three shapes, a recording `{content_type, raw_body}`, a socket-mode envelope, or a raw form. */
export function readSlackFile(file: Buffer): SlackFile {
  const content = tryJson(file.toString('utf8'));
  if (content === undefined) {
    return readForm(file.toString('utf8').trim());
  }
  const raw = member(content, 'raw_body');
  if (typeof raw === 'string') {
    const inner = tryJson(raw);
    return inner === undefined ? readForm(raw) : readJson(inner, Buffer.from(raw));
  }
  if (member(content, 'envelope_id') !== undefined && member(content, 'payload') !== undefined) {
    const payload = member(content, 'payload');
    return readJson(payload, Buffer.from(JSON.stringify(payload)));
  }
  return readJson(content, file);
}

function readJson(content: unknown, bytes: Buffer): SlackFile {
  const type = member(content, 'type');
  if (typeof type === 'string' && INTERACTIONS.has(type)) {
    const body = new URLSearchParams({ payload: JSON.stringify(content) }).toString();
    return { path: '/webhooks/slack/interactions', contentType: FORM, body: Buffer.from(body), content };
  }
  if (typeof member(content, 'command') === 'string') {
    const body = new URLSearchParams(textMembers(content)).toString();
    return { path: '/webhooks/slack/commands', contentType: FORM, body: Buffer.from(body), content };
  }
  return { path: '/webhooks/slack', contentType: 'application/json', body: bytes, content };
}

function readForm(text: string): SlackFile {
  const fields = Object.fromEntries(new URLSearchParams(text));
  const payload = fields['payload'];
  return payload === undefined
    ? { path: '/webhooks/slack/commands', contentType: FORM, body: Buffer.from(text), content: fields }
    : {
        path: '/webhooks/slack/interactions',
        contentType: FORM,
        body: Buffer.from(text),
        content: tryJson(payload) ?? fields,
      };
}

function textMembers(content: unknown): [string, string][] {
  return Object.entries(content ?? {}).flatMap(([key, value]): [string, string][] =>
    value === null || typeof value === 'object' ? [] : [[key, String(value)]],
  );
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
