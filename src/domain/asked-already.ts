/** Is just this asked of people already, by another cycle? Then it is not asked a second time: whoever decides the one decides both. Pure. */
import { canonicalJson } from './canonical-json.js';
import type { AskedIn, ShownAction } from './cycle.js';
import type { Approvers } from './policy.js';

/** A request of another cycle that waits for the same change of the same thing. */
export interface AskedElsewhere extends AskedIn {
  readonly rule: string;
  readonly approvers: Approvers;
  /** Null: any operator. */
  readonly deciders: readonly string[] | null;
  readonly notBy: readonly string[];
  readonly needed: number;
  /** ISO 8601 UTC. */
  readonly deadline: string;
}

/**
 * One of them that the same people decide under the same rule, and that waits for at least half as long as this one would: what is about
 * to expire would take it along. Null: it is asked.
 * @param waitMs how long this one would wait
 */
export function askedAlready(
  planned: ShownAction,
  elsewhere: readonly AskedElsewhere[],
  { nowMs, waitMs }: { readonly nowMs: number; readonly waitMs: number },
): AskedIn | null {
  const found = elsewhere.find(
    (one) => isDecidedAlike(planned, one) && Date.parse(one.deadline) - nowMs >= waitMs / 2,
  );
  return found === undefined ? null : { approvalId: found.approvalId, cycleId: found.cycleId };
}

/** Another event may bring another rule, or somebody who asked for it and may not decide. */
function isDecidedAlike(
  planned: ShownAction,
  { rule, approvers, deciders, notBy, needed }: AskedElsewhere,
): boolean {
  const { notBy: mayNot = [], needed: many = 1 } = planned;
  return (
    planned.rule === rule &&
    many === needed &&
    canonicalJson([planned.approvers, planned.deciders, mayNot]) ===
      canonicalJson([approvers, deciders, notBy])
  );
}

/** For a person. */
export function askedInWords({ approvalId, cycleId }: AskedIn): string {
  return `the same is asked already: request ${approvalId} of ${cycleId} decides it`;
}
