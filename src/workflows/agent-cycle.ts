/** The story of one event: gather → decide → plan → wait for people where needed → execute → record. */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
  setHandler,
} from '@temporalio/workflow';
import {
  type CycleInput,
  type CycleOutcome,
  type CycleResult,
  type CycleStatus,
  type DriftFound,
  type GatherResult,
  isDenied,
  type PlannedAction,
} from '../domain/cycle.js';
import type { FailureKind } from '../domain/turn.js';
import { record, vendor, write } from './activity-stubs.js';
import { tellAllDenied } from './all-denied.js';
import { answerAsker } from './answer-asker.js';
import { ApprovalGate } from './approval-gate.js';
import { CycleView } from './cycle-view.js';
import { type Acting, executeApproved } from './execute-approved.js';
import { causeOf, cycleFailed } from './failure.js';
import { type Looked, look, type Story } from './look.js';
import { cancelSignal } from './messages.js';
import { tellOverBudget } from './over-budget.js';
import { analyseLater } from './unanalysed.js';
import { UnderWay } from './under-way.js';

/** One workflow per event. Its id is the `cycleId` of the acknowledgement. */
export async function agentCycle(input: CycleInput): Promise<CycleResult> {
  const view = new CycleView(input);
  const gate = new ApprovalGate(input, view);
  const underWay = new UnderWay();
  const story = new CancellationScope();
  let cancelledBy: string | null = null;
  setHandler(
    cancelSignal,
    (signal) => {
      cancelledBy = `${signal?.by ?? 'somebody'}${signal?.reason === undefined ? '' : ` (${signal.reason})`}`;
      story.cancel();
    },
    { description: 'Stop this cycle: {"by": "<your id>", "reason": "…"}. What was already done stays done' },
  );

  try {
    return await story.run(() => tell(input, view, gate, underWay));
  } catch (error) {
    return await CancellationScope.nonCancellable(() =>
      endEarly({ input, view, gate, underWay }, error, cancelledBy),
    );
  }
}

async function tell(
  input: CycleInput,
  view: CycleView,
  gate: ApprovalGate,
  underWay: UnderWay,
): Promise<CycleResult> {
  if (input.coalescedInto !== null) {
    return finish(input, view, 'coalesced', null, `answered by ${input.coalescedInto}`);
  }
  view.at('gather', 'gathering context');
  const gathered = await vendor.gatherContext(input);
  view.title = gathered.title;
  const decidedByCode = gathered.actions ?? [];
  if (decidedByCode.length > 0 && patched('actions-decided-by-code')) {
    await carryOut(input, view, decidedByCode);
  }
  if (gathered.nothingToDo !== null) {
    return finish(input, view, 'completed', view.outcome(), gathered.nothingToDo);
  }

  const story = storyOf(input, view);
  const { reasoned, gathered: decidedBy } = await reasonOn(story, gathered);
  if (reasoned.kind === 'pointless') {
    return finish(input, view, 'completed', view.outcome(), reasoned.why);
  }
  const { decision, failure, contextHash } = reasoned;
  if (failure !== null) {
    await tellOverBudget(story, decidedBy, reasoned);
    await tellAsker(input, view, decidedBy, reasoned.failureKind ?? 'stopped');
    return finish(input, view, 'completed', view.outcome(), `no usable decision: ${failure}`);
  }

  view.at('plan', 'checking the proposal against the policy');
  const plan = await record.planActions({ cycle: input, contextHash, decision });
  await carryOut(input, view, plan.actions);
  await tellAllDenied(story, decidedBy, { actions: plan.actions, contextHash });
  const asked = plan.actions.filter((planned) => !isDenied(planned) && planned.verdict === 'ask');
  if (asked.length > 0) {
    await gate.ask({ actions: asked, deadlineMs: plan.deadlineMs ?? input.approvalTimeoutMs, contextHash });
    await executeApproved({
      input,
      view,
      gate,
      underWay,
      contextHash,
      propose: (actions) => propose(view, actions),
      execute: (planned, approvedBy) => execute(input, view, planned, approvedBy),
    });
  }
  return finish(input, view, 'completed', view.outcome(), decision.summary);
}

