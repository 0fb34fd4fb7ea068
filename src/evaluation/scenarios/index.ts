/** The suite by family. A family is a row here; its threshold stands in eval/thresholds.json. */
import type { Scenario } from '../scenario.js';
import { BUILDS } from './builds.js';
import { CHANGES } from './changes.js';
import { HOSTILE } from './hostile.js';
import { NEW_ISSUES } from './new-issues.js';
import { PULL_REQUESTS } from './pull-requests.js';
import { QUESTIONS } from './questions.js';
import { REQUESTS } from './requests.js';
import { RESTRAINT } from './restraint.js';
import { SLACK } from './slack.js';
import { SPRINTS } from './sprints.js';

const FAMILIES = {
  'new-issues': NEW_ISSUES,
  changes: CHANGES,
  questions: QUESTIONS,
  requests: REQUESTS,
  'pull-requests': PULL_REQUESTS,
  builds: BUILDS,
  sprints: SPRINTS,
  slack: SLACK,
  restraint: RESTRAINT,
  hostile: HOSTILE,
} as const satisfies Readonly<Record<string, readonly Scenario[]>>;

export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly Family[];

export interface FamilyScenario extends Scenario {
  readonly family: Family;
}

/** All of them, family by family. */
export const SCENARIOS: readonly FamilyScenario[] = FAMILY_NAMES.flatMap((family) =>
  FAMILIES[family].map((scenario) => ({ ...scenario, family })),
);
