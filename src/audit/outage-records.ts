import { createCircuitMirror } from './circuit-records.js';
import type { Mirror } from './mirror.js';
import { recordWait, waitsOf } from './wait-records.js';
import type { Writing } from './writing.js';

/** All that is kept of vendors that make us wait. */
export function createOutageMirror(writing: Writing): Pick<Mirror, 'recordWait' | 'waitsOf' | 'circuits'> {
  return {
    recordWait: (key) => recordWait(writing, key),
    waitsOf: (key) => waitsOf(writing, key),
    circuits: createCircuitMirror(writing),
  };
}
