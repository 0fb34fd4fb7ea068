/** Exact replies for tests: a list of entries, kept in the store so that it survives a restart. */
import { at, isRecord, type JsonRecord, textAt } from '../loose-json.js';
import type { Store } from '../store.js';
import { errorAnswer, messageAnswer, textBlock, type WireAnswer } from './message.js';
import { signed } from './thinking.js';
import type { Usage } from './usage.js';

/** One entry as it was posted, with how often it has answered. */
export interface ScriptEntry {
  /** Regular expression over the request's JSON text; absent: every request. */
  readonly match: string | null;
  readonly reply: unknown;
  /** HTTP status of an error reply; null: as its type says. */
  readonly status: number | null;
  /** How often it answers; null: see `nextReply`. */
  readonly times: number | null;
  readonly used: number;
}

export interface Script {
  entries(): readonly ScriptEntry[];
  /** Replaces the script. Throws `ScriptError` on an entry that cannot be used. */
  replace(entries: unknown): readonly ScriptEntry[];
  /**
   * The entry that answers this request, counted as used; null where none does. The first entry that matches decides;
   * entries with the same `match` are a sequence: each answers once in order (or `times` times), and a last one
   * without `times` stays. The first look (triage) is answered only by entries whose `match` names it.
   */
  next(requestText: string, about?: { readonly triage: boolean }): ScriptEntry | null;
}

/** Says which entry is wrong and what to write instead. */
export class ScriptError extends Error {}

const VENDOR = 'anthropic';
const KIND = 'script';

export function createScript(store: Store): Script {
  const entries = (): ScriptEntry[] => store.list<ScriptEntry>(VENDOR, KIND);
  return {
    entries,
    replace: (posted) => {
      if (!Array.isArray(posted)) {
        throw new ScriptError('The script is a list: [{"match": "…", "reply": "…"}]; [] clears it.');
      }
      const parsed = posted.map((entry: unknown, index) => toEntry(entry, index));
      store.transaction(() => {
        store.removeAll(VENDOR, KIND);
        parsed.forEach((entry, index) => store.put(VENDOR, KIND, String(index), entry));
      });
      return parsed;
    },
    next: (requestText, { triage } = { triage: false }) =>
      store.transaction(() => {
        const all = entries();
        const index = indexFor(all, requestText, triage);
        const entry = all[index];
        if (entry === undefined) {
          return null;
        }
        store.put(VENDOR, KIND, String(index), { ...entry, used: entry.used + 1 });
        return entry;
      }),
  };
}

function indexFor(all: readonly ScriptEntry[], requestText: string, triage: boolean): number {
  const tried = new Set<string | null>();
  for (const { match } of all) {
    if (
      triage !== namesTriage(match) ||
      tried.has(match) ||
      (match !== null && !new RegExp(match).test(requestText))
    ) {
      continue;
    }
    tried.add(match);
    const sequence = all
      .map((entry, index) => ({ entry, index }))
      .filter(({ entry }) => entry.match === match);
    const turn =
      sequence.find(({ entry }) => entry.used < (entry.times ?? 1)) ??
      sequence.findLast(({ entry }, position) => entry.times === null && position === sequence.length - 1);
    if (turn !== undefined) {
      return turn.index;
    }
  }
  return -1;
}

function namesTriage(match: string | null): boolean {
  return match?.includes('triage') ?? false;
}

function toEntry(entry: unknown, index: number): ScriptEntry {
  const where = `Entry ${index + 1} of the script`;
  if (!isRecord(entry) || entry.reply === undefined) {
    throw new ScriptError(`${where} has no "reply": give a text, a message, an error or any JSON object.`);
  }
  const { match = null, times = null, status = null } = entry;
  if (match !== null && !isRegularExpression(match)) {
    throw new ScriptError(`${where}: "match" is not a regular expression.`);
  }
  if (times !== null && !isWhole(times, 1, Number.MAX_SAFE_INTEGER)) {
    throw new ScriptError(`${where}: "times" must be a whole number from 1.`);
  }
  if (status !== null && !isWhole(status, 200, 599)) {
    throw new ScriptError(`${where}: "status" must be an HTTP status from 200 to 599.`);
  }
  return { match, times, status, reply: entry.reply, used: 0 };
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isRegularExpression(value: unknown): value is string {
  try {
    return typeof value === 'string' && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The HTTP answer that an entry stands for. */
export function answerOf(entry: ScriptEntry, request: unknown, usage: Usage, requestId: string): WireAnswer {
  const { reply } = entry;
  const status = entry.status ?? undefined;
  if (isRecord(reply) && reply.type === 'error') {
    const type = textAt(reply, 'error', 'type') ?? 'api_error';
    return errorAnswer(type, textAt(reply, 'error', 'message') ?? 'Scripted error', requestId, status);
  }
  const answer =
    isRecord(reply) && (reply.type === 'message' || Array.isArray(reply.content))
      ? givenMessage(reply, request, usage)
      : messageAnswer(request, usage, [textBlock(typeof reply === 'string' ? reply : JSON.stringify(reply))]);
  return status === undefined ? answer : { ...answer, status };
}

/** The message as scripted; a scripted `usage` wins member by member. */
function givenMessage(reply: JsonRecord, request: unknown, usage: Usage): WireAnswer {
  const content = Array.isArray(reply.content) ? signed(request, reply.content as readonly unknown[]) : [];
  const made = messageAnswer(request, usage, content, { ...reply, type: 'message', content });
  const counted = at(messageAnswer(request, usage, content).body, 'usage');
  return {
    ...made,
    body: {
      ...made.body,
      usage: { ...(isRecord(counted) ? counted : {}), ...(isRecord(reply.usage) ? reply.usage : {}) },
    },
  };
}