/** What is critical reaches people also where the model gives no decision, and is looked at again later. */
async function reasonOn(story: Story, gathered: GatherResult): Promise<Looked> {
  const looked = await look(story, gathered);
  const { reasoned } = looked;
  const { critical } = looked.gathered;
  if (reasoned.kind === 'pointless' || reasoned.failure === null) {
    return looked;
  }
  if (critical === undefined || !patched('critical-without-the-model')) {
    return looked;
  }
  return analyseLater(story, { ...looked.gathered, critical }, reasoned);
}

function storyOf(input: CycleInput, view: CycleView): Story {
  return { input, view, rounds: 0, carryOut: (actions) => carryOut(input, view, actions) };
}

/** What goes without asking anybody; what is denied is only shown. */
async function carryOut(
  input: CycleInput,
  view: CycleView,
  actions: readonly PlannedAction[],
): Promise<void> {
  for (const planned of propose(view, actions)) {
    await execute(input, view, planned);
  }
}

/** Those of them that go without asking anybody. */
function propose(view: CycleView, actions: readonly PlannedAction[]): readonly PlannedAction[] {
  view.propose(actions);
  return actions.filter((one) => !isDenied(one) && one.verdict === 'auto');
}

/**
 * @param contextHash the context that a person approved it by; left out: nobody was asked
 * @returns where its target does not stand as it was approved: nothing was sent, and it is to be shown again
 */
async function execute(
  input: CycleInput,
  view: CycleView,
  planned: PlannedAction,
  contextHash?: string,
): Promise<DriftFound | null> {
  view.begin(planned);
  const approvedBy = contextHash === undefined ? {} : { contextHash };
  const result = await write.executeAction({ cycle: input, planned, ...approvedBy });
  const { status, over, drifted = null } = result;
  view.end(planned.actionId, drifted === null ? status : 'awaiting_approval');
  view.results.set(planned.actionId, result);
  if (over !== undefined && patched('escalation-of-a-denied-effect')) {
    const escalation = await record.openBreaker({ cycle: input, over });
    await carryOut(input, view, escalation === null ? [] : [escalation]);
  }
  return drifted;
}

/** Not to be cancelled: what came to its end stays that way. */
function finish(
  input: CycleInput,
  view: CycleView,
  status: CycleStatus,
  outcome: CycleOutcome | null,
  summary: string,
  error: string | null = null,
): Promise<CycleResult> {
  return CancellationScope.nonCancellable(async () => {
    await record.finishCycle({ cycle: input, status, outcome, summary, error });
    view.ended(status, outcome, summary);
    await condition(allHandlersFinished);
    return { status, outcome, summary };
  });
}

async function tellAsker(
  input: CycleInput,
  view: CycleView,
  { asked }: Pick<GatherResult, 'asked'>,
  failureKind: FailureKind,
): Promise<void> {
  if (asked !== undefined && failureKind !== 'over_budget') {
    await carryOut(input, view, await answerAsker({ cycle: input, asked, end: failureKind }));
  }
}

/** Whether anybody asked was perhaps never read. Where they cannot be told either, the cycle ends all the same. */
async function tellOfFailure(input: CycleInput, view: CycleView): Promise<void> {
  try {
    await carryOut(input, view, await answerAsker({ cycle: input, asked: null, end: 'cycle_failed' }));
  } catch (error) {
    log.warn('whoever asked could not be told that the cycle failed', { error });
  }
}

/** Cancelled, or could not go on: either way what waits is closed, the row says why, and the lane is given back. */
async function endEarly(
  { input, view, gate, underWay }: Pick<Acting, 'input' | 'view' | 'gate' | 'underWay'>,
  error: unknown,
  cancelledBy: string | null,
): Promise<CycleResult> {
  const cancelled = isCancellation(error);
  const cause = cancelled ? `cancelled by ${cancelledBy ?? 'Temporal'}` : causeOf(error);
  await gate.supersede(cause);
  if (!underWay.isIdle()) {
    await underWay.ended();
    // What was carried out until now may have been shown again as its last word.
    await gate.supersede(cause);
  }
  if (!cancelled && view.results.size === 0) {
    await tellOfFailure(input, view);
  }
  const status = cancelled ? 'cancelled' : 'failed';
  const result = await finish(input, view, status, view.outcome(), cause, cancelled ? null : cause);
  if (cancelled && cancelledBy !== null) {
    return result;
  }
  throw cancelled ? error : cycleFailed(cause);
}
