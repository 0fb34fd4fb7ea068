import { ack } from './ack.js';
import { cycle } from './cycle.js';
import type { Benchmark } from './result.js';

/** Every benchmark by the name that `npm run bench -- <name>` takes. */
export const benchmarks: Readonly<Record<string, Benchmark>> = { ack, cycle };
