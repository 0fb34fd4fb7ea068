import { textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { commentOnPullRequest } from '../reply.js';

const ISSUE_KEY = /\b[A-Z][A-Z0-9]+-\d+\b/;
/** Branches carry keys in lower case too: `feature/pay-142-retry`. */
const KEY_IN_BRANCH = /(?:^|\/)[a-z][a-z0-9]+-\d+(?:[-_/]|$)/i;

/** A new pull request that names no issue in title, branch or description: asks for the key. */
export function keylessPullRequest(prompt: Prompt): StandInDecision | null {
  const created = eventsOfType(prompt, 'pr_created')[0];
  if (created === undefined) {
    return null;
  }
  const description = prompt.items.find((item) => item.kind === 'pull_request')?.data;
  const texts = [
    textAt(created.raw, 'pullRequest', 'title'),
    prompt.pullRequest?.title ?? null,
    textAt(description, 'description'),
  ];
  const comment = commentOnPullRequest(
    prompt,
    'Which Jira issue does this belong to? Please put its key (like PAY-142) into the title.',
  );
  const named =
    texts.some((text) => text !== null && ISSUE_KEY.test(text)) ||
    KEY_IN_BRANCH.test(prompt.pullRequest?.sourceBranch ?? '');
  return comment === null || named
    ? null
    : oneAction('The pull request names no issue.', comment, idsOf(prompt, 'pull_request'));
}
