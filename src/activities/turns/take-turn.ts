/** One turn of the model: it decides, or asks to read more. A turn whose reply is in the mirror is not paid again. */
import type { Context } from '../../domain/context.js';
import { cutToBytes } from '../../domain/cut-to-bytes.js';
import { type Decision, noDecision } from '../../domain/decision.js';
import type { Flag } from '../../domain/flags/flag.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { refusalOfWhole } from '../../domain/refused-whole.js';
import type { FailureKind, TurnResult } from '../../domain/turn.js';
import { CALLS_A_TURN } from '../../reasoning/conversation.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import {
  type AskedTool,
  isWorthRepair,
  type Reading,
  readTurn,
  whyUnusable,
} from '../../reasoning/read-reply.js';
import { shownIds } from '../../reasoning/within-budget.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { flagged } from '../flagged.js';
import type { OwnAccounts } from '../own-accounts.js';
import type { Spending } from '../spending.js';
import { beginStep } from '../step.js';
import { loadContext, storeContext } from '../stored-context.js';
import { declinedEvent } from '../tell-declined.js';
import { ask } from './ask.js';
import { conversationOf, NOTHING_SAID } from './exchanges.js';
import type { PaidReply } from './paid-reply.js';
import { placeOfTurn } from './place.js';
import { nonceOf } from './question.js';
import { modelOf, type Talk, type Turn } from './turn.js';

/** A second reply that cannot be read, or asks for tools where it has to decide, is the last. */
const REPAIRS = 1;
/** Temporal takes 400 bytes of a summary; as JSON, quotes and backslashes are two. */
const SUMMARY_BYTES = 200;
const NAME_BYTES = 60;

/** A vendor's failure is thrown. */
export function createTakeTurn(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  spending: Spending,
): StepActivities['takeTurn'] {
  return async (input) => {
    const { cycle, contextHash, turns } = input;
    const step = beginStep('decide', deps.clock);
    const context = await loadContext(deps.mirror, contextHash);
    const turn: Turn = { deps, input, step, context, n: turns.length + 1 };
    const conversation = await conversationOf(deps, cycle, turns, {
      nonce: nonceOf(deps, cycle.cycleId, contextHash),
      itemIds: shownIds(context.items),
      modelTurns: deps.limits.modelTurns,
    });
    if (conversation === null) {
      const talk = {
        conversation: NOTHING_SAID,
        model: modelOf(turn),
        prompt: promptAbout(cycle.event, context),
      };
      return undecided(turn, talk, 'stopped', 'an earlier turn is not in the mirror, or was withheld there');
    }
    const { talk, answer } = await ask(turn, conversation, { accounts, spending });
    return 'refusal' in answer
      ? undecided(turn, talk, 'over_budget', answer.refusal)
      : conclude(turn, talk, answer);
  };
}

async function conclude(
  turn: Turn,
  talk: Talk,
  { reply, replyHash, costUsd }: PaidReply,
): Promise<TurnResult> {
  const { conversation } = talk;
  const known = new Set([...shownIds(turn.context.items), ...conversation.items.map(({ id }) => id)]);
  const reading = readTurn(reply, known, conversation);
  const { repairs } = conversation.progress;
  const again: AskedAgain = { kind: 'asked', reply: replyHash, costUsd, calls: [] };
  if (reading.kind === 'asked') {
    return goOn(turn, talk, { ...again, calls: callsOf(turn, reading.tools) });
  }
  if (repairs < REPAIRS && isWorthRepair(reading)) {
    return goOn(turn, talk, again);
  }
  const spent = { costUsd, stopReason: reply.stopReason };
  switch (reading.kind) {
    case 'unreadable':
      return undecided(turn, talk, 'unreadable', whyUnusable(reading.problems), spent);
    case 'stopped':
      return undecided(turn, talk, reading.failureKind, reading.why, spent);
    case 'decision':
      return take(turn, talk, reading, spent);
  }
}

type AskedAgain = Extract<TurnResult, { kind: 'asked' }>;
type Spent = Pick<End, 'costUsd' | 'stopReason'>;

