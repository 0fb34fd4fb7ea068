/**
 * Where a cycle waits for people. Three ways in (the update `decide`, the signals `approve` and `reject`), one way to
 * settle: the first decision wins, a settled request stays as it is, absence of a decision is never approval.
 */
import { CancellationScope, condition, setHandler, uuid4 } from '@temporalio/workflow';
import type { ApprovalState } from '../domain/approval.js';
import { reopened } from '../domain/approval-machine.js';
import type { CycleInput, DriftFound, ShownAction } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import type { ShownRequest } from './approval-details.js';
import type { CycleView } from './cycle-view.js';
import { DecisionUpdates } from './decision-update.js';
import { approveSignal, decideUpdate, rejectSignal } from './messages.js';
import { endOrHold, letTimePass } from './passing-time.js';
import { RequestLedger } from './request-ledger.js';
import { TypedSignals } from './typed-signal.js';
import { newWaiting, nextMoment, toRequest } from './waiting-request.js';

export interface Settled {
  readonly planned: ShownAction;
  readonly state: ApprovalState;
  /** The context that it was shown by when it was decided. */
  readonly contextHash: string;
}

/** What people ask for: the actions, and what judging an edit or answering a question rests on. */
export interface Asking {
  readonly actions: readonly ShownAction[];
  /** Where an action's rule gives none. */
  readonly deadlineMs: number;
  readonly contextHash: string;
}

/** Made before the first await, so that no message finds the door missing. */
export class ApprovalGate {
  private readonly input: CycleInput;
  private readonly view: CycleView;
  private readonly requests: RequestLedger;

  constructor(input: CycleInput, view: CycleView) {
    this.input = input;
    this.view = view;
    this.requests = new RequestLedger(input.cycleId, view);
    view.pending = () => this.requests.pending().map((one) => one.request.state);
    const signals = new TypedSignals(this.requests, view);
    setHandler(approveSignal, (signal) => signals.take('approved', signal), {
      description: 'Approve what waits: {"by": "<your id>"}, or one action with "actionId"',
    });
    setHandler(rejectSignal, (signal) => signals.take('rejected', signal), {
      description: 'Reject what waits: {"by": "<your id>", "reason": "…"}, or one action with "actionId"',
    });
    const decisions = new DecisionUpdates(input, this.requests);
    setHandler(decideUpdate, (decision) => decisions.take(decision), {
      validator: (decision) => decisions.assertTakable(decision),
      description: 'Decide one request: what the API, the CLI and Slack call',
    });
  }

  /** Opens requests for these actions; they are pending from then on. */
  async ask({ actions, deadlineMs, contextHash }: Asking): Promise<void> {
    const now = Date.now();
    for (const planned of actions) {
      const waitMs = planned.waits?.deadlineMs ?? deadlineMs;
      this.requests.add(newWaiting(uuid4().replaceAll('-', ''), { planned, contextHash }, now, waitMs));
    }
    const requests = this.requests.all.map(toRequest);
    this.view.awaiting(this.open());
    const opening = CancellationScope.nonCancellable(() =>
      record.openApprovals({ cycleId: this.input.cycleId, requests, askedAt: new Date(now).toISOString() }),
    );
    // A decision can arrive while the requests are being written; its own row must come after theirs.
    for (const one of this.requests.all) {
      one.recorded = opening.then(() => undefined);
    }
    const opened = await opening;
    for (const moments of opened?.moments ?? []) {
      const one = this.requests.find(moments.approvalId);
      if (one !== undefined) {
        this.requests.setFirstClock(one, moments);
      }
    }
  }

  /** The requests that still wait. */
  open(): readonly ShownRequest[] {
    return this.requests.open();
  }

  /** Is there one that waits, or that was settled and not yet handed on? */
  isWaiting(): boolean {
    return this.requests.all.some((one) => !one.taken);
  }

  /**
   * The next settled requests, recorded; at its deadline one that still waits has expired. Empty when none is left, and when none
   * was settled until then (milliseconds since the epoch).
   */
  async nextSettled(until = Number.POSITIVE_INFINITY): Promise<readonly Settled[]> {
    while (this.isWaiting()) {
      const known = this.requests.changes;
      const wait = Math.max(1, Math.min(nextMoment(this.requests.all), until) - Date.now());
      await condition(() => this.requests.untaken().length > 0 || this.requests.changes !== known, wait);
      // What came before the clock is judged before it.
      for (const { turns } of this.requests.pending().filter((one) => one.turns.isBusy())) {
        await turns.over();
      }
      const over = letTimePass(this.requests);
      if (over.length > 0) {
        await endOrHold(this.requests, over);
      }
      const decided = this.requests.untaken();
      for (const one of decided) {
        one.taken = true;
        await one.recorded;
      }
      if (decided.length > 0) {
        return decided.map(({ request: { planned, state }, contextHash }) => ({
          planned,
          state,
          contextHash,
        }));
      }
      if (Date.now() >= until) {
        return [];
      }
    }
    return [];
  }

  /** What was approved does not stand any more as it was shown: it is shown again, and whoever decided decides anew. */
  async reopen({ state }: Settled, { planned, drift, contextHash }: DriftFound): Promise<void> {
    const one = this.requests.find(state.approvalId);
    if (one === undefined) {
      return;
    }
    one.taken = false;
    one.contextHash = contextHash ?? one.contextHash;
    this.requests.changes += 1;
    this.requests.move(one, reopened(one.request, planned, drift, Date.now() + one.waitMs));
    const read = contextHash === undefined ? {} : { contextHash };
    this.requests.noteAskedAnew(one, 'reopened', null, { drift, approvedBefore: state.decidedBy, ...read });
    await one.recorded;
  }

  /** Closes everything that still waits because the cycle ends. */
  async supersede(reason: string): Promise<void> {
    for (const one of this.requests.pending()) {
      this.requests.settle(one, 'superseded', null, { reason });
    }
    await Promise.allSettled(this.requests.all.map((one) => one.recorded));
  }
}
