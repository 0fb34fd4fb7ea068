/**
 * `npm run soak -- --windows --seed 1`: how late a vendor may show an effect, or carry it out, before it is there twice;
 * for each kind, with the product's own waits, all of it together in some two minutes. Prints the tables of
 * docs/guarantees.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { loadConfig } from '../../../src/config/load.js';
import { createDependencies } from '../../../src/worker/dependencies.js';
import { createParts, type Parts } from '../../support/parts.js';
import { quietLog } from '../../support/quiet-log.js';
import { isDone, receivedWrites } from '../effects/check.js';
import { EFFECT_KINDS, SOAK_KINDS, type SoakKind } from '../effects/kinds.js';
import { type Effect, effectsOf } from '../effects/ledger.js';
import { placesOf } from '../effects/places.js';
import { carryOut, recordPlan } from './carry-out.js';
import { measureLag } from './lag.js';
import { type Outcome, planTrials, type Trial, tableOf, type Way, windowsOf } from './plan.js';

const NO_LIMIT =
  'limits: { actionsPerSubjectPerHour: 1000000, messagesPerChannelPerHour: 1000000 }\nbudgets: {}\n';
/** No event is asked for here. */
const NO_WEBHOOKS = ['jira', 'bitbucket', 'slack'].map((vendor) => ({
  vendor,
  kind: 'lose_webhook',
  times: 1_000_000,
}));
/** Undisturbed ones, of which the ledger's lag is told, alone and together. */
const LAG_OF = 55;
/** A request that is carried out late is under way for longer than any of them waits to end. */
const LAST_OF_ALL_MS = 5_000;

export interface WindowsOptions {
  /** For each kind and each way of being late. */
  readonly delays: number;
  readonly seed: number;
}

/** Answers the exit code: 1 where an effect was lost. */
export async function soakWindows({ delays, seed }: WindowsOptions): Promise<number> {
  const parts = await createParts({ LOG_LEVEL: 'error' });
  try {
    writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), NO_LIMIT);
    await parts.start('sandbox');
    await addFaults(parts, NO_WEBHOOKS);
    const dependencies = createDependencies(loadConfig(parts.env, { cwd: parts.dataDir }), quietLog);
    await tellLag(dependencies.deps(), parts);
    const outcomes = await runTrials(dependencies.deps(), parts, planTrials({ seed, delays }));
    await dependencies.close();
    return tellWindows(outcomes, seed);
  } finally {
    await parts.dispose();
  }
}

async function tellLag(deps: ActivityDeps, parts: Parts): Promise<void> {
  const kinds = Array.from({ length: LAG_OF }, (_, i) => SOAK_KINDS[i % SOAK_KINDS.length] as SoakKind);
  for (const together of [1, LAG_OF]) {
    const effects = await effectsFor(parts, together, kinds);
    const { medianMs, longestMs } = await measureLag(deps, parts.sandbox, effects, together);
    console.log(
      `from the request at the vendor to our row, ${together} at a time: ${medianMs} ms (median), ${longestMs} ms (longest of ${LAG_OF})`,
    );
  }
}

function tellWindows(outcomes: readonly Outcome[], seed: number): number {
  const windows = windowsOf(outcomes);
  console.log(tableOf(windows));
  const lost = windows.reduce((sum, one) => sum + one.lost, 0);
  console.log(`${outcomes.length} effects, ${lost} lost; seed ${seed}`);
  console.log(lost === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
  return lost === 0 ? 0 : 1;
}

/** All of them at once; answers how often each was carried out. */
async function runTrials(
  deps: ActivityDeps,
  parts: Parts,
  trials: readonly Trial[],
): Promise<readonly Outcome[]> {
  const effects = await effectsFor(
    parts,
    0,
    trials.map(({ kind }) => kind),
  );
  await Promise.all(effects.map((effect) => recordPlan(deps, effect)));
  const ends: Promise<void>[] = [];
  for (const [i, effect] of effects.entries()) {
    const trial = trials[i] as Trial;
    await addFaults(parts, faultsFor(trial));
    ends.push(carryOut(deps, effect));
    await untilTheyStruck(parts);
  }
  await Promise.all([...ends, wait(Math.max(...trials.map(({ delayMs }) => delayMs)) + LAST_OF_ALL_MS)]);
  const writesOf = await receivedWrites(parts.sandbox);
  return trials.map((trial, i) => ({
    ...trial,
    writes: writesOf(effects[i] as Effect).filter(isDone).length,
  }));
}

const LATE: { readonly [W in Way]: (ms: number) => readonly object[] } = {
  'shows late': (ms) => [{ kind: 'cut_after' }, { kind: 'hide_markers', ms }],
  'is done late': (ms) => [{ kind: 'delay', ms }],
};

function faultsFor({ kind, way, delayMs }: Trial): readonly object[] {
  const { vendor, write } = EFFECT_KINDS[kind];
  return LATE[way](delayMs).map((fault) => ({ vendor, match: write.source, times: 1, ...fault }));
}

/** Effects at places of their own. */
async function effectsFor(parts: Parts, n: number, kinds: readonly SoakKind[]): Promise<readonly Effect[]> {
  return effectsOf({ n, kinds }, await placesOf(parts.sandbox, { n, kinds }));
}

async function addFaults(parts: Parts, faults: readonly object[]): Promise<void> {
  const answer = await fetch(`${parts.sandbox}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  if (!answer.ok) {
    throw new Error(`the sandbox takes no such fault: ${await answer.text()}`);
  }
}

/** Until only the faults are left that keep the webhooks back. */
async function untilTheyStruck(parts: Parts): Promise<void> {
  for (;;) {
    const answer = await fetch(`${parts.sandbox}/_faults`);
    const { items } = (await answer.json()) as { items: readonly unknown[] };
    if (items.length <= NO_WEBHOOKS.length) {
      return;
    }
    await wait(5);
  }
}
