/** One turn of the model: it decides, or asks to read more. A turn whose reply is in the mirror is not paid again. */
import type { Context } from '../../domain/context.js';
import { cutToBytes } from '../../domain/cut-to-bytes.js';
import { type Decision, noDecision } from '../../domain/decision.js';
import type { Flag } from '../../domain/flags/flag.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { refusalOfWhole } from '../../domain/refused-whole.js';
import type { FailureKind, TurnResult } from '../../domain/turn.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import { buildRequest } from '../../reasoning/build-request.js';
import { CALLS_A_TURN, continued } from '../../reasoning/conversation.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import {
  type AskedTool,
  isWorthRepair,
  type Reading,
  readTurn,
  whyUnusable,
} from '../../reasoning/read-reply.js';
import { shownIds } from '../../reasoning/within-budget.js';
import type { StepActivities, TurnInput } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { fingerprint } from '../fingerprint.js';
import { flagged } from '../flagged.js';
import { callModel, type ModelCall } from '../model-call.js';
import type { OwnAccounts } from '../own-accounts.js';
import { priceOf } from '../price-of-call.js';
import type { Spending } from '../spending.js';
import { beginStep, type RunningStep } from '../step.js';
import { loadContext, storeContext } from '../stored-context.js';
import { declinedEvent } from '../tell-declined.js';
import { type Conversation, conversationOf } from './exchanges.js';
import { type PaidReply, paidReply } from './paid-reply.js';
import { placeOfTurn } from './place.js';
import { nonceOf, questionOf } from './question.js';

/** A second reply that cannot be read, or asks for tools where it has to decide, is the last. */
const REPAIRS = 1;
/** Temporal takes 400 bytes of a summary; as JSON, quotes and backslashes are two. */
const SUMMARY_BYTES = 200;
const NAME_BYTES = 60;

interface Turn {
  readonly deps: ActivityDeps;
  readonly input: TurnInput;
  readonly step: RunningStep;
  readonly context: Context;
  readonly model: string;
  /** From 1. */
  readonly n: number;
}

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
    const model = deps.models[input.route ?? 'normal'];
    const turn: Turn = { deps, input, step, context, model, n: turns.length + 1 };
    const nonce = nonceOf(deps, cycle.cycleId, contextHash);
    const itemIds = shownIds(context.items);
    const { modelTurns } = deps.limits;
    const conversation = await conversationOf(deps.mirror, turns, { itemIds, nonce, modelTurns });
    if (conversation === null) {
      return undecided(turn, 'stopped', 'an earlier turn is not in the mirror, or was withheld there');
    }
    const question = await questionOf(deps, accounts, cycle, { context, nonce, model });
    const request = continued(buildRequest(question), conversation.exchanges);
    const asked = await answerTo(turn, request, spending);
    return 'refusal' in asked
      ? undecided(turn, 'over_budget', asked.refusal, conversation)
      : conclude(turn, conversation, asked);
  };
}

/** What goes before it is part of its name: a turn over other answers is another one. */
async function answerTo(
  { deps, input, step, context, n }: Turn,
  request: ModelRequest,
  spending: Spending,
): Promise<PaidReply | { readonly refusal: string }> {
  const { cycle, contextHash, turns } = input;
  const id = `${cycle.cycleId}.${placeOfTurn(cycle, turns)}.${fingerprint([contextHash, turns, request.model]).slice(0, 12)}`;
  const paid = await paidReply(deps, id);
  if (paid !== null) {
    return paid;
  }
  const call: Omit<ModelCall, 'heldUsd'> = {
    id,
    failedId: `${id}.x${step.attempt}`,
    cycleId: cycle.cycleId,
    purpose: n === 1 ? 'decide' : turns.at(-1)?.results.length === 0 ? 'repair' : 'go on',
    prompt: promptAbout(cycle.event, context),
    request,
  };
  const made = await spending.within(cycle, priceOf(deps, request), (heldUsd) =>
    callModel(deps, { ...call, heldUsd }),
  );
  return 'refusal' in made ? made : made.done;
}

async function conclude(
  turn: Turn,
  conversation: Conversation,
  { reply, replyHash, costUsd }: PaidReply,
): Promise<TurnResult> {
  const known = new Set([...shownIds(turn.context.items), ...conversation.items.map(({ id }) => id)]);
  const reading = readTurn(reply, known, conversation);
  const { repairs } = conversation;
  const again: AskedAgain = { kind: 'asked', reply: replyHash, costUsd, calls: [] };
  if (reading.kind === 'asked') {
    return goOn(turn, { ...again, calls: callsOf(turn, reading.tools) });
  }
  if (repairs < REPAIRS && isWorthRepair(reading)) {
    return goOn(turn, again);
  }
  const spent = { costUsd, stopReason: reply.stopReason };
  switch (reading.kind) {
    case 'unreadable':
      return undecided(turn, 'unreadable', whyUnusable(reading.problems), conversation, spent);
    case 'stopped':
      return undecided(turn, reading.failureKind, reading.why, conversation, spent);
    case 'decision':
      return take(turn, conversation, reading, spent);
  }
}

type AskedAgain = Extract<TurnResult, { kind: 'asked' }>;
type Spent = Pick<End, 'costUsd' | 'stopReason'>;

/** Of what is critical people have to hear: a decision of which nothing is taken, and nothing else, would be silence. */
function take(
  turn: Turn,
  conversation: Conversation,
  { decision, voidReasons }: Extract<Reading, { kind: 'decision' }>,
  spent: Spent,
): Promise<TurnResult> {
  const { input, deps } = turn;
  const refused = input.soon === true ? refusalOfWhole(decision, deps.limits.actionsPerDecision) : null;
  return refused === null
    ? end(turn, conversation, { ...spent, decision, voidReasons, failure: null, failureKind: null })
    : undecided(turn, 'not_taken', refused, conversation, spent);
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

async function goOn({ deps, input, step, model, n }: Turn, result: AskedAgain): Promise<TurnResult> {
  const { costUsd, calls } = result;
  await deps.mirror.recordTurn({
    cycleId: input.cycle.cycleId,
    place: placeOfTurn(input.cycle, input.turns),
    step: step.record({
      turn: n,
      model,
      costUsd,
      asked:
        calls.length === 0
          ? 'nothing that can be read: it is asked again'
          : calls.map(({ summary }) => summary),
    }),
  });
  return result;
}

const NOTHING: Conversation = { exchanges: [], items: [], omitted: [], mayAsk: false, repairs: 0 };

function undecided(
  turn: Turn,
  failureKind: FailureKind,
  failure: string,
  conversation: Conversation = NOTHING,
  spent: Spent = { costUsd: 0, stopReason: null },
): Promise<TurnResult> {
  return end(turn, conversation, {
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
  { deps, input, step, context, model, n }: Turn,
  { items, omitted }: Conversation,
  { decision, voidReasons, failure, failureKind, stopReason, costUsd: lastCost }: End,
): Promise<TurnResult> {
  const { cycle, turns } = input;
  const { facts } = context;
  const isCritical = input.soon === true;
  const costUsd = turns.reduce((sum, turn) => sum + turn.costUsd, lastCost);
  const prompt = promptAbout(cycle.event, context);
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
