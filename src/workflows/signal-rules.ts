/** What a signal typed by hand says, and why it does not count. */
import { patched } from '@temporalio/workflow';
import type { OpenRequest } from '../domain/approval-machine.js';
import { refusalOfClaim, refusalOfUnproved } from '../domain/approval-rules.js';

export type Outcome = 'approved' | 'rejected';

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
export function refusalOfSignal(one: OpenRequest, what: Outcome, signal: TypedSignal): string | null {
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
