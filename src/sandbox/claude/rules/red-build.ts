import { type JsonRecord, textAt } from '../../loose-json.js';
import { idsOf } from '../answer.js';
import { noAction, oneAction, type StandInDecision } from '../decision.js';
import { eventsOfType, type Prompt } from '../prompt.js';
import { commentOnPullRequest, messageToTeam } from '../reply.js';

/** Where the context does not say which branch is the main one. */
const USUAL_MAIN_BRANCH = /^(?:main|master|trunk)$/;

/** A failed build on the main branch: tells the team's channel, or the pull request at hand where no channel is known. */
export function redBuild(prompt: Prompt): StandInDecision | null {
  const failed = eventsOfType(prompt, 'commit_status').find(
    ({ raw }) =>
      /^(?:FAILED|ERROR)$/i.test(textAt(raw, 'state') ?? '') &&
      isMainBranch(textAt(raw, 'branch') ?? '', prompt),
  );
  return failed === undefined ? null : tell(failed.raw, prompt);
}

function tell(raw: JsonRecord, prompt: Prompt): StandInDecision {
  const branch = textAt(raw, 'branch') ?? 'main';
  const commit = (textAt(raw, 'commit') ?? '').slice(0, 7);
  const repository = textAt(raw, 'repository') ?? 'the repository';
  const text = `${textAt(raw, 'name') ?? 'The build'} failed on ${branch} of ${repository} at ${commit}. Who looks at it?`;
  const action =
    messageToTeam(prompt, text) ?? (prompt.pullRequest === null ? null : commentOnPullRequest(prompt, text));
  const evidence = idsOf(prompt, 'commit_status');
  return action === null
    ? noAction(`The build of ${branch} is red, but the context names no channel to say so.`, evidence)
    : oneAction(`The build of ${branch} is red.`, action, evidence);
}

function isMainBranch(branch: string, prompt: Prompt): boolean {
  const named = prompt.items
    .filter((item) => item.kind === 'commit_status')
    .map((item) => textAt(item.data, 'mainBranch'))
    .find((name) => name !== null);
  return named === undefined ? USUAL_MAIN_BRANCH.test(branch) : named === branch;
}
