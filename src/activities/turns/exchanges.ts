/** The turns of before, read back from the mirror: what the model said, and what its tools answered. */
import type { ContextItem } from '../../domain/context.js';
import type { FinishedTurn, ToolAnswer } from '../../domain/turn.js';
import {
  type Exchange,
  mayAsk,
  type Progress,
  readingExchange,
  repairExchange,
} from '../../reasoning/conversation.js';
import { askedTools, readReply, storedReply } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';

export interface Conversation {
  readonly exchanges: readonly Exchange[];
  /** What tools read, in the order in which it was asked for. */
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  /** May the turn that follows ask to read more? */
  readonly mayAsk: boolean;
  /** Replies that could not be read, or that asked for tools where they had to decide. */
  readonly repairs: number;
}

type Blobs = Pick<ActivityDeps['mirror'], 'getBlob'>;

interface Spoken {
  readonly itemIds: ReadonlySet<string>;
  readonly nonce: string;
  /** Turns in which the model may ask to read more. */
  readonly modelTurns: number;
}

/** Null where a turn cannot be read back: its reply was withheld, or the database was replaced meanwhile. */
export async function conversationOf(
  mirror: Blobs,
  turns: readonly FinishedTurn[],
  { itemIds, nonce, modelTurns }: Spoken,
): Promise<Conversation | null> {
  const exchanges: Exchange[] = [];
  const answered: ToolAnswer[] = [];
  let progress: Progress = { asks: 0, repairs: 0 };
  for (const turn of turns) {
    const reply = storedReply(await readJson(mirror, turn.reply));
    const answers = await answersOf(mirror, turn);
    if (reply === null || answers === null) {
      return null;
    }
    const isAsking = askedTools(reply.content).length > 0;
    // What was read was read, whatever the limit is by now.
    if (isAsking && (turn.results.length > 0 || mayAsk(progress, modelTurns))) {
      progress = { ...progress, asks: progress.asks + 1 };
      answered.push(...answers.values());
      const mayGoOn = mayAsk(progress, modelTurns);
      exchanges.push(readingExchange(reply.content, answers, { nonce, mayGoOn }));
    } else {
      progress = { ...progress, repairs: progress.repairs + 1 };
      const reading = readReply(reply, new Set([...itemIds, ...idsOf(answered)]));
      exchanges.push(repairExchange(reply.content, reading, nonce));
    }
  }
  return {
    exchanges,
    items: answered.flatMap(({ items }) => items),
    omitted: answered.flatMap(({ omitted }) => omitted),
    mayAsk: mayAsk(progress, modelTurns),
    repairs: progress.repairs,
  };
}

function idsOf(answers: readonly ToolAnswer[]): readonly string[] {
  return answers.flatMap(({ items }) => items.map(({ id }) => id));
}

async function answersOf(
  mirror: Blobs,
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
