/**
 * Where a cycle waits for people. Three ways in (the update `decide`, the signals `approve` and `reject`), one way to
 * settle: the first decision wins, a settled request stays as it is, absence of a decision is never approval.
 */
import { CancellationScope, condition, setHandler, uuid4 } from '@temporalio/workflow';
import type { ApprovalState, ApprovalStatus, Decider } from '../domain/approval.js';
import type { ApprovalRequest, PlannedAction } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';
import { assertDecidable, readSignal, refusalOfSignal } from './decision-rules.js';
import { approveSignal, type DecideInput, decideUpdate, rejectSignal } from './messages.js';

interface Waiting {
  readonly planned: PlannedAction;
  state: ApprovalState;
  /** Resolves when the mirror has what was decided. */
  recorded: Promise<void>;
  taken: boolean;
}

export interface Settled {
  readonly planned: PlannedAction;
  readonly state: ApprovalState;
}

const ACTION_STATUS_OF = {
  pending: 'awaiting_approval',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  superseded: 'obsolete',
  reopened: 'awaiting_approval',
} as const satisfies { readonly [S in ApprovalStatus]: string };

/** Made before the first await, so that no message finds the door missing. */
export class ApprovalGate {
  private readonly cycleId: string;
  private readonly view: CycleView;
  private readonly waiting: Waiting[] = [];
  private deadline = 0;
  private refusals = 0;

  constructor(cycleId: string, view: CycleView) {
    this.cycleId = cycleId;
    this.view = view;
    view.pending = () => this.pending().map((one) => one.state);
    setHandler(approveSignal, (signal) => this.onSignal('approved', signal), {
      description: 'Approve what waits: {"by": "<your id>"}, or one action with "actionId"',
    });
    setHandler(rejectSignal, (signal) => this.onSignal('rejected', signal), {
      description: 'Reject what waits: {"by": "<your id>", "reason": "…"}, or one action with "actionId"',
    });
    setHandler(decideUpdate, (decision) => this.onDecision(decision), {
      validator: (decision) => assertDecidable(this.find(decision.approvalId), decision),
      description: 'Decide one request: what the API, the CLI and Slack call',
    });
  }

  /** Opens requests for these actions; they are pending from then on. */
  async ask(actions: readonly PlannedAction[], deadlineMs: number): Promise<void> {
    this.deadline = Date.now() + deadlineMs;
    const deadline = this.deadlineText();
    const requests = actions.map((planned) => ({
      approvalId: uuid4().replaceAll('-', ''),
      planned,
      deadline,
    }));
    for (const { approvalId, planned } of requests) {
      this.waiting.push(newWaiting(approvalId, planned));
      this.view.statuses.set(planned.actionId, 'awaiting_approval');
    }
    this.view.awaiting(requests);
    const opened = CancellationScope.nonCancellable(() =>
      record.openApprovals({ cycleId: this.cycleId, requests }),
    );
    // A decision can arrive while the requests are being written; its own row must come after theirs.
    for (const one of this.waiting) {
      one.recorded = opened;
    }
    await opened;
  }

  /** The requests that still wait. */
  open(): readonly ApprovalRequest[] {
    const deadline = this.deadlineText();
    return this.pending().map(({ planned, state }) => ({ approvalId: state.approvalId, planned, deadline }));
  }

  /** The next settled requests, recorded; at the deadline all that still wait have expired. Empty when none is left. */
  async nextSettled(): Promise<readonly Settled[]> {
    if (this.waiting.every((one) => one.taken)) {
      return [];
    }
    const remaining = Math.max(1, this.deadline - Date.now());
    if (!(await condition(() => this.untaken().length > 0, remaining))) {
      for (const one of this.pending()) {
        this.settle(one, 'expired', null, { reason: 'nobody decided in time' });
      }
    }
    const settled = this.untaken();
    for (const one of settled) {
      one.taken = true;
      await one.recorded;
    }
    return settled;
  }

  /** Closes everything that still waits because the cycle ends. */
  async supersede(reason: string): Promise<void> {
    for (const one of this.pending()) {
      this.settle(one, 'superseded', null, { reason });
    }
    await Promise.allSettled(this.waiting.map((one) => one.recorded));
  }

  private deadlineText(): string {
    return new Date(this.deadline).toISOString();
  }

  private pending(): readonly Waiting[] {
    return this.waiting.filter((one) => one.state.status === 'pending');
  }

  private untaken(): readonly Waiting[] {
    return this.waiting.filter((one) => !one.taken && one.state.status !== 'pending');
  }

  private find(approvalId: string): Waiting | undefined {
    return this.waiting.find((one) => one.state.approvalId === approvalId);
  }

  private async onDecision(decision: DecideInput): Promise<ApprovalState> {
    const one = this.find(decision.approvalId);
    // Checked again: another decision may have come between the validator and this handler.
    assertDecidable(one, decision);
    this.settle(one, decision.decision === 'approve' ? 'approved' : 'rejected', decision.by, decision);
    await one.recorded;
    return one.state;
  }

  private onSignal(status: 'approved' | 'rejected', value: unknown): void {
    const signal = readSignal(value);
    const aimed = this.pending().filter(
      (one) => signal.actionId === null || one.planned.actionId === signal.actionId,
    );
    if (aimed.length === 0) {
      this.view.note(`A signal (${status}) by ${signal.by ?? 'nobody'} found nothing that waits.`);
    }
    for (const one of aimed) {
      const why = refusalOfSignal(one.planned, signal);
      if (why === null && signal.by !== null) {
        this.settle(one, status, { id: signal.by, name: signal.by, channel: 'temporal' }, signal);
      } else {
        this.refuse(one, status, signal.by ?? 'nobody', why ?? 'it names nobody');
      }
    }
  }

  private settle(
    one: Waiting,
    status: ApprovalStatus,
    by: Decider | null,
    words: { readonly reason?: string | null; readonly note?: string | null },
  ): void {
    one.state = {
      ...one.state,
      status,
      decidedBy: by,
      decidedAt: new Date(Date.now()).toISOString(),
      reason: words.reason ?? null,
      note: words.note ?? null,
    };
    const actionStatus = ACTION_STATUS_OF[status];
    this.view.statuses.set(one.planned.actionId, actionStatus);
    const { state } = one;
    one.recorded = this.after(one, () =>
      record.settleApproval({ cycleId: this.cycleId, state, actionStatus }),
    );
  }

  /** In the order of what happened, and also when the cycle is cancelled meanwhile: a decision that was taken is recorded. */
  private after(one: Waiting, write: () => Promise<void>): Promise<void> {
    return one.recorded.then(() => CancellationScope.nonCancellable(write));
  }

  private refuse(one: Waiting, what: string, by: string, why: string): void {
    this.refusals += 1;
    this.view.note(`A signal (${what}) by ${by} did not count: ${why}.`);
    const key = `${one.state.approvalId}/${this.refusals}`;
    one.recorded = this.after(one, () => record.recordRefusal({ cycleId: this.cycleId, by, what, why, key }));
  }
}

function newWaiting(approvalId: string, planned: PlannedAction): Waiting {
  return {
    planned,
    state: {
      approvalId,
      actionId: planned.actionId,
      hash: planned.hash,
      status: 'pending',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
    },
    recorded: Promise.resolve(),
    taken: false,
  };
}
