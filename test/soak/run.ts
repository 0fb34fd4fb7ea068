/**
 * `npm run soak -- --minutes 5 --seed 1` (or `--kills N`): the product under kill -9. Deliveries arrive all the while, one
 * in five twice and one in ten out of order; vendors answer late, with errors, or not at all; the API, the worker and the
 * Temporal server die at seeded moments and are started again by the supervisor. At the end the six promises of
 * test/support/invariants.ts hold, and each distinct delivery has one cycle.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Stack, startStack } from '../support/stack.js';
import { checkOutcome, type Outcome } from './check.js';
import { type PlannedFault, type PlannedKill, scheduleOf } from './schedule.js';
import { createSender } from './sender.js';

const KILLS_A_MINUTE = 10;
const DELIVERIES_A_KILL = 200;
const ISSUES = 40;
const MOST_SHOWN = 50;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    kills: { type: 'string', default: '30' },
    deliveries: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const kills = values.minutes === undefined ? Number(values.kills) : Number(values.minutes) * KILLS_A_MINUTE;
const deliveries = Number(values.deliveries ?? kills * DELIVERIES_A_KILL);

console.log(`soak: seed ${seed}, ${deliveries} deliveries and ${kills} kills`);
const stack = await startStack({
  env: { COALESCE_WINDOW: '300ms' },
  // Nobody is there to decide, and every event has to be answered: both have tests of their own.
  config:
    'policy: { default: auto }\nlimits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n',
});
const schedule = scheduleOf({ seed, kills, deliveries, issues: await createIssues(stack) });
const startedAt = Date.now();
const sender = createSender(stack, schedule.deliveries, startedAt);
const [, killed] = await Promise.all([
  sender.run(),
  killAll(stack, schedule.kills),
  injectAll(stack, schedule.faults),
]);
await fetch(`${stack.sandbox}/_faults`, { method: 'DELETE' });
const survived = stack.process.exitCode === null;
const outcome = survived
  ? await checkOutcome(stack, schedule.deliveries, sender.accepted(), secretsOf(stack))
  : null;
const problems = outcome?.problems ?? ['the whole stack stopped under the kills'];
const code = survived ? await stack.stop() : stack.process.exitCode;
const passed = problems.length === 0 && code === 0;
for (const problem of problems.slice(0, MOST_SHOWN)) {
  console.error(`PROBLEM: ${problem}`);
}
if (problems.length > MOST_SHOWN) {
  console.error(`PROBLEM: and ${problems.length - MOST_SHOWN} more`);
}
if (outcome !== null) {
  console.log(lineOf(outcome));
}
if (passed) {
  rmSync(stack.dataDir, { recursive: true, force: true });
} else {
  writeFileSync(join(stack.dataDir, 'soak.log'), stack.output());
}
console.log(`stack ended with ${code}; seed ${seed}${passed ? '' : `; data in ${stack.dataDir}`}`);
console.log(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exit(passed ? 0 : 1);

/** The board that people comment on. */
async function createIssues(on: Stack): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let n = 0; n < ISSUES; n += 1) {
    const answer = await fetch(`${on.sandbox}/jira/rest/api/3/issue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer soak' },
      body: JSON.stringify({
        fields: { project: { key: 'PAY' }, summary: `Soak ${n}`, issuetype: { name: 'Task' } },
      }),
    });
    keys.push(((await answer.json()) as { key: string }).key);
  }
  return keys;
}

type Killed = Readonly<Partial<Record<PlannedKill['victim'], number>>>;

/** Answers how many of each were really killed. */
async function killAll(on: Stack, plan: readonly PlannedKill[]): Promise<Killed> {
  const counts: Partial<Record<PlannedKill['victim'], number>> = {};
  for (const [index, { at, victim }] of plan.entries()) {
    await sleep(Math.max(0, startedAt + at - Date.now()));
    if (on.process.exitCode !== null) {
      return counts;
    }
    try {
      on.kill(victim);
      counts[victim] = (counts[victim] ?? 0) + 1;
      console.log(
        `kill ${index + 1}/${plan.length}: ${victim} (${sender.accepted().length} acknowledgements)`,
      );
    } catch (error) {
      console.log(`kill ${index + 1}/${plan.length}: ${victim} was not there (${String(error)})`);
    }
  }
  return counts;
}

/** The whole run in one line. */
function lineOf({ counts, waited }: Outcome): string {
  const sent = schedule.deliveries.flatMap(({ sentAt }) => sentAt).length;
  const accepted = sender.accepted();
  const victims = Object.entries(killed).map(([victim, count]) => `${victim} ${count}`);
  return [
    `${deliveries} deliveries sent ${sent} times (${accepted.filter(({ status }) => status === 'duplicate').length} answered as duplicates)`,
    `kills: ${victims.join(', ')}`,
    `${counts.rows} rows`,
    `${counts.completed + counts.coalesced} cycles ended well (${counts.completed} answered, ${counts.coalesced} folded)`,
    `${counts.effects} effects`,
    `audit chain of ${counts.chain} rows`,
    `worked off ${Math.round(waited.tookMs / 1_000)} s after the last delivery`,
    `seed ${seed}`,
  ].join('; ');
}

async function injectAll(on: Stack, plan: readonly PlannedFault[]): Promise<void> {
  for (const { at, fault } of plan) {
    await sleep(Math.max(0, startedAt + at - Date.now()));
    await fetch(`${on.sandbox}/_faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    }).catch(() => undefined);
  }
}

function secretsOf(on: Stack): readonly string[] {
  return Object.values(JSON.parse(readFileSync(join(on.dataDir, 'secrets.json'), 'utf8')) as object);
}
