/**
 * `npm run soak -- --kills 30 --seed 1` (or `--minutes N`): the product under kill -9. Events arrive all the while; the
 * API, the worker and the Temporal server die at seeded moments and are started again by the supervisor. At the end
 * every accepted event must have reached its end, and no comment may stand twice.
 */
import { parseArgs } from 'node:util';
import { type Role, startStack } from '../support/stack.js';
import { checkOutcome } from './check.js';
import { seededRandom } from './random.js';
import { createSender } from './sender.js';

/**
 * The supervisor gives up on a part that dies five times within a minute. Three parts in turn, each anywhere within its
 * slot: five deaths of one part lie at least 66 s apart.
 */
const SPACING_MS = 6_000;
const VICTIMS: readonly Role[] = ['api', 'worker', 'temporal'];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const kills =
  values.minutes === undefined
    ? Number(values.kills)
    : Math.floor((Number(values.minutes) * 60_000) / SPACING_MS);
const random = seededRandom(seed);

console.log(`soak: seed ${seed}, ${kills} kills, one each ${SPACING_MS / 1000} s`);
const stack = await startStack({
  env: { COALESCE_WINDOW: '300ms' },
  // Every event has to be answered, and there are only a few issues to ask about.
  config: 'limits: { actionsPerSubjectPerHour: 1000000 }\n',
});
const sender = createSender(stack, random);
const sending = sender.run();
for (let kill = 0; kill < kills && stack.process.exitCode === null; kill += 1) {
  const early = Math.floor(random() * SPACING_MS);
  await pause(early);
  const victim = VICTIMS[kill % VICTIMS.length] ?? 'worker';
  try {
    stack.kill(victim);
    console.log(`kill ${kill + 1}/${kills}: ${victim} (${sender.accepted().length} events accepted)`);
  } catch (error) {
    console.log(`kill ${kill + 1}/${kills}: ${victim} was not there (${String(error)})`);
  }
  await pause(SPACING_MS - early);
}
sender.stop();
await sending;
const survived = stack.process.exitCode === null;
const problems = survived
  ? await checkOutcome(stack, sender.accepted())
  : ['the whole stack stopped under the kills'];
const code = survived ? await stack.stop() : stack.process.exitCode;
for (const problem of problems) {
  console.error(`PROBLEM: ${problem}`);
}
console.log(`stack ended with ${code}; seed ${seed}; data in ${stack.dataDir}`);
console.log(`${sender.accepted().length} events, ${kills} kills`);
console.log(problems.length === 0 && code === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exit(problems.length === 0 && code === 0 ? 0 : 1);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
