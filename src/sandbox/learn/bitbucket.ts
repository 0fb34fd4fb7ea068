import type { SandboxDeps } from '../deps.js';
import { at, isRecord, listAt, recordAt, textAt } from '../loose-json.js';
import { learnCommit, learnPush, learnStatus } from './bitbucket-commits.js';
import { learnAccount, learnRepository } from './bitbucket-places.js';
import { learnPullRequest, learnPullRequestComment } from './bitbucket-pull-requests.js';
import type { Note } from './note.js';

/** A Bitbucket webhook body: repository, people, pull request with branches and comment, pushed commits, build status. */
export function learnBitbucket(deps: SandboxDeps, body: unknown, note: Note, eventKey: string | null): void {
  learnAccount(deps, at(body, 'actor'), note);
  const mainBranch = textAt(body, 'pullrequest', 'destination', 'branch', 'name');
  const repository = learnRepository(deps, at(body, 'repository'), mainBranch, note);
  if (repository === null) {
    return;
  }
  if (isRecord(at(body, 'fork'))) {
    learnRepository(deps, at(body, 'fork'), null, note);
  }
  const pullRequest = learnPullRequest(deps, repository, body, eventKey, note);
  if (pullRequest !== null) {
    const deleted = eventKey === 'pullrequest:comment_deleted';
    learnPullRequestComment(deps, pullRequest, at(body, 'comment'), deleted, note);
  }
  for (const change of listAt(body, 'push', 'changes')) {
    learnPush(deps, repository, change, note);
  }
  learnStatus(deps, repository, recordAt(body, 'commit_status'), note);
  learnCommit(deps, repository, at(body, 'commit'), note);
}
