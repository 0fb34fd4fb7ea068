/** From the first request to the next ones: what the model said, and what it is answered. */
import type { ToolAnswer } from '../domain/turn.js';
import type {
  AnswerBlock,
  ContentBlockParam,
  MessageParam,
  ModelRequest,
} from '../integrations/claude/claude.js';
import { CONTEXT_TOOL, repairBlocks } from './build-request.js';
import { type AskedTool, askedTools, type Reading } from './read-reply.js';
import { shownItems } from './shown.js';
import { visibleJson } from './visible-json.js';

/** Longest answer of a tool, in characters: what is further down is left out, and said so. */
export const ANSWER_LIMIT = 20_000;
/** Tool calls of one reply that are carried out. */
export const CALLS_A_TURN = 4;

/** One turn that is over: the reply's content, verbatim, and the blocks that answer it. */
export interface Exchange {
  readonly content: readonly ContentBlockParam[];
  readonly answer: readonly AnswerBlock[];
  /** May the next turn read more? If not, it has to decide. */
  readonly mayGoOn: boolean;
}

/** What a conversation came to so far: turns that read more, and turns that have to be made up for. */
export interface Progress {
  readonly asks: number;
  readonly repairs: number;
}

/** @param modelTurns turns in which the model may ask to read more */
export function mayAsk({ asks, repairs }: Progress, modelTurns: number): boolean {
  return repairs === 0 && asks < modelTurns;
}

/** The conversation so far as one request. */
export function continued(first: ModelRequest, exchanges: readonly Exchange[]): ModelRequest {
  return exchanges.reduce(goneOn, first);
}

/**
 * What was sent, and behind it what was said to it. Nothing before the end changes, not even by a word: what the model thought
 * counts only over what it was shown (platform.claude.com/docs, preserved thinking), and the cache too. Whether tools may still be
 * used is said in words and seen to by code: another `tool_choice` would drop all that the cache holds of the messages.
 */
export function goneOn(sent: ModelRequest, { content, answer, mayGoOn }: Exchange): ModelRequest {
  const [first, ...later] = sent.messages;
  const before = mayGoOn ? later.map(unmarked) : later;
  return {
    ...sent,
    messages: [
      ...(first === undefined ? [] : [first]),
      ...before,
      { role: 'assistant', content: [...content] },
      { role: 'user', content: mayGoOn ? cachedUpTo(answer) : [...answer] },
    ],
  };
}

/**
 * The turn after this one reads all of it. A first turn is mostly the last, and so is one that has to decide: writing costs a quarter
 * more than reading plainly. Those that have to decide read what the turn before them wrote.
 */
function cachedUpTo(answer: readonly AnswerBlock[]): AnswerBlock[] {
  return answer.map((block, index) =>
    index === answer.length - 1 ? { ...block, cache_control: { type: 'ephemeral' } } : block,
  );
}

/** A request has four marks at the most; what is marked is no part of what was shown. */
function unmarked(message: MessageParam): MessageParam {
  return message.role !== 'user' || typeof message.content === 'string'
    ? message
    : { role: 'user', content: message.content.map(withoutMark) };
}

function withoutMark(block: ContentBlockParam): ContentBlockParam {
  if (!('cache_control' in block)) {
    return block;
  }
  const { cache_control: _mark, ...rest } = block;
  return rest;
}

/** The same request where nothing more may be read: what there is to read stands in it. */
export function toldToDecide(request: ModelRequest): ModelRequest {
  const last = request.messages.at(-1);
  if (last?.role !== 'user' || typeof last.content === 'string') {
    return request;
  }
  const told: MessageParam = { role: 'user', content: [...last.content, NO_MORE] };
  return { ...request, messages: [...request.messages.slice(0, -1), told] };
}

const NO_MORE: AnswerBlock = {
  type: 'text',
  text: 'You cannot read any more. Answer now with the JSON object, from what you have; calls of tools are not carried out.',
};

/** A reply that asked to read more, and what that gave. */
export function readingExchange(
  content: readonly ContentBlockParam[],
  answers: ReadonlyMap<number, ToolAnswer>,
  { nonce, mayGoOn }: { readonly nonce: string; readonly mayGoOn: boolean },
): Exchange {
  const read = toolAnswers(content, answers, { nonce, isOver: false });
  return { content, answer: mayGoOn ? read : [...read, NO_MORE], mayGoOn };
}

/**
 * A reply that cannot be used: it is told what is wrong with it, or, where it asked to read more although it had to decide, that nothing
 * is read.
 */
export function repairExchange(
  content: readonly ContentBlockParam[],
  reading: Reading,
  nonce: string,
): Exchange {
  if (askedTools(content).length > 0) {
    const refused = toolAnswers(content, new Map(), { nonce, isOver: true });
    return { content, answer: [...refused, NO_MORE], mayGoOn: false };
  }
  const problems = reading.kind === 'unreadable' ? reading.problems : [];
  return { content: saidSomething(content), answer: repairBlocks(problems), mayGoOn: false };
}

/** The API takes no message without content, and no empty text. */
function saidSomething(content: readonly ContentBlockParam[]): readonly ContentBlockParam[] {
  const blocks = content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  return blocks.length === 0 ? [{ type: 'text', text: '(empty)' }] : blocks;
}

/** The answers to a reply's tool calls, each as data with the nonce of this conversation. */
function toolAnswers(
  content: readonly ContentBlockParam[],
  answers: ReadonlyMap<number, ToolAnswer>,
  { nonce, isOver }: { readonly nonce: string; readonly isOver: boolean },
): AnswerBlock[] {
  return askedTools(content).map((asked) => {
    const answer = answers.get(asked.index);
    const text =
      answer === undefined
        ? JSON.stringify({ nonce, refused: isOver ? NOTHING_MORE : whyUnanswered(asked) })
        : answerText(shownAnswer(answer, nonce), nonce);
    return {
      type: 'tool_result',
      tool_use_id: asked.id,
      content: text,
      ...(answer === undefined || answer.refused !== null ? { is_error: true } : {}),
    };
  });
}

const NOTHING_MORE = 'nothing more is read for this event';

function whyUnanswered({ name }: AskedTool): string {
  return name === CONTEXT_TOOL.name
    ? 'the context was given already'
    : `only ${CALLS_A_TURN} calls of a turn are carried out`;
}

/** As much of an answer as is shown: the items that fit, in their order, and what was left out. Nothing else of it was read. */
export function shownAnswer(answer: ToolAnswer, nonce: string): ToolAnswer {
  const { items, omitted } = answer;
  for (let kept = items.length; kept > 0; kept -= 1) {
    const left = items.length - kept;
    const notes = left === 0 ? omitted : [...omitted, `${left} more items: the answer would be too long`];
    const shown = { ...answer, items: items.slice(0, kept), omitted: notes };
    if (answerText(shown, nonce).length <= ANSWER_LIMIT) {
      return shown;
    }
  }
  return items.length === 0 ? answer : { ...answer, items: [], omitted: ['the answer would be too long'] };
}

function answerText({ refused, items, omitted }: ToolAnswer, nonce: string): string {
  return visibleJson(
    refused === null
      ? { nonce, ...(items.length === 0 ? { items } : shownItems(items)), omitted }
      : { nonce, refused },
  );
}
