/** A decision of which nothing is done, because code or policy let none of it go. Pure. */
import type { ActionKind } from './action.js';
import { type ActionResult, isObserved, type PlannedAction, statusWhenPlanned } from './cycle.js';

/** What was proposed, and what kept it from being done. */
export interface Undone {
  readonly kind: ActionKind;
  readonly target: string;
  /** In words for a person. */
  readonly why: string;
}

export type Ended = Pick<ActionResult, 'status' | 'message'>;

/**
 * All that the model proposed, where at least one of it was denied and nothing of it was done, may have been done, waits for a
 * person, or is left to a newer event. Else empty: also for a decision that proposes nothing, and for one that is only looked at.
 * @param ended of what was not denied from the beginning, by action
 */
export function allDenied(
  plan: readonly PlannedAction[],
  ended: ReadonlyMap<string, Ended>,
): readonly Undone[] {
  const proposed = plan.filter(({ origin }) => origin === undefined);
  const undone = proposed.flatMap((planned) => {
    const why = whyUndone(planned, ended.get(planned.actionId));
    return why === null ? [] : [{ kind: planned.action.kind, target: planned.target, why }];
  });
  const isDeniedAtAll = proposed.some(
    (planned) => statusWhenPlanned(planned) === 'denied' || ended.get(planned.actionId)?.status === 'denied',
  );
  return isDeniedAtAll && undone.length === proposed.length ? undone : [];
}

function whyUndone(planned: PlannedAction, ended: Ended | undefined): string | null {
  const { refusal, verdict, rule } = planned;
  if (refusal !== null) {
    return refusal;
  }
  if (verdict === 'never') {
    return isObserved(planned)
      ? 'its level of autonomy is "observe": it is only recorded'
      : `the policy says never (rule "${rule}")`;
  }
  return ended?.status === 'denied' || ended?.status === 'failed' ? ended.message : null;
}
