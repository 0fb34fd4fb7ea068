/** What came as a decision, read and refused: the gate applies it, the update's validator throws it. */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import type { ApprovalState } from '../domain/approval.js';
import type { OpenRequest } from '../domain/approval-machine.js';
import { type Refusal, refusalOf, refusalOfClaim, refusalOfMoreQuestions } from '../domain/approval-rules.js';
import { DECISION_REFUSED, type DecideInput } from './messages.js';

/** What a signal may say. `cancel` and the update have words of their own. */
const MEMBERS = ['by', 'actionId', 'hash', 'reason', 'note'] as const;

/** A signal as a person typed it, with everything that is not text left out. */
export interface TypedSignal {
  readonly by: string | null;
  readonly actionId: string | null;
  readonly hash: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  /** Members that say something which cannot be read: without them it would mean more than whoever typed it meant. */
  readonly unreadable: readonly string[];
}

/** Reads whatever came: a signal is typed by hand, and a handler that throws would block the workflow. */
export function readSignal(value: unknown): TypedSignal {
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
export function refusalOfSignal(
  one: OpenRequest,
  what: 'approved' | 'rejected',
  signal: TypedSignal,
): string | null {
  const { planned, state } = one;
  if (signal.by === null) {
    return 'it names nobody: send {"by": "<your id>"}';
  }
  if (signal.unreadable.length > 0 && patched('signals-mean-what-they-say')) {
    return `${signal.unreadable.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')} cannot be read: a signal has ${MEMBERS.join(', ')}, each a text that is not empty, or left out`;
  }
  if (signal.hash !== null && signal.hash !== state.hash) {
    return 'its hash is not the hash of what waits here';
  }
  if (planned.risk === 'G3') {
    return 'risk G3 is not decided by a raw signal: use `pm-agent approve` or the API';
  }
  if ((state.needed ?? 1) > 1) {
    return `${state.needed} people have to approve, and a raw signal counts for none: use \`pm-agent approve\` or the API`;
  }
  return (
    refusalOfClaim(one, signal.by)?.message ?? (what === 'approved' ? refusalOfUnread(one, signal) : null)
  );
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

/** Throws the failure that says why this decision cannot be taken. Synchronous: an update's validator must be. */
export function assertDecidable(
  one: OpenRequest | undefined,
  decision: DecideInput,
  now: number,
): asserts one is OpenRequest {
  const refusal = refusalOf(one, decision, now);
  if (refusal !== null) {
    throw refused(refusal, one?.state ?? null);
  }
}

/**
 * Only where a decision comes in: what a history holds was let in, and is not judged by a later limit. The handler counts a
 * question before the next one is looked at, so that none slips through together.
 */
export function assertRoomForQuestion(one: OpenRequest, decision: DecideInput): void {
  const refusal = refusalOfMoreQuestions(decision, one.state.questions?.length ?? 0);
  if (refusal !== null) {
    throw refused(refusal, one.state);
  }
}

export function refused({ kind, message }: Refusal, state: ApprovalState | null): ApplicationFailure {
  return ApplicationFailure.create({
    type: DECISION_REFUSED[kind],
    message,
    nonRetryable: true,
    details: [state],
  });
}
