import type { Activities } from './contract.js';
import { type ActivityDeps, createActivities, createMemory } from './index.js';

/**
 * Every activity, each by the dependencies that hold when it begins: one that runs goes on to its end by those it began
 * with, so that a judgement is by one pm-agent.yaml and not by two.
 * @param deps the same object until something changed
 */
export function createLiveActivities(deps: () => ActivityDeps): Activities {
  const memory = createMemory(deps);
  let made = { by: deps(), activities: createActivities(deps(), memory) };
  const current = (): Activities => {
    const now = deps();
    if (now !== made.by) {
      made = { by: now, activities: createActivities(now, memory) };
    }
    return made.activities;
  };
  const names = Object.keys(made.activities) as (keyof Activities)[];
  return Object.fromEntries(
    names.map((name) => [name, (input: never) => (current()[name] as (input: never) => unknown)(input)]),
  ) as unknown as Activities;
}
