import type { StepName } from '../domain/cycle.js';

/** One attempt of a step of a cycle, as the mirror keeps it. */
export interface StepRecord {
  readonly name: StepName;
  readonly attempt: number;
  readonly startedAt: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
