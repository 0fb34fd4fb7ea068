/** Does the target of an approved action stand as it was shown to whoever approved it? */
import { log } from '@temporalio/activity';
import { seenBy } from '../../domain/action.js';
import type { Standing } from '../../domain/actions/row.js';
import { type Drift, driftOf } from '../../domain/actions/standing.js';
import { watchedBy } from '../../domain/actions/watched.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import type { Context, ContextFacts } from '../../domain/context.js';
import type { CycleInput, DriftFound, PlannedAction } from '../../domain/cycle.js';
import { withSaid } from '../../domain/said.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import type { ActivityDeps } from '../dependencies.js';
import { loadContext, storeContext } from '../stored-context.js';
import { approvalHash } from './hash.js';
import { readTarget, readWays } from './read-target.js';

export interface Approved {
  readonly cycle: Pick<CycleInput, 'cycleId'>;
  /** The context that it was shown by. */
  readonly contextHash: string;
  readonly planned: PlannedAction;
}

/**
 * Null where it does, or nobody can tell. What was read is kept as the context that the request is shown, edited and asked about
 * by from then on.
 *
 * @param isTriedAgain whether what another attempt may help is thrown; everything else is left to the effect, which reads its own
 * preconditions
 */
export async function findDrift(
  deps: ActivityDeps,
  { cycle, contextHash, planned }: Approved,
  isTriedAgain: () => boolean = () => true,
): Promise<DriftFound | null> {
  const context = await loadContext(deps.mirror, contextHash);
  const { facts } = context;
  const shown = planned.version ?? watchedBy(planned.action, facts);
  const orLeft = leftToTheEffect(planned.target, isTriedAgain);
  const current = shown === null ? null : await orLeft(readTarget(deps, planned.target, facts));
  if (shown === null || current === null) {
    return null;
  }
  const standing = watchedBy(planned.action, current) ?? {};
  const changed = driftOf(shown, standing);
  if (changed.length === 0) {
    return null;
  }
  const { cycleId } = cycle;
  const { target, actionId, seen } = planned;
  const own = await deps.mirror.leftBy({ cycleId, target, besides: actionId });
  const drift = changed.filter((one) => !(isOwn(one, own) && !(one.member in (seen ?? {}))));
  if (drift.length === 0) {
    return null;
  }
  const read = (await orLeft(readWays(deps, planned.action, current))) ?? current;
  return shownAgain(deps, { planned, context, facts: read, drift });
}

/** Null for what cannot be read. */
function leftToTheEffect(target: string, isTriedAgain: () => boolean) {
  return async <T>(reading: Promise<T>): Promise<T | null> => {
    try {
      return await reading;
    } catch (error) {
      if (error instanceof IntegrationError && error.retryable && isTriedAgain()) {
        throw error;
      }
      log.warn('the target of an approved action could not be read again', { target, error });
      return null;
    }
  };
}

/**
 * What another action of the same plan left there is no news: it was shown beside this one. What another cycle of the agent's did
 * stands on no card of this one, and changes what was read as anybody's change does; so does what this one's effect itself demands.
 */
function isOwn({ member, is }: Drift, own: readonly Standing[]): boolean {
  return own.some((after) => member in after && canonicalJson(after[member] ?? null) === canonicalJson(is));
}

interface Changed extends Pick<DriftFound, 'drift'> {
  readonly planned: PlannedAction;
  readonly context: Context;
  readonly facts: ContextFacts;
}

async function shownAgain(
  deps: ActivityDeps,
  { planned, context, facts, drift }: Changed,
): Promise<DriftFound> {
  const { seen: _, ...rest } = planned;
  const version = watchedBy(planned.action, facts) ?? {};
  const seen = seenBy(planned.action, facts);
  const again = {
    ...rest,
    ...(seen === null ? {} : { seen }),
    version,
    hash: approvalHash(planned.action, version),
  };
  return {
    drift,
    contextHash: await storeContext(deps.mirror, { ...context, facts }),
    planned: withSaid(again, deps, facts, drift),
  };
}
