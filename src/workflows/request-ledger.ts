/**
 * The requests of one cycle as they change: each change is seen on the cycle's page at once, and written to the mirror in the
 * order in which it happened. Decides nothing.
 */
import { CancellationScope, patched } from '@temporalio/workflow';
import type { ApprovalNote } from '../activities/contract.js';
import { type Decider, isOpen, type SettledStatus } from '../domain/approval.js';
import * as machine from '../domain/approval-machine.js';
import type { RequestMoments } from '../domain/cycle.js';
import { record, settled } from './activity-stubs.js';
import { type Moment, momentsOf, snoozedMoments } from './approval-clock.js';
import type { ShownRequest } from './approval-details.js';
import type { CycleView } from './cycle-view.js';
import { ACTION_STATUS_OF, now, toRequest, type Waiting } from './waiting-request.js';

export class RequestLedger {
  readonly all: Waiting[] = [];
  private readonly cycleId: string;
  private readonly view: CycleView;
  /** Grows when what is waited for changes. */
  changes = 0;
  private refusals = 0;

  constructor(cycleId: string, view: CycleView) {
    this.cycleId = cycleId;
    this.view = view;
  }

  add(one: Waiting): void {
    this.all.push(one);
    this.view.statuses.set(one.request.planned.actionId, 'awaiting_approval');
  }

  find(approvalId: string): Waiting | undefined {
    return this.all.find((one) => one.request.state.approvalId === approvalId);
  }

  pending(): readonly Waiting[] {
    return this.all.filter((one) => isOpen(one.request.state.status));
  }

  /** Settled, and not handed on yet. */
  untaken(): readonly Waiting[] {
    return this.all.filter((one) => !one.taken && !isOpen(one.request.state.status));
  }

  /** Those that wait, as they are shown. */
  open(): readonly ShownRequest[] {
    return this.pending().map(toShown);
  }

  /** It still waits, differently. */
  move(one: Waiting, request: machine.OpenRequest): void {
    one.request = request;
    this.view.statuses.set(request.state.actionId, ACTION_STATUS_OF[request.state.status]);
    this.view.refresh(this.open());
  }

  settle(
    one: Waiting,
    status: SettledStatus,
    by: Decider | null,
    words: machine.Words,
    at: string = now(),
  ): void {
    this.finish(one, machine.settledAs(one.request, status, by, words, at));
  }

  /** It waits no longer. */
  finish(one: Waiting, request: machine.OpenRequest): void {
    one.request = request;
    const { state } = request;
    const actionStatus = state.drill === undefined ? ACTION_STATUS_OF[state.status] : 'obsolete';
    this.view.statuses.set(state.actionId, actionStatus);
    this.view.refresh(this.open());
    const by = patched('decisions-recorded-from-history') ? settled : record;
    const { cycleId } = this;
    one.recorded = after(one, () => by.settleApproval({ cycleId, state, actionStatus }));
  }

  /** What happened to a request that still waits. */
  note(one: Waiting, what: string, by: Decider | null, data: Readonly<Record<string, unknown>>): void {
    const note = this.nextNote(one, what, by, data);
    one.recorded = after(one, () => settled.noteApproval(note));
  }

  /** It is asked anew: noted, and whoever is told of it again is told so long after `from`. */
  noteAskedAnew(
    one: Waiting,
    what: string,
    by: Decider | null,
    data: Readonly<Record<string, unknown>>,
    from: number = Date.now(),
  ): void {
    one.looks = 0;
    one.lookAgainAt = null;
    const askedAt = new Date(from).toISOString();
    const note = { ...this.nextNote(one, what, by, data), askedAt };
    one.recorded = after(one, () => {
      const noted = settled.noteApproval(note);
      // Beside what comes after it, whose turn it must not change.
      void noted.then(
        (moments) => this.setAnew(one, moments),
        () => undefined,
      );
      return noted;
    });
  }

  private nextNote(one: Waiting, what: string, by: Decider | null, data: ApprovalNote['data']): ApprovalNote {
    one.notes += 1;
    const key = `${one.request.state.approvalId}/${one.notes}`;
    const { state, also } = one.request;
    return { cycleId: this.cycleId, ...toRequest(one), state, also, what, by, data, key };
  }

  /** A person may have put it off while it was being written. */
  setFirstClock(one: Waiting, moments: RequestMoments): void {
    const first = momentsOf(moments);
    const { snoozedUntil } = one.request.state;
    const isPutOff = snoozedUntil !== undefined && patched('put-off-before-the-first-clock');
    this.setClock(one, isPutOff ? snoozedMoments(first, Date.parse(snoozedUntil)) : first);
  }

  private setClock(one: Waiting, moments: readonly Moment[]): void {
    one.clocked = true;
    one.moments = moments;
    this.changes += moments.length === 0 ? 0 : 1;
  }

  /** Whoever was asked already is not asked by a step again; a person may have put it off meanwhile. */
  private setAnew(one: Waiting, moments: RequestMoments | undefined): void {
    if (moments && patched('clock-set-anew')) {
      const { also, planned, state } = one.request;
      const { backups = [] } = planned;
      const news = momentsOf(moments).filter(
        ({ kind, people = backups }) => kind === 'remind' || people.some((id) => !also.includes(id)),
      );
      const { snoozedUntil } = state;
      this.setClock(one, snoozedUntil === undefined ? news : snoozedMoments(news, Date.parse(snoozedUntil)));
    }
  }

  /** What somebody typed in Temporal, and what did not count. */
  refuse(one: Waiting, typed: 'A signal' | 'An update', what: string, by: string, why: string): void {
    this.refusals += 1;
    this.view.note(`${typed} (${what}) by ${by} did not count: ${why}.`);
    const { approvalId, actionId } = one.request.state;
    const key = `${approvalId}/${this.refusals}`;
    const refusal = { cycleId: this.cycleId, approvalId, actionId, by, what, why, key };
    one.recorded = after(one, () => record.recordRefusal(refusal));
  }
}

function toShown(one: Waiting): ShownRequest {
  const { request, askedAgain } = one;
  return { ...toRequest(one), state: request.state, also: request.also, askedAgain };
}

/** In the order of what happened, and also when the cycle is cancelled meanwhile: a decision that was taken is recorded. */
function after(one: Waiting, write: () => Promise<unknown>): Promise<unknown> {
  return one.recorded.then(() => CancellationScope.nonCancellable(write));
}
