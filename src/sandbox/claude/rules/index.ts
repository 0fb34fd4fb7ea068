/**
 * The stand-in's rules, first match wins. A rule is one small pure function from the prompt to a decision, or null
 * where it has nothing to say. To add one: a file here and a row below.
 */
import { addressedTexts } from '../addressed.js';
import { noAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';
import { answerQuestion } from './answer-question.js';
import { assignRequest } from './assign-request.js';
import { blockedIssue } from './blocked-issue.js';
import { escalateRequest } from './escalate-request.js';
import { incompleteIssue } from './incomplete-issue.js';
import { keylessPullRequest } from './keyless-pull-request.js';
import { muteRequest } from './mute-request.js';
import { overdueIssue } from './overdue-issue.js';
import { redBuild } from './red-build.js';
import { sprintChange } from './sprint-change.js';
import { thanks } from './thanks.js';
import { transitionRequest } from './transition-request.js';

type Rule = (prompt: Prompt) => StandInDecision | null;

const RULES = {
  muteRequest,
  escalateRequest,
  transitionRequest,
  assignRequest,
  thanks,
  answerQuestion,
  incompleteIssue,
  blockedIssue,
  overdueIssue,
  keylessPullRequest,
  redBuild,
  sprintChange,
} as const satisfies Record<string, Rule>;

/** The decision on a prompt; "do nothing" with a plain reason where no rule speaks. */
export function decide(prompt: Prompt): StandInDecision {
  for (const rule of Object.values(RULES)) {
    const decision = rule(prompt);
    if (decision !== null) {
      return decision;
    }
  }
  const spokenTo = addressedTexts(prompt).length > 0;
  return noAction(
    spokenTo
      ? 'The agent was spoken to, but the context names no place for an answer.'
      : `Nothing to do: ${prompt.event.type.replaceAll('_', ' ')} asks nothing of the agent.`,
    prompt.items.slice(0, 1).map((item) => item.id),
  );
}
