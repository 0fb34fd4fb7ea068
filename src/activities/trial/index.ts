/** The activities of trial runs: plan, one case after the other, the end. */
import { canonicalJson } from '../../domain/canonical-json.js';
import {
  type EvalResult,
  type ReplayResult,
  type TrialCase,
  type TrialInput,
  type TrialKind,
  unknownAmong,
} from '../../domain/trial.js';
import { FAMILY_NAMES, SCENARIOS } from '../../evaluation/scenarios/index.js';
import { PROMPT_IDS } from '../../reasoning/prompts/index.js';
import type { TrialActivities } from '../contract.js';
import { createAskModel } from './ask.js';
import type { Asking } from './asking.js';
import { evalCase } from './eval-case.js';
import { createLookFirst } from './first-look.js';
import { nothing, replayCase } from './replay-case.js';
import { createTrialCall } from './trial-call.js';
import type { TrialDeps } from './trial-deps.js';
import type { TrialSpending } from './trial-spending.js';

const RUN: {
  readonly [K in TrialKind]: (
    deps: TrialDeps,
    asking: Asking,
    trialCase: TrialCase,
  ) => Promise<ReplayResult | EvalResult>;
} = { replay: replayCase, eval: evalCase };

/** They reach no vendor but the model: `TrialDeps` holds none. */
export function createTrialActivities(deps: TrialDeps, spending: TrialSpending): TrialActivities {
  const call = createTrialCall(deps, spending);
  const asking = { ask: createAskModel(deps, call), lookFirst: createLookFirst(deps, call) };
  return {
    planTrial: (input) => planTrial(deps, input),
    runCase: async (trialCase) => {
      const { trialId, caseId } = trialCase;
      if ((await deps.trials.resultOf(trialId, caseId)) === null) {
        await deps.trials.recordResult(trialId, await RUN[trialCase.kind](deps, asking, trialCase));
      }
    },
    giveUpCase: async ({ trialCase, why }) => {
      await deps.trials.recordResult(trialCase.trialId, await gaveUp(deps, trialCase, why));
    },
    endTrial: ({ trialId, error }) => deps.trials.end(trialId, error),
  };
}

/** What nobody can run is a trial that failed, with the reason where a person looks for it. */
async function planTrial(deps: TrialDeps, input: TrialInput): ReturnType<TrialActivities['planTrial']> {
  const { trialId, kind, askedBy, model, prompt } = input;
  const problem = problemWith(input);
  const plan = await deps.trials.begin({
    trialId,
    kind,
    askedBy,
    model: model ?? deps.models.normal,
    promptName: prompt?.name ?? null,
    standIn: deps.standIn,
    cases: problem === null ? await casesOf(deps, input) : [],
    promptHash: prompt === null ? null : await deps.mirror.putBlob('prompt', canonicalJson(prompt)),
  });
  if (problem !== null) {
    await deps.trials.end(trialId, problem);
  }
  return plan;
}

async function casesOf(
  { trials }: TrialDeps,
  { kind, last, families }: TrialInput,
): Promise<readonly string[]> {
  return kind === 'replay'
    ? trials.routedCycles(last)
    : SCENARIOS.filter(({ family }) => families.length === 0 || families.includes(family)).map(
        ({ id }) => id,
      );
}

/** A file of words that belongs to no prompt would silently change nothing. */
function problemWith({ families, prompt }: TrialInput): string | null {
  return (
    unknownAmong('family', families, FAMILY_NAMES) ??
    unknownAmong('prompt', Object.keys(prompt?.tasks ?? {}), PROMPT_IDS)
  );
}

/** A model that could not be asked for this case ends the case, not the trial. */
async function gaveUp(
  { trials }: TrialDeps,
  trialCase: TrialCase,
  why: string,
): Promise<ReplayResult | EvalResult> {
  const { kind, caseId } = trialCase;
  if (kind === 'eval') {
    const scenario = SCENARIOS.find(({ id }) => id === caseId);
    const grade = { verdict: 'undecided', problems: [why] } as const;
    return {
      kind,
      caseId,
      title: scenario?.title ?? caseId,
      family: scenario?.family ?? '',
      why,
      side: null,
      grade,
    };
  }
  return nothing(trialCase, await trials.recordedCycle(caseId), why);
}
