import type Database from 'better-sqlite3';
import { createCircuitMirror } from './circuit-records.js';
import type { Mirror } from './mirror.js';
import { createPauseMirror } from './vendor-pauses.js';
import { recordWait, waitsOf } from './wait-records.js';
import type { Writing } from './writing.js';

/** All that is kept of vendors that make us wait. */
export function createOutageMirror(
  writing: Writing,
  database: Database.Database,
): Pick<Mirror, 'recordWait' | 'waitsOf' | 'circuits' | 'pauses'> {
  return {
    recordWait: (key) => recordWait(writing, key),
    waitsOf: (key) => waitsOf(writing, key),
    circuits: createCircuitMirror(writing),
    pauses: createPauseMirror(writing, database),
  };
}