/** Of what is critical people have to hear: a decision of which nothing is taken, and nothing else, would be silence. */
function take(
  turn: Turn,
  talk: Talk,
  { decision, voidReasons }: Extract<Reading, { kind: 'decision' }>,
  spent: Spent,
): Promise<TurnResult> {
  const { input, deps } = turn;
  const refused = input.soon === true ? refusalOfWhole(decision, deps.limits.actionsPerDecision) : null;
  return refused === null
    ? end(turn, talk, { ...spent, decision, voidReasons, failure: null, failureKind: null })
    : undecided(turn, talk, 'not_taken', refused, spent);
}

function callsOf({ input: { cycle, turns } }: Turn, tools: readonly AskedTool[]) {
  return tools
    .filter(({ name }) => name !== 'read_context')
    .slice(0, CALLS_A_TURN)
    .map(({ index, name, input }, position) => ({
      place: `${placeOfTurn(cycle, turns)}.${position + 1}`,
      index,
      summary: summaryOf(name, input),
    }));
}

/** The model spells both. */
function summaryOf(name: string, input: unknown): string {
  const tool = cutToBytes(visibleText(name), NAME_BYTES);
  return cutToBytes(`Read for the model: ${tool} ${visibleText(JSON.stringify(input))}`, SUMMARY_BYTES);
}

async function goOn(
  { deps, input, step, n }: Turn,
  { model, insteadOf }: Talk,
  result: AskedAgain,
): Promise<TurnResult> {
  const { costUsd, calls } = result;
  await deps.mirror.recordTurn({
    cycleId: input.cycle.cycleId,
    place: placeOfTurn(input.cycle, input.turns),
    step: step.record({
      turn: n,
      model,
      ...(insteadOf === undefined ? {} : { insteadOf }),
      costUsd,
      asked:
        calls.length === 0
          ? 'nothing that can be read: it is asked again'
          : calls.map(({ summary }) => summary),
    }),
  });
  return result;
}

function undecided(
  turn: Turn,
  talk: Talk,
  failureKind: FailureKind,
  failure: string,
  spent: Spent = { costUsd: 0, stopReason: null },
): Promise<TurnResult> {
  return end(turn, talk, {
    ...spent,
    decision: noDecision(failure),
    voidReasons: 0,
    failure,
    failureKind,
  });
}

interface End {
  readonly decision: Decision;
  readonly voidReasons: number;
  readonly failure: string | null;
  readonly failureKind: FailureKind | null;
  readonly costUsd: number;
  readonly stopReason: string | null;
}

/** The decision is recorded with everything that it could rest on. */
async function end(
  { deps, input, step, context, n }: Turn,
  { conversation: { items, omitted }, model, prompt, insteadOf }: Talk,
  { decision, voidReasons, failure, failureKind, stopReason, costUsd: lastCost }: End,
): Promise<TurnResult> {
  const { cycle, turns } = input;
  const { facts } = context;
  const isCritical = input.soon === true;
  const costUsd = turns.reduce((sum, turn) => sum + turn.costUsd, lastCost);
  const grown =
    items.length + omitted.length === 0
      ? null
      : flagged(
          { ...context, items: [...context.items, ...items], omitted: [...context.omitted, ...omitted] },
          cycle,
        );
  const contextHash = grown === null ? input.contextHash : await storeContext(deps.mirror, grown);
  await deps.mirror.recordDecision({
    cycleId: cycle.cycleId,
    step: step.record({
      model,
      ...(insteadOf === undefined ? {} : { insteadOf }),
      prompt: `${prompt.id} ${prompt.version}`,
      turns: n,
      costUsd,
      stopReason,
      voidReasons,
      failure,
      failureKind,
    }),
    decision,
    failure,
    round: cycle.round ?? 0,
    ...(grown === null ? {} : { contextHash, flags: newIn(grown, context) }),
    ...(failureKind === 'refusal'
      ? { declined: declinedEvent(deps, { cycle, facts, model, isCritical }) }
      : {}),
  });
  return { kind: 'decided', decision, failure, failureKind, costUsd, contextHash };
}

/** What was flagged at the first reading stands in the records already. */
function newIn({ flags = [] }: Context, { flags: before = [] }: Context): readonly Flag[] {
  const known = new Set(before.map(({ rule, where }) => `${rule}/${where}`));
  return flags.filter(({ rule, where }) => !known.has(`${rule}/${where}`));
}
