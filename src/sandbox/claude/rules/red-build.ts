import { textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';
import { commentOnPullRequest, messageToTeam } from '../reply.js';

/** Where the context does not say which branch is the main one. */
const USUAL_MAIN_BRANCH = /^(?:main|master|trunk)$/;

/** A failed build on the main branch: tells the team's channel, or the pull request at hand where no channel is known. */
export function redBuild(prompt: Prompt): StandInDecision | null {
  const { raw, type } = prompt.event;
  const branch = textAt(raw, 'branch') ?? '';
  if (
    type !== 'commit_status' ||
    !/^(?:FAILED|ERROR)$/i.test(textAt(raw, 'state') ?? '') ||
    !isMainBranch(branch, prompt)
  ) {
    return null;
  }
  const commit = (textAt(raw, 'commit') ?? '').slice(0, 7);
  const repository = textAt(raw, 'repository') ?? 'the repository';
  const text = `${textAt(raw, 'name') ?? 'The build'} failed on ${branch} of ${repository} at ${commit}. Who looks at it?`;
  const action =
    messageToTeam(prompt, text) ?? (prompt.pullRequest === null ? null : commentOnPullRequest(prompt, text));
  return action === null
    ? null
    : oneAction(`The build of ${branch} is red.`, action, idsOf(prompt, 'commit_status'));
}

function isMainBranch(branch: string, prompt: Prompt): boolean {
  const named = prompt.items
    .filter((item) => item.kind === 'commit_status')
    .map((item) => textAt(item.data, 'mainBranch'))
    .find((name) => name !== null);
  return named === undefined ? USUAL_MAIN_BRANCH.test(branch) : named === branch;
}
