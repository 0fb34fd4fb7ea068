import { ack } from './ack.js';
import { ackSteady } from './ack-steady.js';
import { cycle } from './cycle.js';
import { inboxGrowth } from './inbox-growth.js';
import type { Benchmark } from './result.js';

/** Every benchmark by the name that `npm run bench -- <name>` takes. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  ack,
  'ack-steady': ackSteady,
  cycle,
  'inbox-growth': inboxGrowth,
};
