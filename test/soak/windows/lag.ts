/** How long after a vendor has done an effect the ledger knows of it: for so long a crash leaves its outcome open. */
import type { ActivityDeps } from '../../../src/activities/index.js';
import { receivedWrites } from '../effects/check.js';
import type { Effect } from '../effects/ledger.js';
import { carryOut, recordPlan } from './carry-out.js';

export interface Lag {
  readonly medianMs: number;
  readonly longestMs: number;
}

/** Carries these out undisturbed, so many at a time. */
export async function measureLag(
  deps: ActivityDeps,
  sandbox: string,
  effects: readonly Effect[],
  together: number,
): Promise<Lag> {
  const recordedAt = new Map<string, number>();
  const recordResult: ActivityDeps['mirror']['recordResult'] = async (input) => {
    await deps.mirror.recordResult(input);
    recordedAt.set(input.actionId, Date.now());
  };
  const noting = { ...deps, mirror: { ...deps.mirror, recordResult } };
  await Promise.all(effects.map((effect) => recordPlan(noting, effect)));
  for (let from = 0; from < effects.length; from += together) {
    await Promise.all(effects.slice(from, from + together).map((effect) => carryOut(noting, effect)));
  }
  const writesOf = await receivedWrites(sandbox);
  const sorted = effects
    .map((effect) => {
      const [write] = writesOf(effect);
      return (recordedAt.get(effect.planned.actionId) ?? Number.NaN) - Date.parse(write?.at ?? '');
    })
    .sort((left, right) => left - right);
  return {
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    longestMs: sorted.at(-1) ?? Number.NaN,
  };
}
