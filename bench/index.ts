import { ack } from './ack.js';
import { ackSteady } from './ack-steady.js';
import { approvals } from './approvals.js';
import { clickStorm } from './click-storm.js';
import { cycle } from './cycle.js';
import { deadWorker } from './dead-worker.js';
import { drain } from './drain.js';
import { explain } from './explain.js';
import { inboxGrowth } from './inbox-growth.js';
import { pause } from './pause.js';
import { prompt } from './prompt.js';
import type { Benchmark } from './result.js';
import { retryStorm } from './retry-storm.js';

/** Every benchmark by the name that `npm run bench -- <name>` takes. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  ack,
  'ack-steady': ackSteady,
  approvals,
  'click-storm': clickStorm,
  cycle,
  'dead-worker': deadWorker,
  drain,
  explain,
  'inbox-growth': inboxGrowth,
  pause,
  prompt,
  'retry-storm': retryStorm,
};
