/** Who and what a story plays with: chosen from the state as it is, so that a story works on any day and twice. */
import type { BitbucketRepositoryRecord, BitbucketUserRecord } from '../bitbucket/records.js';
import type { SandboxDeps } from '../deps.js';
import type { JiraIssueRecord, JiraUserRecord } from '../jira/records.js';
import type { SlackChannelRecord, SlackUserRecord } from '../slack/records.js';
import { StoryProblem } from './story.js';

/** The demo team's project. */
export const PROJECT = 'PAY';

/** An issue that somebody works on. */
export function issueInWork(deps: SandboxDeps): JiraIssueRecord {
  return issuesInWork(deps)[0] ?? missing(`an issue in work in ${PROJECT}`);
}

/** An open issue whose workflow leads to a final status from here; another one than `issueInWork` where there is a choice. */
export function closableIssue(deps: SandboxDeps): JiraIssueRecord {
  const closable = openIssues(deps).filter((issue) =>
    deps.jira
      .transitionsFrom(issue.statusId, issue.projectKey)
      .some(
        ({ to, requiredFields }) =>
          deps.jira.findStatus(to)?.category === 'done' && requiredFields.length === 0,
      ),
  );
  const asked = issuesInWork(deps)[0]?.key;
  return (
    closable.find(({ key }) => key !== asked) ?? closable[0] ?? missing(`an issue to close in ${PROJECT}`)
  );
}

/** An open issue and a status that is not final to which its workflow leads; another one than `issueInWork` where there is a choice. */
export function movableIssue(deps: SandboxDeps): {
  readonly issue: JiraIssueRecord;
  readonly status: string;
} {
  const movable = openIssues(deps).flatMap((issue) => {
    const status =
      deps.jira
        .transitionsFrom(issue.statusId, issue.projectKey)
        .filter(({ requiredFields }) => requiredFields.length === 0)
        .map(({ to }) => deps.jira.findStatus(to))
        .find((to) => to?.category === 'indeterminate') ?? null;
    return status === null ? [] : [{ issue, status: status.name }];
  });
  const asked = issuesInWork(deps)[0]?.key;
  return (
    movable.find(({ issue }) => issue.key !== asked) ??
    movable[0] ??
    missing(`an issue to move in ${PROJECT}`)
  );
}

function issuesInWork(deps: SandboxDeps): readonly JiraIssueRecord[] {
  return openIssues(deps).filter(
    ({ assignee, statusId }) =>
      assignee !== null && deps.jira.findStatus(statusId)?.category === 'indeterminate',
  );
}

function openIssues(deps: SandboxDeps): readonly JiraIssueRecord[] {
  return deps.jira
    .issues()
    .filter(
      ({ projectKey, statusId }) =>
        projectKey === PROJECT && deps.jira.findStatus(statusId)?.category !== 'done',
    );
}

/** A person at Jira, other than this account where there is a choice. */
export function jiraPerson(deps: SandboxDeps, other: string | null = null): JiraUserRecord {
  const people = deps.jira
    .users()
    .filter(
      ({ accountType, accountId }) =>
        accountType === 'atlassian' && accountId !== deps.accounts.jira.accountId,
    );
  return people.find(({ accountId }) => accountId !== other) ?? people[0] ?? missing('a person at Jira');
}

export function repository(deps: SandboxDeps): BitbucketRepositoryRecord {
  return deps.bitbucket.repositories()[0] ?? missing('a repository');
}

export function bitbucketPerson(deps: SandboxDeps): BitbucketUserRecord {
  const people = deps.bitbucket.users().filter(({ uuid }) => uuid !== deps.accounts.bitbucket.uuid);
  return people[0] ?? missing('a person at Bitbucket');
}

/** The team's channel, by name where it has one of the project's. */
export function teamChannel(deps: SandboxDeps): SlackChannelRecord {
  const open = deps.slack.channels().filter(({ isIm, isArchived }) => !isIm && !isArchived);
  return open.find(({ name }) => name.startsWith('pay')) ?? open[0] ?? missing('a channel');
}

/** Somebody who is in this channel. */
export function slackPerson(deps: SandboxDeps, channel: SlackChannelRecord): SlackUserRecord {
  const people = deps.slack.users().filter(({ isBot }) => !isBot);
  return people.find(({ id }) => channel.members.includes(id)) ?? people[0] ?? missing('a person at Slack');
}

export function missing(what: string): never {
  throw new StoryProblem(what);
}
