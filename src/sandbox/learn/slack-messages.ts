import type { SandboxDeps } from '../deps.js';
import { at, textAt } from '../loose-json.js';
import type { Note } from './note.js';
import { learnSlackUser } from './slack-places.js';

/** What stands for a thread's first message where no body carried it. */
const UNKNOWN_TEXT = '(an earlier message that the sandbox was not told)';

/** A message with its thread; a known one stays, unless only its place was known so far. */
export function learnMessage(
  deps: SandboxDeps,
  channel: string,
  raw: unknown,
  user: string | null,
  note: Note,
): void {
  const ts = textAt(raw, 'ts');
  if (ts === null || !/^\d+\.\d+$/.test(ts)) {
    return;
  }
  const threadTs = textAt(raw, 'thread_ts');
  learnThread(deps, channel, threadTs === ts ? null : threadTs, note);
  const author = learnSlackUser(deps, at(raw, 'user'), note) ?? textAt(raw, 'bot_id') ?? user ?? 'unknown';
  note(`message ${ts} in ${channel}`);
  const known = deps.slack.findMessage(channel, ts);
  if (known !== null && known.text !== UNKNOWN_TEXT) {
    return;
  }
  const blocks = at(raw, 'blocks');
  deps.slack.saveMessage({
    channel,
    ts,
    threadTs,
    user: author,
    botId: textAt(raw, 'bot_id'),
    text: textAt(raw, 'text') ?? '',
    blocks: Array.isArray(blocks) ? (blocks as unknown[]) : null,
    metadata: null,
    editedTs: textAt(raw, 'edited', 'ts'),
    reactions: [],
    clientMsgId: textAt(raw, 'client_msg_id'),
  });
}

/** A thread's first message, by its place, so that replies find their thread. */
export function learnThread(deps: SandboxDeps, channel: string, ts: string | null, note: Note): void {
  if (ts === null || !/^\d+\.\d+$/.test(ts)) {
    return;
  }
  note(`thread ${ts} in ${channel}`);
  if (deps.slack.findMessage(channel, ts) === null) {
    deps.slack.saveMessage({
      channel,
      ts,
      threadTs: null,
      user: 'USLACKBOT',
      botId: null,
      text: UNKNOWN_TEXT,
      blocks: null,
      metadata: null,
      editedTs: null,
      reactions: [],
      clientMsgId: null,
    });
  }
}
