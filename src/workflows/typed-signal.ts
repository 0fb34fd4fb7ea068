/** The signals `approve` and `reject`: what a person typed in Temporal, read, and taken or refused. */
import { patched } from '@temporalio/workflow';
import { isOpen } from '../domain/approval.js';
import type { OpenRequest } from '../domain/approval-machine.js';
import { refusalOfClaim, refusalOfUnproved, signerOf } from '../domain/approval-rules.js';
import { look } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';
import { approveSignal, rejectSignal } from './messages.js';
import type { RequestLedger } from './request-ledger.js';
import type { Waiting } from './waiting-request.js';

type Outcome = 'approved' | 'rejected';

/** What a signal may say. `cancel` and the update have words of their own. */
const MEMBERS = ['by', 'actionId', 'hash', 'reason', 'note'] as const;

/** A signal as a person typed it, with everything that is not text left out. */
interface TypedSignal {
  readonly by: string | null;
  readonly actionId: string | null;
  readonly hash: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  /** Members that say something which cannot be read: without them it would mean more than whoever typed it meant. */
  readonly unreadable: readonly string[];
}

/** Reads whatever came: a signal is typed by hand, and a handler that throws would block the workflow. */
function readSignal(value: unknown): TypedSignal {
  const fields = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const text = (name: string): string | null => {
    const field = fields[name];
    return typeof field === 'string' && field !== '' ? field : null;
  };
  return {
    by: text('by'),
    actionId: text('actionId'),
    hash: text('hash'),
    reason: text('reason'),
    note: text('note'),
    unreadable: Object.keys(fields).filter(
      (name) => !MEMBERS.some((one) => one === name) || text(name) === null,
    ),
  };
}

/**
 * A raw signal proves nothing about who sent it: it never settles grade G3 or what several have to approve, and a named rule
 * needs a known name. Null when it counts.
 */
function refusalOfSignal(one: OpenRequest, what: Outcome, signal: TypedSignal): string | null {
  if (signal.by === null) {
    return 'it names nobody: send {"by": "<your id>"}';
  }
  if (signal.unreadable.length > 0 && patched('signals-mean-what-they-say')) {
    return `${signal.unreadable.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')} cannot be read: a signal has ${MEMBERS.join(', ')}, each a text that is not empty, or left out`;
  }
  if (signal.hash !== null && signal.hash !== one.state.hash) {
    return 'its hash is not the hash of what waits here';
  }
  const refusal = refusalOfUnproved(one, 'a raw signal') ?? refusalOfClaim(one, signal.by);
  return refusal?.message ?? (what === 'approved' ? refusalOfUnread(one, signal) : null);
}

/** What was shown again is another thing to read: the same signal, sent twice, is no word on it. */
function refusalOfUnread({ planned, state }: OpenRequest, { hash }: TypedSignal): string | null {
  return state.status === 'reopened' && hash === null && patched('what-is-shown-again-is-read-again')
    ? `its target changed, and it was shown again: read it, and send ${signalFor(planned.actionId, state.hash)}`
    : null;
}

/** The input of a signal that approves just what was read. */
export function signalFor(actionId: string, hash: string): string {
  return JSON.stringify({ by: '<your id>', actionId, hash });
}

interface Came {
  readonly outcome: Outcome;
  readonly signal: TypedSignal;
  /** Which of those of its name, from 1. */
  readonly nth: number;
  /** Milliseconds since the epoch: when a worker saw it. */
  readonly at: number;
}

const NAME_OF = { approved: approveSignal.name, rejected: rejectSignal.name } as const;

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
