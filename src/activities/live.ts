import { madeAnew } from '../domain/made-anew.js';
import type { Activities } from './contract.js';
import { type ActivityDeps, createActivities, createMemory } from './index.js';

/**
 * Every activity, each by the dependencies that hold when it begins: one that runs goes on to its end by those it began
 * with, so that a judgement is by one pm-agent.yaml and not by two.
 * @param deps the same object until something changed
 */
export function createLiveActivities(deps: () => ActivityDeps): Activities {
  const memory = createMemory(deps);
  const current = madeAnew(deps, (now): Activities => createActivities(now, memory));
  const names = Object.keys(current()) as (keyof Activities)[];
  return Object.fromEntries(
    names.map((name) => [name, (input: never) => (current()[name] as (input: never) => unknown)(input)]),
  ) as unknown as Activities;
}
