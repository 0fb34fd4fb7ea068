/** What the limits and the mutes refuse of a plan. Only what would go by itself: what a person is asked about, a person decides. */
import { isDenied, type PlannedAction } from '../../domain/cycle.js';
import { type LimitScope, limitSentence, type OverLimit } from '../../domain/limit.js';
import { muteSentence } from '../../domain/mute.js';
import type { ActivityDeps } from '../dependencies.js';

export interface WithinLimits {
  readonly actions: readonly PlannedAction[];
  /** The limits that refused some of them, once each. */
  readonly over: readonly OverLimit[];
}

/** The same is asked again right before each effect: other cycles act meanwhile. */
export async function withinLimits(
  { mirror, limits }: Pick<ActivityDeps, 'mirror' | 'limits'>,
  planned: readonly PlannedAction[],
): Promise<WithinLimits> {
  const room = createRoom(mirror, limits.actionsPerSubjectPerHour);
  const actions: PlannedAction[] = [];
  for (const one of planned) {
    const goesByItself = !isDenied(one) && one.verdict === 'auto';
    const refusal = goesByItself ? ((await muted(mirror, one.target)) ?? (await room.take(one))) : null;
    actions.push(refusal === null ? one : { ...one, refusal });
  }
  return { actions, over: room.over() };
}

async function muted(mirror: ActivityDeps['mirror'], target: string): Promise<string | null> {
  const mute = await mirror.muteOf(target);
  return mute === null ? null : `${target} is ${muteSentence(mute)}`;
}

/** Counts what this plan lets go, so that its own actions are within the limit together. */
function createRoom(mirror: ActivityDeps['mirror'], limit: number) {
  const taken = new Map<string, number>();
  const over = new Map<string, OverLimit>();

  async function reached(scopes: readonly LimitScope[]): Promise<OverLimit | null> {
    for (const scope of scopes) {
      const found = await mirror.limitReached({ scope, limit, planned: taken.get(scope.key) ?? 0 });
      if (found !== null) {
        return found;
      }
    }
    return null;
  }

  return {
    over: () => [...over.values()],
    take: async ({ countsAgainst = [] }: PlannedAction): Promise<string | null> => {
      const found = await reached(countsAgainst);
      if (found !== null) {
        over.set(found.scope.key, over.get(found.scope.key) ?? found);
        return limitSentence(found);
      }
      for (const { key } of countsAgainst) {
        taken.set(key, (taken.get(key) ?? 0) + 1);
      }
      return null;
    },
  };
}
