/** The signals `approve` and `reject`: what a person typed in Temporal, read, and taken or refused. */
import { patched } from '@temporalio/workflow';
import { isOpen } from '../domain/approval.js';
import type { OpenRequest } from '../domain/approval-machine.js';
import { refusalOfClaim, refusalOfUnproved, signerOf } from '../domain/approval-rules.js';
import type { CycleView } from './cycle-view.js';
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

/** Takes it for all that it aims at. Behind a decision that is being judged it waits for its turn. */
export async function onSignal(
  requests: RequestLedger,
  view: CycleView,
  outcome: Outcome,
  value: unknown,
): Promise<void> {
  const signal = readSignal(value);
  const { by, actionId } = signal;
  const cameAt = Date.now();
  const foundNothing = () =>
    view.note(`A signal (${outcome}) by ${by ?? 'nobody'} found nothing that waits.`);
  const take = (one: Waiting): void => {
    if (isOpen(one.request.state.status)) {
      takeSignal(requests, one, { outcome, signal, cameAt });
    } else {
      foundNothing();
    }
  };

  const aimed = requests
    .pending()
    .filter(({ request }) => actionId === null || request.planned.actionId === actionId);
  const busy = aimed.filter(({ turns }) => turns.isBusy());
  if (aimed.length === 0) {
    foundNothing();
  }
  aimed.filter((one) => !busy.includes(one)).forEach(take);
  await Promise.all(busy.map((one) => one.turns.take(() => take(one))));
}

function takeSignal(
  requests: RequestLedger,
  one: Waiting,
  {
    outcome,
    signal,
    cameAt,
  }: { readonly outcome: Outcome; readonly signal: TypedSignal; readonly cameAt: number },
): void {
  const tooLate = one.clocked && cameAt >= one.request.deadline ? 'it came after the deadline' : null;
  const why = tooLate ?? refusalOfSignal(one.request, outcome, signal);
  if (why === null && signal.by !== null) {
    const id = signerOf(one.request, signal.by);
    requests.settle(one, outcome, { id, name: signal.by, channel: 'temporal' }, signal);
  } else {
    requests.refuse(one, 'A signal', outcome, signal.by ?? 'nobody', why ?? 'it names nobody');
  }
}
