/** The conversation of a cycle once more, in one go: the same turns, but what tools answer is given, not read. */
import type { ContextItem } from '../../domain/context.js';
import { type Decision, noDecision } from '../../domain/decision.js';
import type { ToolAnswer } from '../../domain/turn.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import { buildRequest, type DecisionQuestion, repairBlocks } from '../../reasoning/build-request.js';
import { CALLS_A_TURN, continued, type Exchange, toolAnswers } from '../../reasoning/conversation.js';
import { type AskedTool, askedTools, readTurn, whyUnusable } from '../../reasoning/read-reply.js';
import type { AnsweredCall } from '../model-call.js';
import { saidSomething } from '../turns/exchanges.js';

export interface Outcome {
  readonly decision: Decision;
  /** Why there is none; null where there is one. */
  readonly failure: string | null;
  readonly calls: number;
  readonly costUsd: number;
  /** What tools gave. */
  readonly items: readonly ContextItem[];
}

export interface Talk {
  readonly question: DecisionQuestion;
  /** Turns in which the model may ask to read more. */
  readonly modelTurns: number;
  /** Makes the `n`th call; a refusal says why it was not made. */
  readonly call: (
    n: number,
    request: ModelRequest,
  ) => Promise<{ readonly done: AnsweredCall } | { readonly refusal: string }>;
  readonly answerTool: (asked: AskedTool) => Promise<ToolAnswer>;
}

export async function converse({ question, modelTurns, call, answerTool }: Talk): Promise<Outcome> {
  const exchanges: Exchange[] = [];
  const items: ContextItem[] = [];
  let repairs = 0;
  let costUsd = 0;
  const undecided = (failure: string, calls: number): Outcome => {
    return { decision: noDecision(failure), failure, calls, costUsd, items };
  };
  for (let n = 1; ; n += 1) {
    const mayAsk = repairs === 0 && n <= modelTurns;
    const made = await call(n, continued(buildRequest(question), exchanges, { mayAsk }));
    if ('refusal' in made) {
      return undecided(made.refusal, n - 1);
    }
    const { reply } = made.done;
    costUsd += made.done.costUsd;
    const known = new Set([...question.context.items, ...items].map(({ id }) => id));
    const reading = readTurn(reply, known, { mayAsk });
    if (reading.kind === 'decision') {
      return { decision: reading.decision, failure: null, calls: n, costUsd, items };
    }
    if (reading.kind === 'stopped') {
      return undecided(reading.why, n);
    }
    if (reading.kind === 'asked') {
      const answers = await answersOf(askedTools(reply.content), answerTool);
      items.push(...[...answers.values()].flatMap((answer) => answer.items));
      exchanges.push({
        content: reply.content,
        answer: toolAnswers(reply.content, answers, question.nonce),
      });
    } else if (repairs === 0) {
      repairs += 1;
      exchanges.push({ content: saidSomething(reply.content), answer: repairBlocks(reading.problems) });
    } else {
      return undecided(whyUnusable(reading.problems), n);
    }
  }
}

async function answersOf(
  asked: readonly AskedTool[],
  answerTool: Talk['answerTool'],
): Promise<ReadonlyMap<number, ToolAnswer>> {
  const answers = new Map<number, ToolAnswer>();
  for (const one of asked.slice(0, CALLS_A_TURN)) {
    answers.set(one.index, await answerTool(one));
  }
  return answers;
}
