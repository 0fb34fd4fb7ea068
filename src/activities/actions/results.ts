/** How an action ended, in words for a person. */

import type { Admission } from '../../audit/effects.js';
import type { ActionResult } from '../../domain/cycle.js';
import { limitSentence } from '../../domain/limit.js';
import { muteSentence } from '../../domain/mute.js';
import type { Effect, Made, Settled } from './executor.js';

/** @param label what is being done, in words for a person */
export function executed(label: string, { remoteId, remark }: Made, how: string): ActionResult {
  const done = `${label}: ${how}`;
  return remark === undefined
    ? { status: 'executed', remoteId, message: done }
    : { status: 'executed', remoteId, message: `${done}. ${remark}`, remark };
}

export function settledResult({ settled, message, remoteId, remark, drifted }: Settled): ActionResult {
  const result = {
    status: settled,
    remoteId: remoteId ?? null,
    ...(drifted === undefined ? {} : { drifted }),
  };
  return remark === undefined
    ? { ...result, message }
    : { ...result, message: `${message}. ${remark}`, remark };
}

/** @param why in words for a person */
export function simulated({ request }: Effect, why: string): ActionResult {
  const message = `nothing was sent (${why}): would have sent ${request.method} ${request.path} to ${request.service}`;
  return { status: 'simulated', remoteId: null, message };
}

export function obsolete(message: string): ActionResult {
  return { status: 'obsolete', remoteId: null, message };
}

/** @param whose who did it and when, in words */
export function doneBy(label: string, whose: string): ActionResult {
  return obsolete(
    `${label}: it stands so by somebody else's hand (${whose}), not by the request that left for it; nothing of it is the agent's to take back`,
  );
}

/** What did not come to a good end says how far it came. @param parts that were answered */
export function inPart(result: ActionResult, parts: readonly string[]): ActionResult {
  const isDone = result.status === 'executed' || parts.length === 0;
  return isDone ? result : { ...result, message: `${result.message}; done before that: ${parts.join(', ')}` };
}

export function failed(label: string, error: unknown): ActionResult {
  return { status: 'failed', remoteId: null, message: `${label}: ${wordsOf(error)}` };
}

export function unknown(label: string, target: string, error: unknown): ActionResult {
  const message = `${label}: it is not known whether this was done (${wordsOf(error)}); look at ${target} before repeating it`;
  return { status: 'unknown', remoteId: null, message };
}

/** A limit or a mute stopped it right before it left. What an earlier attempt sent was looked for and not found. */
export function denied(refused: Exclude<Admission, 'admitted'>, isRepeated: boolean): ActionResult {
  const why =
    'over' in refused ? limitSentence(refused.over) : `${refused.subject} is ${muteSentence(refused.mute)}`;
  const message = isRepeated ? `${why}; a request of an earlier attempt was looked for and not found` : why;
  return { status: 'denied', remoteId: null, message, ...('over' in refused ? { over: refused.over } : {}) };
}

/** Its text must not leave, or not as it was planned. */
export function withheld(why: string): ActionResult {
  return { status: 'denied', remoteId: null, message: `nothing was sent: ${why}` };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
