import { createHash } from 'node:crypto';
import type { TrialCase } from '../../domain/trial.js';

/** Nobody who wrote the context knew the trial's random id; the same in each attempt, so that a repeated request is the same. */
export function nonceOf({ trialId, caseId }: Pick<TrialCase, 'trialId' | 'caseId'>): string {
  return createHash('sha256').update(`${trialId}\n${caseId}`).digest('hex').slice(0, 32);
}
