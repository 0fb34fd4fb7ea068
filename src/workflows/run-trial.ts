/** The story of one trial run: plan → every case, a few at once → the end. Nothing that it decides is carried out. */
import { CancellationScope, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { TrialCase, TrialInput } from '../domain/trial.js';
import { record, trial } from './activity-stubs.js';
import { causeOf } from './failure.js';

/** Enough that an evaluation takes minutes; few enough that the agent's own questions do not wait for it. */
const AT_ONCE = 4;

export async function runTrial(input: TrialInput): Promise<{ readonly cases: number }> {
  const { trialId, kind, model, triage = false } = input;
  const alsoTriage = triage ? { triage } : {};
  try {
    const { cases, promptHash } = await record.planTrial(input);
    await runAll(cases.map((caseId) => ({ trialId, kind, caseId, model, promptHash, ...alsoTriage })));
    await record.endTrial({ trialId, error: null });
    return { cases: cases.length };
  } catch (error) {
    const why = isCancellation(error) ? 'it was cancelled' : causeOf(error);
    await CancellationScope.nonCancellable(() => record.endTrial({ trialId, error: why }));
    throw error;
  }
}

async function runAll(cases: readonly TrialCase[]): Promise<void> {
  const waiting = [...cases];
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await runOne(next);
      done += 1;
      setCurrentDetails(`${done} of ${cases.length} cases are done.`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function runOne(trialCase: TrialCase): Promise<void> {
  try {
    await trial.runCase(trialCase);
  } catch (error) {
    if (isCancellation(error)) {
      throw error;
    }
    await record.giveUpCase({ trialCase, why: causeOf(error) });
  }
}
