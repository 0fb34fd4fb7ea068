/** Decides one written scenario and grades the decision. */

import type { Decision } from '../../domain/decision.js';
import { flagsOf } from '../../domain/flags/flags-of.js';
import { groundsOf } from '../../domain/grounds.js';
import { mentionPattern } from '../../domain/mention.js';
import { BUILT_IN_POLICY } from '../../domain/policy.js';
import { askedIn } from '../../domain/routing.js';
import type { EvalResult, TrialCase } from '../../domain/trial.js';
import { gradeDecision } from '../../evaluation/grade.js';
import { type FamilyScenario, SCENARIOS } from '../../evaluation/scenarios/index.js';
import { AGENT, BOARD, CHANNEL, PROJECT, REPOSITORY } from '../../evaluation/team.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import type { TeamSettings } from '../dependencies.js';
import { planAll } from '../plan-actions.js';
import type { Asking } from './asking.js';
import { decidingModel, withOutcome } from './first-look.js';
import { nonceOf } from './nonce.js';
import { sideOf } from './side.js';
import { nothingMore } from './tools.js';
import type { TrialDeps } from './trial-deps.js';
import { promptOf } from './words.js';

/** The team of the scenarios, whatever team runs them: scores of two installations are comparable. */
const TEAM: TeamSettings = {
  id: 'payments',
  jiraProjects: [PROJECT],
  jiraBoard: BOARD,
  repositories: [REPOSITORY],
  slackChannel: CHANNEL,
  lead: null,
  rules: '',
};
const LEAD_SLACK = 'U0MIRA';

/** Graded is what the model proposes, before policy and fences: those hold whatever it says. */
export async function evalCase(
  deps: TrialDeps,
  { ask, lookFirst }: Asking,
  trialCase: TrialCase,
): Promise<EvalResult> {
  const scenario = SCENARIOS.find(({ id }) => id === trialCase.caseId);
  if (scenario === undefined) {
    throw new Error(`there is no scenario ${trialCase.caseId}`);
  }
  const asked = await questionOf(deps, trialCase, scenario);
  const first = trialCase.triage === true ? await lookFirst(trialCase, asked) : null;
  const question = { ...asked, model: decidingModel(deps, trialCase, first) };
  const outcome = await ask(trialCase, question, nothingMore);
  const { id, title, family, expected } = scenario;
  const planned = judge(deps, scenario, outcome.decision);
  return {
    kind: 'eval',
    caseId: id,
    title,
    family,
    ...withOutcome(first, outcome.decision.actions),
    why: outcome.calls === 0 ? outcome.failure : null,
    side: sideOf(outcome, planned, question),
    grade:
      outcome.failure === null
        ? gradeDecision(outcome.decision.actions, expected)
        : { verdict: 'undecided', problems: [outcome.failure] },
  };
}

async function questionOf(
  deps: TrialDeps,
  trialCase: TrialCase,
  { event, alsoAnswers = [], context }: FamilyScenario,
): Promise<DecisionQuestion> {
  const asked = askedIn([event, ...alsoAnswers], mentionPattern([AGENT.name], []));
  const about = asked === null ? context : { ...context, asked };
  return {
    model: trialCase.model ?? deps.models.normal,
    prompt: await promptOf(deps, trialCase, promptAbout(event, about)),
    nonce: nonceOf(trialCase),
    maxActions: deps.limits.actionsPerDecision,
    maxTokens: deps.replyTokens.decision,
    agent: {
      name: AGENT.name,
      language: 'en',
      channel: CHANNEL,
      accounts: [{ jira: AGENT.id, bitbucket: AGENT.bitbucket, slack: AGENT.slack }[event.source]],
    },
    teamRules: '',
    event,
    alsoAnswers,
    isLate: false,
    context: { ...context, omitted: [] },
  };
}

function judge(
  { limits, output }: TrialDeps,
  { event, alsoAnswers = [], context }: FamilyScenario,
  decision: Decision,
) {
  return planAll(
    {
      cycleId: 'scenario',
      event,
      alsoAnswers: alsoAnswers.map((other) => ({ eventId: '', event: other })),
    },
    decision.actions,
    { facts: context.facts, teamChannel: TEAM.slackChannel, projects: TEAM.jiraProjects },
    {
      policy: { ...BUILT_IN_POLICY, version: 'built-in' },
      people: [],
      limit: limits.actionsPerDecision,
      output: { ...output, linkHosts: [], mentions: [] },
      escalateTo: LEAD_SLACK,
      ownIds: [],
      flags: flagsOf([event, ...alsoAnswers], context),
      grounds: groundsOf(decision),
    },
  );
}
