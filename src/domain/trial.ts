/** Trial runs of the model: what is recorded or written down is decided once more, and nothing of it is carried out. */
import type { RiskGrade } from './actions/row.js';
import type { Verdict } from './policy.js';

/** `replay`: recorded events; `eval`: written scenarios. */
export const TRIAL_KINDS = ['replay', 'eval'] as const;
export type TrialKind = (typeof TRIAL_KINDS)[number];

export type TrialStatus = 'running' | 'done' | 'failed';

/** Other words for the model, in place of the product's own. */
export interface TrialPrompt {
  /** What a person calls it: the name of the file or folder. */
  readonly name: string;
  /** The stable part; null leaves the product's own. */
  readonly role: string | null;
  /** The instruction for a kind of event, by the prompt's id (`comment`, `build`); what is left out stays as it is. */
  readonly tasks: Readonly<Record<string, string>>;
}

export interface TrialInput {
  readonly trialId: string;
  readonly kind: TrialKind;
  /** Id of who asked for it. */
  readonly askedBy: string;
  /** Null: the model that the configuration names. */
  readonly model: string | null;
  readonly prompt: TrialPrompt | null;
  /** Of a replay: so many events, the newest first. */
  readonly last: number;
  /** Of an evaluation: only these families; empty for all. */
  readonly families: readonly string[];
  /**
   * Ask the model that decides also about what the rules or the small model keep from it, to tell what that loses; an evaluation
   * looks first only with it. Left out: not.
   */
  readonly triage?: boolean;
}

/** What a trial consists of, once it is planned. */
export interface TrialPlan {
  /** Cycle ids, or ids of scenarios. */
  readonly cases: readonly string[];
  /** Blob that holds the `TrialPrompt`; null for the product's own words. */
  readonly promptHash: string | null;
}

export interface TrialCase {
  readonly trialId: string;
  readonly kind: TrialKind;
  readonly caseId: string;
  readonly model: string | null;
  readonly promptHash: string | null;
  /** As in `TrialInput`. */
  readonly triage?: boolean;
}

/** What the rules and the small model said of an event, before the model that decides was asked all the same. */
export interface FirstLook {
  readonly by: 'rule' | 'model';
  readonly route: 'skip' | 'normal' | 'hard';
  readonly why: string;
  readonly costUsd: number;
  /** It would have ended there, and the model that decides proposes something. */
  readonly dropped: boolean;
}

/** Which way an event went, and who said so: past the model (`skip`), to the normal one, or to the large one. */
export interface TrialRoute extends Pick<FirstLook, 'by' | 'why'> {
  readonly to: FirstLook['route'];
}

/** One proposed action as code and policy judge it. */
export interface TrialProposal {
  readonly kind: string;
  readonly target: string;
  readonly payload: unknown;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly risk: RiskGrade;
  /** Why code refuses it; null where it does not. */
  readonly refusal: string | null;
}

/** One decision with what it cost. */
export interface TrialSide {
  readonly summary: string;
  readonly proposals: readonly TrialProposal[];
  /** Why there is no decision; null where there is one. */
  readonly failure: string | null;
  /** Null where the model was not asked. */
  readonly model: string | null;
  /** Id and version. */
  readonly prompt: string | null;
  /** Of the model, the first look among them where one was part of it. */
  readonly calls: number;
  readonly costUsd: number;
  /** Left out in evaluations, where it is not known, and in results from before it was kept. */
  readonly route?: TrialRoute;
}

/** `reworded`: the same actions on the same things, in other words. */
export const DECISION_CHANGES = ['same', 'reworded', 'changed'] as const;
export type DecisionChange = (typeof DECISION_CHANGES)[number];

/** `undecided`: the model gave no decision that could be used. */
export const GRADES = ['pass', 'missed', 'stray', 'forbidden', 'undecided'] as const;

export interface CaseGrade {
  readonly verdict: (typeof GRADES)[number];
  readonly problems: readonly string[];
}

interface CaseResult {
  readonly caseId: string;
  /** For a person: the title, or the situation. */
  readonly title: string;
  /** Why there is nothing to tell (the context is gone, the cap is reached, the model could not be asked); null otherwise. */
  readonly why: string | null;
  /** Left out where the trial did not ask for it. */
  readonly first?: FirstLook;
}

export interface ReplayResult extends CaseResult {
  readonly kind: 'replay';
  readonly subject: string;
  readonly eventType: string;
  /** As it was recorded; null where `why` says so. */
  readonly before: TrialSide | null;
  /** As it is decided now. */
  readonly after: TrialSide | null;
  /** What was skipped then and is decided now, or the reverse, has changed. */
  readonly change: DecisionChange | null;
}

export interface EvalResult extends CaseResult {
  readonly kind: 'eval';
  readonly family: string;
  readonly side: TrialSide | null;
  readonly grade: CaseGrade;
}

export type TrialResult = ReplayResult | EvalResult;

/** Which of these names there is none of, and which there are, for a person; null where there are all. */
export function unknownAmong(
  what: 'family' | 'prompt',
  names: readonly string[],
  known: readonly string[],
): string | null {
  const unknown = names.find((name) => !known.includes(name));
  return unknown === undefined
    ? null
    : `there is no ${what} called ${unknown}; there are ${known.join(', ')}`;
}
