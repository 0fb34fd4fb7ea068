/** The signals `approve` and `reject`: what a person typed in Temporal, read, and taken or refused. */
import { patched } from '@temporalio/workflow';
import { isOpen } from '../domain/approval.js';
import { signerOf } from '../domain/approval-rules.js';
import { look } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';
import { approveSignal, rejectSignal } from './messages.js';
import type { RequestLedger } from './request-ledger.js';
import { type Outcome, readSignal, refusalOfSignal, type TypedSignal } from './signal-rules.js';
import type { Waiting } from './waiting-request.js';

interface Came {
  readonly outcome: Outcome;
  readonly signal: TypedSignal;
  /** Which of those of its name, from 1. */
  readonly nth: number;
  /** Milliseconds since the epoch: when a worker saw it. */
  readonly at: number;
}

const NAME_OF = { approved: approveSignal.name, rejected: rejectSignal.name } as const;

/** Those of one cycle, in the order in which they came. */
export class TypedSignals {
  private readonly requests: RequestLedger;
  private readonly view: CycleView;
  private readonly seen = { approved: 0, rejected: 0 };

  constructor(requests: RequestLedger, view: CycleView) {
    this.requests = requests;
    this.view = view;
  }

  /** Takes it for all that it aims at. Behind a decision that is being judged it waits for its turn. */
  async take(outcome: Outcome, value: unknown): Promise<void> {
    this.seen[outcome] += 1;
    const came: Came = { outcome, signal: readSignal(value), nth: this.seen[outcome], at: Date.now() };
    const { actionId } = came.signal;
    const aimed = this.requests
      .pending()
      .filter(({ request }) => actionId === null || request.planned.actionId === actionId);
    const inTurn = aimed.filter((one) => one.turns.isBusy() || mayBeInTime(one, came));
    if (aimed.length === 0) {
      this.foundNothing(came);
    }
    for (const one of aimed.filter((other) => !inTurn.includes(other))) {
      this.judge(one, came, null);
    }
    await Promise.all(inTurn.map((one) => one.turns.take(() => this.look(one, came))));
  }

  private async look(one: Waiting, came: Came): Promise<void> {
    const isWorthIt = isOpen(one.request.state.status) && mayBeInTime(one, came);
    const sent = isWorthIt ? await look.signalSentAt({ name: NAME_OF[came.outcome], nth: came.nth }) : null;
    this.judge(one, came, sent?.at ?? null);
  }

  /** @param sentAt ISO 8601 UTC, where it was looked up: no worker ran then */
  private judge(one: Waiting, came: Came, sentAt: string | null): void {
    if (!isOpen(one.request.state.status)) {
      this.foundNothing(came);
      return;
    }
    const { signal, outcome, at } = came;
    const isInTime = sentAt !== null && Date.parse(sentAt) < one.request.deadline;
    const tooLate = isLate(one, at) && !isInTime ? 'it came after the deadline' : null;
    const why = tooLate ?? refusalOfSignal(one.request, outcome, signal);
    if (why === null && signal.by !== null) {
      const id = signerOf(one.request, signal.by);
      const by = { id, name: signal.by, channel: 'temporal' } as const;
      this.requests.settle(one, outcome, by, signal, sentAt ?? undefined);
    } else {
      this.requests.refuse(one, 'A signal', outcome, signal.by ?? 'nobody', why ?? 'it names nobody');
    }
  }

  private foundNothing({ outcome, signal }: Came): void {
    this.view.note(`A signal (${outcome}) by ${signal.by ?? 'nobody'} found nothing that waits.`);
  }
}

function isLate({ clocked, request }: Waiting, at: number): boolean {
  return clocked && at >= request.deadline;
}

/** A worker saw it after the deadline, and nothing else speaks against it: it counts where it was sent before. */
function mayBeInTime(one: Waiting, { at, outcome, signal }: Came): boolean {
  return (
    isLate(one, at) &&
    refusalOfSignal(one.request, outcome, signal) === null &&
    patched('signals-count-from-when-they-were-sent')
  );
}
