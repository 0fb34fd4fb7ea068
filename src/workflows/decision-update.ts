/**
 * The update `decide`: what the API, the command line and Slack bring, looked at when it comes, proved in its turn, and taken or
 * refused. One request's decisions are taken one after the other; what edits is judged beside what others decide.
 */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { type ApprovalState, type Decider, isOpen } from '../domain/approval.js';
import * as machine from '../domain/approval-machine.js';
import type { CycleInput } from '../domain/cycle.js';
import { model } from './activity-stubs.js';
import { snoozedMoments } from './approval-clock.js';
import { assertDecidable, assertReadable, assertRoomForQuestion, refused } from './decision-rules.js';
import { edit } from './edited-request.js';
import { believed, type KnownDecision, prove } from './known-decision.js';
import type { DecideInput } from './messages.js';
import type { RequestLedger } from './request-ledger.js';
import { decidedAt, type Waiting } from './waiting-request.js';

/** Those of one cycle. */
export class DecisionUpdates {
  private readonly input: CycleInput;
  private readonly requests: RequestLedger;

  constructor(input: CycleInput, requests: RequestLedger) {
    this.input = input;
    this.requests = requests;
  }

  /** The update's validator: throws what says why this one cannot be taken now. Changes nothing. */
  assertTakable(decision: DecideInput): void {
    assertReadable(decision);
    const request = this.requests.find(decision.approvalId)?.request;
    assertDecidable(request, decision, Date.now());
    assertRoomForQuestion(request, decision);
  }

  /** The update's handler: takes it, and answers what the request is by then, recorded. */
  async take(decision: DecideInput): Promise<ApprovalState> {
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
      await edit({ cycle: this.input, requests: this.requests }, one, known);
    }
    this.settle(one, known.decision);
  }

  private settle(one: Waiting, decision: DecideInput): void {
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
