/** What the actions of a decision stand on: reasons that name something that was read. */
import type { Decision } from './decision.js';
import type { PolicyVerdict } from './policy.js';

/** Evidence that always exists: the event itself. */
const EVENT_EVIDENCE = 'event';

/** How many of the reasons that were given hold. */
export interface Grounds {
  readonly given: number;
  readonly valid: number;
}

/** Evidence that names no known item is dropped, and a reason left without any is void: it is counted, and no part of the decision. */
export function withoutVoid<D extends Decision>(decision: D, itemIds: ReadonlySet<string>): D {
  const reasons = decision.reasons
    .map(({ text, evidence }) => ({
      text,
      evidence: evidence.filter((id) => id === EVENT_EVIDENCE || itemIds.has(id)),
    }))
    .filter(({ evidence }) => evidence.length > 0);
  const voidReasons = (decision.voidReasons ?? 0) + decision.reasons.length - reasons.length;
  return { ...decision, reasons, ...(voidReasons === 0 ? {} : { voidReasons }) };
}

/** @param decision without void reasons */
export function groundsOf({ reasons, voidReasons = 0 }: Pick<Decision, 'reasons' | 'voidReasons'>): Grounds {
  return { given: reasons.length + voidReasons, valid: reasons.length };
}

/** Why nothing of it is taken: it was reasoned from what nobody read. Null where some of it was read. */
export function groundsRefusal({ given, valid }: Grounds): string | null {
  return given > 0 && valid === 0
    ? `${given === 1 ? 'the only reason of the decision names' : `all ${given} reasons of the decision name`} nothing that was read, so that nothing of it is taken`
    : null;
}

/** Which reason an action stands on is not said: where one is void, or none was given, a person looks first. The rule's name says so. */
export function cautiousWithoutGrounds<V extends PolicyVerdict>(verdict: V, { given, valid }: Grounds): V {
  if (verdict.verdict !== 'auto' || (given > 0 && valid === given)) {
    return verdict;
  }
  const why =
    given === 0
      ? 'no reason was given'
      : `${given - valid} of ${given} reasons ${given - valid === 1 ? 'names' : 'name'} nothing that was read`;
  return { ...verdict, verdict: 'ask', rule: `${verdict.rule} (asks: ${why})` };
}
