/** What another cycle asks people about already is not asked a second time. */
import { askedAlready } from '../../domain/asked-already.js';
import { type CycleInput, isDenied, type PlannedAction } from '../../domain/cycle.js';
import type { ActivityDeps } from '../dependencies.js';

/**
 * With where each is asked already. One lane lets one cycle of a subject plan at a time, and a request is open before its lane is
 * given back: of one subject none is missed.
 */
export async function withAskedAlready(
  { mirror, policy, clock }: Pick<ActivityDeps, 'mirror' | 'policy' | 'clock'>,
  { cycleId, approvalTimeoutMs }: CycleInput,
  actions: readonly PlannedAction[],
): Promise<readonly PlannedAction[]> {
  const linked: PlannedAction[] = [];
  for (const one of actions) {
    const isAsked = !isDenied(one) && one.verdict === 'ask';
    const elsewhere = isAsked ? await mirror.askedElsewhere(cycleId, one) : [];
    const waitMs = one.waits?.deadlineMs ?? policy.deadlineMs ?? approvalTimeoutMs;
    const askedIn = askedAlready(one, elsewhere, { nowMs: clock().getTime(), waitMs });
    linked.push(askedIn === null ? one : { ...one, askedIn });
  }
  return linked;
}
