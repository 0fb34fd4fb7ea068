/** The turns of before, read back from the mirror: what was sent last, what the model said to it, and what its tools answered. */
import type { ContextItem } from '../../domain/context.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { FinishedTurn, ToolAnswer } from '../../domain/turn.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import {
  goneOn,
  mayAsk,
  type Progress,
  readingExchange,
  repairExchange,
  shownAnswer,
} from '../../reasoning/conversation.js';
import type { Prompt } from '../../reasoning/prompt.js';
import { askedTools, readReply, storedReply } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';
import { placeOfTurn } from './place.js';

/** The purpose of a call that begins the conversation anew, because the model does not take back what it thought. */
export const ANEW = 'begin anew';

/** What a turn sends, and under whose words. */
export interface Spoken {
  readonly request: ModelRequest;
  /** Of the build that began the conversation. */
  readonly prompt: Pick<Prompt, 'id' | 'version'>;
}

export interface Conversation {
  /** What was sent last, gone on by its answer. Null before the first turn, and where the ledger does not know what was sent. */
  readonly spoken: Spoken | null;
  /** What tools read and the model was shown, in the order in which it was asked for. */
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  /** May the turn that follows ask to read more? */
  readonly mayAsk: boolean;
  readonly progress: Progress;
  /** Was it begun anew already? */
  readonly isAnew: boolean;
}

export const NOTHING_SAID: Conversation = {
  spoken: null,
  items: [],
  omitted: [],
  mayAsk: false,
  progress: { asks: 0, repairs: 0 },
  isAnew: false,
};

type Reading = Pick<ActivityDeps, 'requestOf'> & {
  readonly mirror: Pick<ActivityDeps['mirror'], 'getBlob' | 'sentIn'>;
};

interface Known {
  readonly itemIds: ReadonlySet<string>;
  readonly nonce: string;
  /** Turns in which the model may ask to read more. */
  readonly modelTurns: number;
}

/** Null where a turn cannot be read back: its reply was withheld, or the database was replaced meanwhile. */
export async function conversationOf(
  deps: Reading,
  cycle: CycleInput,
  turns: readonly FinishedTurn[],
  known: Known,
): Promise<Conversation | null> {
  let conversation: Conversation = {
    ...NOTHING_SAID,
    mayAsk: mayAsk(NOTHING_SAID.progress, known.modelTurns),
  };
  for (const [index, turn] of turns.entries()) {
    const reply = storedReply(await readJson(deps.mirror, turn.reply));
    const answers = await answersOf(deps.mirror, turn);
    if (reply === null || answers === null) {
      return null;
    }
    const sent = await sentIn(deps, cycle, turns.slice(0, index), turn);
    const before = sent?.purpose === ANEW ? begunAnew(conversation, known) : conversation;
    conversation = after(before, { sent, reply, answers }, known);
  }
  return conversation;
}

/** Anew: what was read stays read; a reply that could not be used says nothing of the replies to come. */
export function begunAnew(
  conversation: Conversation,
  { modelTurns }: Pick<Known, 'modelTurns'>,
): Conversation {
  const progress = { ...conversation.progress, repairs: 0 };
  return { ...conversation, progress, mayAsk: mayAsk(progress, modelTurns), isAnew: true };
}

interface Past {
  readonly sent: Spoken | null;
  readonly reply: NonNullable<ReturnType<typeof storedReply>>;
  readonly answers: ReadonlyMap<number, ToolAnswer>;
}

function after(
  before: Conversation,
  { sent, reply, answers }: Past,
  { itemIds, nonce, modelTurns }: Known,
): Conversation {
  // What was read was read, whatever the limit is by now.
  const isRead = answers.size > 0 || (before.mayAsk && askedTools(reply.content).length > 0);
  const { asks, repairs } = before.progress;
  const progress = isRead ? { asks: asks + 1, repairs } : { asks, repairs: repairs + 1 };
  const may = mayAsk(progress, modelTurns);
  const shown = [...answers.values()].map((answer) => shownAnswer(answer, nonce));
  const said = isRead
    ? readingExchange(reply.content, answers, { nonce, mayGoOn: may })
    : repairExchange(reply.content, readReply(reply, idsOf(before, itemIds)), nonce);
  return {
    ...before,
    spoken: sent === null ? null : { prompt: sent.prompt, request: goneOn(sent.request, said) },
    items: [...before.items, ...shown.flatMap(({ items }) => items)],
    omitted: [...before.omitted, ...shown.flatMap(({ omitted }) => omitted)],
    progress,
    mayAsk: may,
  };
}

/** What was sent in this turn, as it left; null where the ledger does not know it. */
async function sentIn(
  { mirror, requestOf }: Reading,
  cycle: CycleInput,
  before: readonly FinishedTurn[],
  { reply }: FinishedTurn,
): Promise<(Spoken & { readonly purpose: string }) | null> {
  const place = placeOfTurn(cycle, before);
  const call = await mirror.sentIn({ cycleId: cycle.cycleId, place, replyHash: reply });
  const request = call === null ? null : requestOf(await readJson(mirror, call.promptHash));
  return call === null || request === null
    ? null
    : { request, prompt: { id: call.promptId, version: call.promptVersion }, purpose: call.purpose };
}

function idsOf({ items }: Conversation, itemIds: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...itemIds, ...items.map(({ id }) => id)]);
}

async function answersOf(
  mirror: Reading['mirror'],
  { results }: FinishedTurn,
): Promise<ReadonlyMap<number, ToolAnswer> | null> {
  const answers = new Map<number, ToolAnswer>();
  for (const { index, hash } of results) {
    const answer = await readJson(mirror, hash);
    if (answer === null) {
      return null;
    }
    answers.set(index, answer as ToolAnswer);
  }
  return answers;
}
