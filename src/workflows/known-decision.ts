/**
 * Whose decision an update `decide` brings. The API records what an operator decided before it carries it here, under the id of
 * the update; anybody who reaches Temporal can type the same update, with any name in it (docs/decisions/0086).
 */
import { CancellationScope, currentUpdateInfo } from '@temporalio/workflow';
import type { OpenRequest } from '../domain/approval-machine.js';
import {
  asClaim,
  type Refusal,
  refusalOfClaim,
  refusalOfNobodyKnown,
  refusalOfUnproved,
} from '../domain/approval-rules.js';
import { look } from './activity-stubs.js';
import { assertDecidable, assertRoomForQuestion, refused } from './decision-rules.js';
import type { DecideInput } from './messages.js';

/** A decision with what is known of whoever made it. */
export interface KnownDecision {
  readonly decision: DecideInput;
  /** Nothing vouches for its `by`. */
  readonly isClaim: boolean;
  /** Throws where it does not count, or no longer, on what waits. */
  assertStill(request: OpenRequest): void;
  /** Throws where what it wrote itself is not for whoever wrote it. */
  assertMayApprove(edited: OpenRequest): void;
}

const TYPED = 'an update typed by hand (the inbox holds no such decision under its id)';

/** As every decision was taken before they were proved. */
export function believed(decision: DecideInput): KnownDecision {
  return {
    decision,
    isClaim: false,
    // The validator looked at the time.
    assertStill: (request) => assertDecidable(request, decision, Number.NEGATIVE_INFINITY),
    assertMayApprove: () => undefined,
  };
}

/**
 * Asks the inbox for its record. Not to be cancelled with the cycle: whoever decided hears what became of it.
 * @param cameAt milliseconds since the epoch: when the update reached this cycle
 */
export async function prove(cycleId: string, decision: DecideInput, cameAt: number): Promise<KnownDecision> {
  const updateId = currentUpdateInfo()?.id ?? '';
  const { isRecorded, isPerson = true } = await CancellationScope.nonCancellable(() =>
    look.proveDecision({ updateId, cycleId, decision }),
  );
  return isRecorded ? proved(decision, isPerson) : claimed(decision, cameAt);
}

/** @param isPerson one of pm-agent.yaml: among several nobody else counts */
function proved(decision: DecideInput, isPerson: boolean): KnownDecision {
  const known = believed(decision);
  const assertMayApprove = (request: OpenRequest): void => {
    assertNone(isPerson ? null : refusalOfNobodyKnown(request.state, decision), request);
  };
  return {
    ...known,
    assertStill: (request) => {
      known.assertStill(request);
      assertMayApprove(request);
      assertRoomForQuestion(request, decision);
    },
    assertMayApprove,
  };
}

/** It counts as a raw signal does. */
function claimed(typed: DecideInput, cameAt: number): KnownDecision {
  const decision = asClaim(typed);
  const assertMayApprove = (request: OpenRequest): void => {
    assertNone(refusalOfUnproved(request, TYPED) ?? refusalOfClaim(request, decision.by.id), request);
  };
  return {
    decision,
    isClaim: true,
    assertStill: (request) => {
      assertDecidable(request, decision, cameAt);
      assertMayApprove(request);
      assertRoomForQuestion(request, decision);
    },
    assertMayApprove,
  };
}

function assertNone(refusal: Refusal | null, { state }: OpenRequest): void {
  if (refusal !== null) {
    throw refused(refusal, state);
  }
}
