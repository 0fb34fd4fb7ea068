/**
 * Each approved action is carried out as it is approved; a rejected or expired one stays undone, and one whose target changed
 * since it was shown is asked about again. What still waits goes on beside it: it is reminded of, decided and expires while an
 * effect waits for its vendor, for the end of a pause or for the lane.
 */
import { condition, patched } from '@temporalio/workflow';
import type { CycleInput, DriftFound, PlannedAction } from '../domain/cycle.js';
import { record, vendor } from './activity-stubs.js';
import type { ApprovalGate, Settled } from './approval-gate.js';
import type { CycleView } from './cycle-view.js';
import { holdLane, Lane } from './lane.js';
import { LeadNotices } from './lead-notices.js';
import type { UnderWay } from './under-way.js';

export interface Acting {
  readonly input: CycleInput;
  readonly view: CycleView;
  readonly gate: ApprovalGate;
  readonly underWay: UnderWay;
  readonly contextHash: string;
  /** Shows them; answers those that go without asking anybody. */
  readonly propose: (actions: readonly PlannedAction[]) => readonly PlannedAction[];
  /** Answers what has to be asked about again. */
  readonly execute: (planned: PlannedAction, contextHash?: string) => Promise<DriftFound | null>;
}

export async function executeApproved(acting: Acting): Promise<void> {
  const first = await acting.gate.nextSettled();
  await (patched('requests-go-on-beside-effects')
    ? acting.underWay.within(() => new Beside(acting).goOn(first))
    : inTurn(acting, first));
}

/** All of one cycle that acts on the same thing keeps its order; what acts on another one does not wait for it. */
class Beside {
  private readonly acting: Acting;
  private readonly lane: Lane;
  private readonly notices: LeadNotices;

  constructor(acting: Acting) {
    this.acting = acting;
    this.lane = new Lane(acting.input, (paused) => acting.view.pausedBy(paused));
    this.notices = new LeadNotices({
      ...acting,
      carryOut: async (actions) => {
        for (const planned of acting.propose(actions)) {
          this.begin(planned, () => acting.execute(planned));
        }
      },
      // Whoever holds the lane by now: it says nothing of how the subject stands.
      execute: async (planned) => this.begin(planned, () => acting.execute(planned)),
    });
  }

  async goOn(first: readonly Settled[]): Promise<void> {
    for (let settled: readonly Settled[] | null = first; settled !== null; settled = await this.next()) {
      for (const one of settled.filter(isToBeDone)) {
        this.acting.view.queue(one.planned);
        this.begin(one.planned, () => this.lane.hold(() => this.effect(one)));
      }
      for (const one of settled.filter(isToBeToldOf)) {
        await this.notices.tell(one.planned);
      }
      await this.notices.tellDue();
      await this.rest();
    }
  }

  private begin({ target }: PlannedAction, work: () => Promise<unknown>): void {
    this.acting.underWay.begin(target, async () => {
      await work();
      await this.standBy();
    });
  }

  private async effect(one: Settled & { readonly planned: PlannedAction }): Promise<void> {
    const drift = await this.acting.execute(one.planned, one.contextHash);
    if (drift !== null) {
      await this.acting.gate.reopen(one, drift);
    }
  }

  /** Something came to its end: nothing of this subject waits behind a person. */
  private async standBy(): Promise<void> {
    const { gate, view } = this.acting;
    if (gate.open().length > 0) {
      view.awaiting(gate.open());
      await this.lane.park();
    } else {
      view.showDoing();
    }
  }

  /** Only the lead's working hours are waited for. */
  private async rest(): Promise<void> {
    const { gate, view, underWay } = this.acting;
    if (gate.open().length === 0 && underWay.isIdle() && this.notices.areWaiting()) {
      view.waitingFor('execute', this.notices.sentence());
      await this.lane.park(this.notices.sentence());
    } else {
      view.showDoing();
    }
  }

  /** What was settled next; none where something else happened. Null once nothing is left to wait for. */
  private async next(): Promise<readonly Settled[] | null> {
    const { gate, underWay } = this.acting;
    const settled = await gate.nextSettled(this.notices.nextAt());
    const wait = this.notices.nextAt() - Date.now();
    if (settled.length > 0 || gate.isWaiting() || wait <= 0) {
      return settled;
    }
    if (underWay.isIdle() && !this.notices.areWaiting()) {
      return null;
    }
    const wasIdle = underWay.isIdle();
    const happened = () => gate.isWaiting() || (underWay.isIdle() && !wasIdle);
    await (Number.isFinite(wait) ? condition(happened, wait) : condition(happened));
    return [];
  }
}

/** As cycles did it from before requests went on: they wait while something is carried out. */
async function inTurn(acting: Acting, first: readonly Settled[]): Promise<void> {
  const { input, view, gate } = acting;
  const notices = new LeadNotices({
    ...acting,
    carryOut: async (actions) => {
      for (const planned of acting.propose(actions)) {
        await acting.execute(planned);
      }
    },
  });
  for (
    let settled: readonly Settled[] | null = first;
    settled !== null;
    settled = await nextInTurn(gate, notices)
  ) {
    const approved = settled.filter(isToBeDone);
    if (approved.length > 0) {
      await holdLane(input);
    }
    for (const one of approved) {
      await lookThenExecute(acting, one);
    }
    const toTell = settled.filter(isToBeToldOf);
    for (const one of toTell) {
      await notices.tell(one.planned);
    }
    const told = await notices.tellDue();
    const hasActed = approved.length > 0 || toTell.length > 0 || told > 0;
    if (hasActed && gate.open().length > 0) {
      view.awaiting(gate.open());
      if (approved.length > 0) {
        await record.parkCycle({ cycleId: input.cycleId });
      }
    }
    if (gate.open().length === 0 && notices.areWaiting()) {
      view.waitingFor('execute', notices.sentence());
      await record.parkCycle({ cycleId: input.cycleId, waitsFor: notices.sentence() });
    }
  }
}

async function lookThenExecute(
  { input, gate, execute }: Acting,
  one: Settled & { readonly planned: PlannedAction },
): Promise<void> {
  const { planned, contextHash } = one;
  const found = patched('drift-reopens')
    ? await vendor.lookAgain({ cycle: input, contextHash, planned })
    : null;
  const drift = found ?? (await execute(planned, contextHash));
  if (drift !== null) {
    await gate.reopen(one, drift);
  }
}

/** None where first the lead may be told of what expired. Null once nothing is left to wait for. */
async function nextInTurn(gate: ApprovalGate, notices: LeadNotices): Promise<readonly Settled[] | null> {
  const settled = await gate.nextSettled(notices.nextAt());
  if (settled.length > 0) {
    return settled;
  }
  if (!notices.areWaiting()) {
    return null;
  }
  await notices.untilNext();
  return [];
}

/** Approved, and no drill: those have a workflow of their own. */
function isToBeDone(one: Settled): one is Settled & { readonly planned: PlannedAction } {
  return one.state.status === 'approved' && one.planned.drill === undefined;
}

/** Nobody decided on it, and its rule wants somebody to know. */
function isToBeToldOf(one: Settled): one is Settled & { readonly planned: PlannedAction } {
  const isMeant = one.state.status === 'expired' && one.planned.onExpiry === 'escalate';
  return isMeant && one.planned.drill === undefined && patched('expired-requests-are-told');
}
