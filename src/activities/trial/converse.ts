/** The conversation of a cycle once more, in one go: the same turns, but what tools answer is given, not read. */
import type { ContextItem } from '../../domain/context.js';
import { type Decision, noDecision } from '../../domain/decision.js';
import type { ToolAnswer } from '../../domain/turn.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import { buildRequest, type DecisionQuestion } from '../../reasoning/build-request.js';
import {
  CALLS_A_TURN,
  continued,
  type Exchange,
  mayAsk,
  type Progress,
  readingExchange,
  repairExchange,
  shownAnswer,
} from '../../reasoning/conversation.js';
import {
  type AskedTool,
  askedTools,
  isWorthRepair,
  readTurn,
  whyUnusable,
} from '../../reasoning/read-reply.js';
import type { Answered } from './trial-call.js';

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
  ) => Promise<{ readonly done: Answered } | { readonly refusal: string }>;
  readonly answerTool: (asked: AskedTool) => Promise<ToolAnswer>;
}

export async function converse({ question, modelTurns, call, answerTool }: Talk): Promise<Outcome> {
  const exchanges: Exchange[] = [];
  const items: ContextItem[] = [];
  let progress: Progress = { asks: 0, repairs: 0 };
  let costUsd = 0;
  const undecided = (failure: string, calls: number): Outcome => {
    return { decision: noDecision(failure), failure, calls, costUsd, items };
  };
  for (let n = 1; ; n += 1) {
    const made = await call(n, continued(buildRequest(question), exchanges));
    if ('refusal' in made) {
      return undecided(made.refusal, n - 1);
    }
    const { reply } = made.done;
    costUsd += made.done.costUsd;
    const known = new Set([...question.context.items, ...items].map(({ id }) => id));
    const reading = readTurn(reply, known, { mayAsk: mayAsk(progress, modelTurns) });
    if (reading.kind === 'decision') {
      return { decision: reading.decision, failure: null, calls: n, costUsd, items };
    }
    if (reading.kind === 'asked') {
      const answers = await answersOf(askedTools(reply.content), answerTool);
      items.push(...[...answers.values()].flatMap((answer) => shownAnswer(answer, question.nonce).items));
      progress = { ...progress, asks: progress.asks + 1 };
      const mayGoOn = mayAsk(progress, modelTurns);
      exchanges.push(readingExchange(reply.content, answers, { nonce: question.nonce, mayGoOn }));
    } else if (progress.repairs === 0 && isWorthRepair(reading)) {
      progress = { ...progress, repairs: 1 };
      exchanges.push(repairExchange(reply.content, reading, question.nonce));
    } else {
      return undecided(reading.kind === 'stopped' ? reading.why : whyUnusable(reading.problems), n);
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
