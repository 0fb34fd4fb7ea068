/** Between an approval and its effect: does the target stand as it was shown to whoever approved? */
import { Context, log } from '@temporalio/activity';
import { seenBy } from '../../domain/action.js';
import type { Standing } from '../../domain/actions/row.js';
import { type Drift, driftOf } from '../../domain/actions/standing.js';
import { watchedBy } from '../../domain/actions/watched.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import type { ContextFacts } from '../../domain/context.js';
import type { PlannedAction } from '../../domain/cycle.js';
import { withSaid } from '../../domain/said.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { loadContext } from '../stored-context.js';
import { approvalHash } from './hash.js';
import { readTarget } from './read-target.js';

/** A target that cannot be read for so long is left to the effect itself, which reads its own preconditions. */
const MOST_TRIES = 10;

export function createLookAgain(deps: ActivityDeps): StepActivities['lookAgain'] {
  return async ({ cycle, contextHash, planned }) => {
    const { facts } = await loadContext(deps.mirror, contextHash);
    const shown = planned.version ?? watchedBy(planned.action, facts);
    const current = shown === null ? null : await readAgain(deps, planned.target, facts);
    if (shown === null || current === null) {
      return null;
    }
    const standing = watchedBy(planned.action, current) ?? {};
    const own = await deps.mirror.leftBy(planned.target, cycle.receivedAt);
    const drift = driftOf(shown, standing).filter((one) => !isOwn(one, own));
    return drift.length === 0
      ? null
      : { drift, planned: withSaid(shownAgain(planned, current, standing), deps, current, drift) };
  };
}

/** What another action of the agent's own left there is no news to whoever approved that one. */
function isOwn({ member, is }: Drift, own: readonly Standing[]): boolean {
  return own.some((after) => member in after && canonicalJson(after[member] ?? null) === canonicalJson(is));
}

function shownAgain(planned: PlannedAction, current: ContextFacts, version: Standing): PlannedAction {
  const { seen: _, ...rest } = planned;
  const seen = seenBy(planned.action, current);
  return {
    ...rest,
    ...(seen === null ? {} : { seen }),
    version,
    hash: approvalHash(planned.action, version),
  };
}

/** The facts with what the target is now; null where it is none that can be read. */
async function readAgain(
  deps: ActivityDeps,
  target: string,
  facts: ContextFacts,
): Promise<ContextFacts | null> {
  try {
    return await readTarget(deps, target, facts);
  } catch (error) {
    if (error instanceof IntegrationError && error.retryable && Context.current().info.attempt < MOST_TRIES) {
      throw error;
    }
    log.warn('the target of an approved action could not be read again', { target, error });
    return null;
  }
}
