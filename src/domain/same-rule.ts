/** Is an edit asked under the rule that its request stands under? By what a plan keeps of its rule. Pure. */
import { canonicalJson } from './canonical-json.js';
import type { ShownAction } from './cycle.js';

/**
 * A name is not enough: the file may have changed since, and a rule that kept its name may let other people decide, or later.
 * `needed` is left out, since it also grows with the grade of what is written; what the rule says of it stands in `approvers`.
 */
const KEPT_OF_A_RULE = [
  'rule',
  'approvers',
  'deciders',
  'notBy',
  'backups',
  'escalation',
  'waits',
  'onExpiry',
] as const satisfies readonly (keyof ShownAction)[];

/** A plan with what makes it one of its rule. */
export type UnderRule = Pick<ShownAction, (typeof KEPT_OF_A_RULE)[number]>;

/** The same name, and the same people in the same order of time: whom the one went on to, the other goes on to as well. */
export function isSameRule(one: UnderRule, other: UnderRule): boolean {
  return KEPT_OF_A_RULE.every(
    (part) => canonicalJson(one[part] ?? null) === canonicalJson(other[part] ?? null),
  );
}
