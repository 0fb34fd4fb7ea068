/** Pull requests: what holds a change up or leaves the plan untrue. */
import { atMost, noChange, nothing, only, onPullRequest } from '../expectations.js';
import { pullRequestEvent } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { type IssueSpec, type PullRequestSpec, pullRequest } from '../situation.js';
import { jonas, mira, type Person, priya } from '../team.js';

const WORK: IssueSpec = {
  summary: 'Log declined payments',
  status: 'In Review',
  assignee: jonas,
};
const KEYED: PullRequestSpec = {
  title: 'PAY-142 Log declined payments',
  branch: 'feature/PAY-142-declined',
  author: jonas,
};

function happened(
  id: string,
  title: string,
  type: Parameters<typeof pullRequestEvent>[0],
  {
    spec = KEYED,
    about = WORK,
    by = jonas,
  }: { spec?: PullRequestSpec; about?: IssueSpec | null; by?: Person },
  expected: Expectation,
): Scenario {
  return { id, title, event: pullRequestEvent(type, by, spec), context: pullRequest(spec, about), expected };
}

function said(
  id: string,
  title: string,
  words: string,
  expected: Expectation,
  spec: PullRequestSpec = KEYED,
): Scenario {
  const comment = { id: '7001', by: mira, text: words };
  return {
    id,
    title,
    event: pullRequestEvent('pr_comment_created', mira, spec, comment),
    context: pullRequest({ ...spec, comments: [comment] }, WORK),
    expected,
  };
}

export const PULL_REQUESTS: readonly Scenario[] = [
  happened(
    'pull-request-without-key',
    'A new pull request names no issue',
    'pr_created',
    { spec: { title: 'Log declined payments', branch: 'declined-logging', author: jonas }, about: null },
    only(onPullRequest(/key|issue|ticket/i)),
  ),
  happened(
    'pull-request-with-key',
    'A new pull request names its issue, which is in review',
    'pr_created',
    {},
    nothing,
  ),
  happened(
    'pull-request-key-in-branch',
    'The branch names the issue, the title does not',
    'pr_created',
    { spec: { ...KEYED, title: 'Log declined payments', branch: 'pay-142-declined' } },
    nothing,
  ),
  happened('pull-request-approved', 'A reviewer approved', 'pr_approved', { by: priya }, nothing),
  happened(
    'pull-request-changes-requested',
    'A reviewer asked for changes: its author knows',
    'pr_changes_requested',
    { by: priya },
    nothing,
  ),
  happened('pull-request-declined', 'The author took it back', 'pr_declined', {}, nothing),
  happened(
    'pull-request-merged-issue-done',
    'It was merged, and the issue is done',
    'pr_merged',
    { spec: { ...KEYED, state: 'MERGED' }, about: { ...WORK, status: 'Done', reachable: ['To Do'] } },
    nothing,
  ),
  happened(
    'pull-request-merged-issue-open',
    'It was merged, and the issue still stands as in progress',
    'pr_merged',
    { spec: { ...KEYED, state: 'MERGED' }, about: { ...WORK, status: 'In Progress' } },
    atMost(
      [
        { kind: ['jira.comment', 'bitbucket.pr_comment'] },
        { kind: 'jira.transition', where: { issueKey: 'PAY-142', toStatus: 'In Review' } },
        { kind: 'jira.transition', where: { issueKey: 'PAY-142', toStatus: 'Done' } },
      ],
      { kind: 'jira.assign', why: 'nobody asked for an assignee' },
    ),
  ),
  happened(
    'pull-request-updated',
    'New commits, all builds green',
    'pr_updated',
    { spec: { ...KEYED, builds: [{ name: 'unit', state: 'SUCCESSFUL' }] } },
    nothing,
  ),
  happened(
    'pull-request-stale',
    'Nobody has looked at it for two weeks, then its description was touched',
    'pr_updated',
    {
      spec: {
        ...KEYED,
        createdOn: '2026-11-06T09:00:00.000Z',
        reviewers: [{ name: 'Priya Nair', state: 'none' }],
      },
    },
    atMost([onPullRequest()], noChange),
  ),
  said(
    'asks-for-reviewers-on-pull-request',
    'A question to the agent on the pull request',
    '@PM Agent who reviews this?',
    only(onPullRequest(/Priya/)),
    { ...KEYED, reviewers: [{ name: 'Priya Nair', state: 'none' }] },
  ),
  said(
    'asks-for-builds-on-pull-request',
    'A question about the builds',
    '@PM Agent are the builds green?',
    only(onPullRequest(/unit/)),
    { ...KEYED, builds: [{ name: 'unit', state: 'FAILED' }] },
  ),
  said(
    'review-talk',
    'Reviewers talk among themselves',
    'Could you pull the parsing into a function of its own?',
    nothing,
  ),
];
