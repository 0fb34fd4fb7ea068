/**
 * Where a cycle waits for people. Three ways in (the update `decide`, the signals `approve` and `reject`), one way to
 * settle: the first decision wins, a settled request stays as it is, absence of a decision is never approval.
 */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  patched,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import { type ApprovalState, type Decider, isOpen } from '../domain/approval.js';
import * as machine from '../domain/approval-machine.js';
import type { CycleInput, DriftFound, ShownAction } from '../domain/cycle.js';
import type { Judgement } from '../domain/policy.js';
import { isSameRule } from '../domain/same-rule.js';
import { model, record } from './activity-stubs.js';
import { snoozedMoments } from './approval-clock.js';
import type { ShownRequest } from './approval-details.js';
import type { CycleView } from './cycle-view.js';
import { assertDecidable, assertReadable, assertRoomForQuestion, refused } from './decision-rules.js';
import { believed, type KnownDecision, prove } from './known-decision.js';
import { approveSignal, type DecideInput, decideUpdate, rejectSignal } from './messages.js';
import { endOrHold, letTimePass } from './passing-time.js';
import { RequestLedger } from './request-ledger.js';
import { TypedSignals } from './typed-signal.js';
import { decidedAt, newWaiting, nextMoment, toRequest, type Waiting } from './waiting-request.js';

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
    setHandler(decideUpdate, (decision) => this.onDecision(decision), {
      validator: (decision) => {
        assertReadable(decision);
        const request = this.requests.find(decision.approvalId)?.request;
        assertDecidable(request, decision, Date.now());
        assertRoomForQuestion(request, decision);
      },
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
    this.requests.move(one, machine.reopened(one.request, planned, drift, Date.now() + one.waitMs));
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

  private async onDecision(decision: DecideInput): Promise<ApprovalState> {
    const one = this.requests.find(decision.approvalId);
    // Checked again: another decision may have come between the validator and this handler.
    assertDecidable(one?.request, decision, Number.NEGATIVE_INFINITY);
    if (one === undefined) {
      throw refused({ kind: 'unknown', message: 'there is no such approval' }, null);
    }
    if (patched('decisions-are-proved')) {
      await this.inTurn(one, decision, Date.now());
    } else {
      await this.decide(one, believed(decision));
    }
    await one.recorded;
    return one.request.state;
  }

  /** To look whose it is takes a moment, in which nobody overtakes it; an edit is judged beside what others decide. */
  private async inTurn(one: Waiting, decision: DecideInput, cameAt: number): Promise<void> {
    const { judged } = await one.turns.take(async () => {
      const known = await prove(this.input.cycleId, decision, cameAt);
      return { judged: this.judge(one, known) };
    });
    await judged;
  }

  /** The API tells the audit log what was refused of its own. */
  private async judge(one: Waiting, known: KnownDecision): Promise<void> {
    try {
      await this.decide(one, known);
    } catch (error) {
      if (known.isClaim && error instanceof ApplicationFailure) {
        const { decision, by } = known.decision;
        this.requests.refuse(one, 'An update', decision, by.id, error.message);
      }
      throw error;
    }
  }

  private async decide(one: Waiting, known: KnownDecision): Promise<void> {
    known.assertStill(one.request);
    if (known.decision.payload !== undefined) {
      await this.edit(one, known);
    }
    this.take(one, known.decision);
  }

  private editedTo(request: Waiting['request'], written: ShownAction): Waiting['request'] {
    const own = machine.withOwnPeople(request, written);
    const isAnother = own !== request && isUnderAnotherRule(request.planned, written);
    const asked = isAnother && patched('another-rule-asks-its-own-people') ? own : request;
    return machine.edited(asked, written);
  }

  /** Puts what the person wrote in place of what was proposed, where code and policy let it. */
  private async edit(one: Waiting, known: KnownDecision): Promise<void> {
    const { decision } = known;
    const before = one.request.planned;
    const judged = await record.judgeEdit({
      cycle: this.input,
      contextHash: one.contextHash,
      planned: before,
      payload: decision.payload,
      by: decision.by,
    });
    // Judging took a moment, in which somebody else may have decided, or the cycle was ended.
    known.assertStill(one.request);
    if ('refusal' in judged) {
      throw refused({ kind: judged.what, message: judged.refusal }, one.request.state);
    }
    if (judged.planned.hash !== before.hash) {
      const edited = this.editedTo(one.request, judged.planned);
      known.assertMayApprove(edited);
      this.requests.move(one, edited);
      this.noteEdit(one, before, decision.by, judged.judgement);
    }
  }

  /** Under another rule it is asked anew: whom the former one would have gone on to, that one does not know. */
  private noteEdit(one: Waiting, before: ShownAction, by: Decider, judged?: Judgement): void {
    const { planned } = one.request;
    const data = {
      from: { hash: before.hash, payload: before.action.payload },
      to: { hash: planned.hash, payload: planned.action.payload },
      ...(judged === undefined ? {} : { judged }),
    };
    if (isUnderAnotherRule(before, planned) && patched('each-rule-has-its-own-clock')) {
      one.moments = [];
      this.requests.noteAskedAnew(one, 'edited', by, data);
    } else {
      this.requests.note(one, 'edited', by, data);
    }
  }

  private take(one: Waiting, decision: DecideInput): void {
    const { by } = decision;
    switch (decision.decision) {
      case 'approve':
        return this.approve(one, decision);
      case 'reject':
        return this.requests.settle(one, 'rejected', by, decision, decidedAt(decision));
      case 'take_over': {
        const reason = decision.reason ?? `${by.name} does it by hand`;
        return this.requests.settle(one, 'superseded', by, { ...decision, reason }, decidedAt(decision));
      }
      case 'ask':
        return this.question(one, decision);
      case 'snooze':
        return this.snooze(one, by, decision.until ?? '');
    }
  }

  private approve(one: Waiting, decision: DecideInput): void {
    const { by } = decision;
    const next = machine.approvedBy(one.request, by, decision, decidedAt(decision));
    if (isOpen(next.state.status)) {
      this.requests.move(one, next);
      this.requests.note(one, 'counted', by, { given: next.state.given?.length, needed: next.state.needed });
    } else {
      this.requests.finish(one, next);
    }
  }

  private snooze(one: Waiting, by: Decider, until: string): void {
    this.requests.move(one, machine.snoozed(one.request, until));
    one.moments = snoozedMoments(one.moments, Date.parse(until));
    this.requests.changes += 1;
    this.requests.note(one, 'snoozed', by, { until });
  }

  private question(one: Waiting, decision: DecideInput): void {
    const index = one.request.state.questions?.length ?? 0;
    this.requests.move(one, machine.asked(one.request, decision, decidedAt(decision)));
    this.requests.note(one, 'question', decision.by, { question: decision.note });
    void this.answer(one, index, decision.note ?? '');
  }

  /** Beside the waiting: nobody's decision waits for it. */
  private async answer(one: Waiting, index: number, question: string): Promise<void> {
    const { planned, state } = one.request;
    const questionId = `${state.approvalId}.q${index + 1}`;
    const answer = await model
      .answerQuestion({ cycle: this.input, contextHash: one.contextHash, planned, question, questionId })
      .catch(() => 'The model could not be asked; decide without, or ask again.');
    if (isOpen(one.request.state.status)) {
      this.requests.move(one, machine.answered(one.request, index, answer));
      this.requests.note(one, 'answered', null, { question, answer });
    }
  }
}

/** One that kept its name counts as another where what it asks changed. */
function isUnderAnotherRule(before: ShownAction, written: ShownAction): boolean {
  return (
    written.rule !== before.rule ||
    (!isSameRule(before, written) && patched('a-changed-rule-is-another-rule'))
  );
}
