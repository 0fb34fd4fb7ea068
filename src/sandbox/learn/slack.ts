import type { SandboxDeps } from '../deps.js';
import { at, isRecord, parseJson, textAt } from '../loose-json.js';
import type { Note } from './note.js';
import { learnMessage, learnThread } from './slack-messages.js';
import { learnChannel, learnSlackUser } from './slack-places.js';

/**
 * A Slack body: event callback, socket envelope, bare event, interaction or slash command, parsed or as the raw form:
 * its users, channel, message and the thread's first message.
 */
export function learnSlack(deps: SandboxDeps, body: unknown, note: Note): void {
  const payload = unwrapped(body);
  const event = isRecord(at(payload, 'event')) ? at(payload, 'event') : payload;
  const user = userOf(deps, event, note) ?? userOf(deps, payload, note);
  for (const other of [at(event, 'inviter'), at(event, 'item_user'), at(event, 'parent_user_id')]) {
    learnSlackUser(deps, other, note);
  }
  const channel = channelOf(deps, payload, event, user, note);
  if (channel === null) {
    return;
  }
  for (const message of messagesIn(event)) {
    learnMessage(deps, channel, message, user, note);
  }
  const thread = textAt(event, 'container', 'thread_ts') ?? textAt(event, 'assistant_thread', 'thread_ts');
  learnThread(deps, channel, thread ?? textAt(event, 'container', 'message_ts'), note);
}

/** The JSON inside a raw text, a form, or a socket envelope; anything else as it is. */
function unwrapped(body: unknown): unknown {
  const raw = typeof body === 'string' ? body : (at(body, 'raw') ?? at(body, 'raw_body'));
  if (typeof raw === 'string') {
    return unwrapped(parseJson(raw) ?? Object.fromEntries(new URLSearchParams(raw)));
  }
  const inner = at(body, 'payload');
  const parsed = typeof inner === 'string' ? parseJson(inner) : inner;
  return isRecord(parsed) ? parsed : body;
}

function userOf(deps: SandboxDeps, source: unknown, note: Note): string | null {
  const commandUser = { id: at(source, 'user_id'), name: at(source, 'user_name') };
  return (
    learnSlackUser(deps, at(source, 'user'), note) ??
    learnSlackUser(deps, commandUser, note) ??
    learnSlackUser(deps, at(source, 'assistant_thread', 'user_id'), note) ??
    learnSlackUser(deps, at(source, 'message', 'user'), note)
  );
}

function channelOf(
  deps: SandboxDeps,
  payload: unknown,
  event: unknown,
  user: string | null,
  note: Note,
): string | null {
  const named = at(event, 'channel');
  const candidates: readonly (readonly [unknown, unknown])[] = [
    [isRecord(named) ? at(named, 'id') : named, at(named, 'name')],
    [at(payload, 'channel_id'), at(payload, 'channel_name')],
    [at(event, 'container', 'channel_id'), null],
    [at(event, 'item', 'channel'), null],
    [at(event, 'assistant_thread', 'channel_id'), null],
  ];
  const found = candidates.find(([id]) => textAt(id) !== null);
  return found === undefined
    ? null
    : learnChannel(deps, textAt(found[0]) ?? '', textAt(found[1]), user, note);
}

/** The messages that stand after this event, oldest first: a deleted one does not. */
function messagesIn(event: unknown): readonly unknown[] {
  if (textAt(event, 'subtype') === 'message_deleted') {
    return [];
  }
  const own = ['message', 'app_mention'].includes(textAt(event, 'type') ?? '') ? [event] : [];
  const nested = [at(event, 'root'), at(event, 'message')].filter(isRecord);
  const replaced = nested.length > 0 && textAt(event, 'text') === null;
  return replaced ? nested : [...nested, ...own];
}
