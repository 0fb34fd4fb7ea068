/** From the first request to the next ones: what the model said, and what it is answered. */
import type { ToolAnswer } from '../domain/turn.js';
import type {
  AnswerBlock,
  ContentBlockParam,
  MessageParam,
  ModelRequest,
} from '../integrations/claude/claude.js';
import { CONTEXT_TOOL } from './build-request.js';
import { type AskedTool, askedTools } from './read-reply.js';
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
}

/** The conversation so far as one request. Without `mayAsk` the tools stay defined (and cached), and none may be used. */
export function continued(
  first: ModelRequest,
  exchanges: readonly Exchange[],
  { mayAsk }: { readonly mayAsk: boolean },
): ModelRequest {
  return {
    ...first,
    messages: [
      ...first.messages,
      ...exchanges.flatMap(({ content, answer }, index): MessageParam[] => [
        { role: 'assistant', content: [...content] },
        { role: 'user', content: index === exchanges.length - 1 ? cachedUpTo(answer) : [...answer] },
      ]),
    ],
    ...(mayAsk ? {} : { toolChoice: 'none' as const }),
  };
}

/** The turn after this one reads all of it. A first turn is mostly the last, and writing its context would cost a quarter more. */
function cachedUpTo(answer: readonly AnswerBlock[]): AnswerBlock[] {
  return answer.map((block, index) =>
    index === answer.length - 1 ? { ...block, cache_control: { type: 'ephemeral' } } : block,
  );
}

/** The answers to a reply's tool calls, each as data with the nonce of this conversation. */
export function toolAnswers(
  content: readonly ContentBlockParam[],
  answers: ReadonlyMap<number, ToolAnswer>,
  nonce: string,
): AnswerBlock[] {
  return askedTools(content).map((asked) => {
    const answer = answers.get(asked.index);
    const text =
      answer === undefined
        ? JSON.stringify({ nonce, refused: whyUnanswered(asked) })
        : answerText(answer, nonce);
    return {
      type: 'tool_result',
      tool_use_id: asked.id,
      content: text,
      ...(answer === undefined || answer.refused !== null ? { is_error: true } : {}),
    };
  });
}

function whyUnanswered({ name }: AskedTool): string {
  return name === CONTEXT_TOOL.name
    ? 'the context was given already'
    : `only ${CALLS_A_TURN} calls of a turn are carried out`;
}

function answerText({ refused, items, omitted }: ToolAnswer, nonce: string): string {
  if (refused !== null) {
    return visibleJson({ nonce, refused });
  }
  for (let kept = items.length; kept > 0; kept -= 1) {
    const left = items.length - kept;
    const notes = left === 0 ? omitted : [...omitted, `${left} more items: the answer would be too long`];
    const text = visibleJson({ nonce, ...shownItems(items.slice(0, kept)), omitted: notes });
    if (text.length <= ANSWER_LIMIT) {
      return text;
    }
  }
  return visibleJson({
    nonce,
    items: [],
    omitted: items.length === 0 ? omitted : ['the answer would be too long'],
  });
}
