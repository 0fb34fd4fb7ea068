/** The turns of before, read back from the mirror: what the model said, and what its tools answered. */
import type { ContextItem } from '../../domain/context.js';
import type { FinishedTurn, ToolAnswer } from '../../domain/turn.js';
import type { ContentBlockParam } from '../../integrations/claude/claude.js';
import { repairBlocks } from '../../reasoning/build-request.js';
import { type Exchange, toolAnswers } from '../../reasoning/conversation.js';
import { askedTools, readReply, storedReply } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';

export interface Conversation {
  readonly exchanges: readonly Exchange[];
  /** What tools read, in the order in which it was asked for. */
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  /** Replies that could not be read. */
  readonly repairs: number;
}

type Blobs = Pick<ActivityDeps['mirror'], 'getBlob'>;

/** Null where a turn cannot be read back: its reply was withheld, or the database was replaced meanwhile. */
export async function conversationOf(
  mirror: Blobs,
  turns: readonly FinishedTurn[],
  { itemIds, nonce }: { readonly itemIds: ReadonlySet<string>; readonly nonce: string },
): Promise<Conversation | null> {
  const exchanges: Exchange[] = [];
  const answered: ToolAnswer[] = [];
  let repairs = 0;
  for (const turn of turns) {
    const reply = storedReply(await readJson(mirror, turn.reply));
    const answers = await answersOf(mirror, turn);
    if (reply === null || answers === null) {
      return null;
    }
    if (askedTools(reply.content).length > 0) {
      answered.push(...answers.values());
      exchanges.push({ content: reply.content, answer: toolAnswers(reply.content, answers, nonce) });
    } else {
      repairs += 1;
      const reading = readReply(reply, new Set([...itemIds, ...idsOf(answered)]));
      const problems = reading.kind === 'unreadable' ? reading.problems : [];
      exchanges.push({ content: saidSomething(reply.content), answer: repairBlocks(problems) });
    }
  }
  return {
    exchanges,
    items: answered.flatMap(({ items }) => items),
    omitted: answered.flatMap(({ omitted }) => omitted),
    repairs,
  };
}

function idsOf(answers: readonly ToolAnswer[]): readonly string[] {
  return answers.flatMap(({ items }) => items.map(({ id }) => id));
}

/** The API takes no message without content, and no empty text. */
export function saidSomething(content: readonly ContentBlockParam[]): readonly ContentBlockParam[] {
  const blocks = content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  return blocks.length === 0 ? [{ type: 'text', text: '(empty)' }] : blocks;
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
