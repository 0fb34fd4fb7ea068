/**
 * Every text that the model is shown, by where it stands (`kind.member`, a list as `[]`), and which carrier puts a hostile text
 * there. A member that is not in this table fails shown-fields.test.ts: who shows a new one adds a row, and a carrier where outsiders word it.
 */
import type { Field } from './carriers.js';

/** No words of anybody's: ids, keys, times, and states that a vendor has a fixed set of. */
const VENDORS = 'of the vendor' as const;
/** From pm-agent.yaml, or of our own code. */
const OURS = 'ours' as const;

export type Bearer = Field | typeof VENDORS | typeof OURS;

const ACTOR = { 'actor.id': VENDORS, 'actor.name': 'display name' } as const;
const HEAD = {
  type: OURS,
  source: OURS,
  subject: VENDORS,
  project: VENDORS,
  occurredAt: VENDORS,
  ...ACTOR,
} as const;
const OF_ISSUE = { 'issue.id': VENDORS, 'issue.key': VENDORS, 'issue.summary': 'summary' } as const;

/** By the event's kind. What it is about is told besides by the items. */
export const SHOWN_EVENTS = {
  issue: {
    ...HEAD,
    ...OF_ISSUE,
    'changes[].field': 'changed field',
    'changes[].from': 'changed field',
    'changes[].to': 'changed field',
  },
  comment: { ...HEAD, ...OF_ISSUE, 'comment.id': VENDORS, 'comment.text': 'comment' },
  sprint: {
    ...HEAD,
    'sprint.name': 'sprint told of',
    'sprint.goal': 'sprint told of',
    'sprint.state': VENDORS,
  },
  link: {
    ...HEAD,
    'link.id': VENDORS,
    'link.linkType': 'link told of',
    'link.sourceIssueId': VENDORS,
    'link.destinationIssueId': VENDORS,
  },
  'pull request': {
    ...HEAD,
    repository: VENDORS,
    'pullRequest.title': 'PR title',
    'comment.id': VENDORS,
    'comment.text': 'PR comment',
  },
  push: {
    ...HEAD,
    repository: VENDORS,
    'changes[].kind': VENDORS,
    'changes[].name': 'push',
    'changes[].newHash': VENDORS,
    'changes[].messages[]': 'push',
  },
  build: {
    ...HEAD,
    repository: VENDORS,
    commit: VENDORS,
    branch: 'build',
    state: VENDORS,
    name: 'build',
  },
  message: { ...HEAD, channel: VENDORS, ts: VENDORS, threadTs: VENDORS, text: 'Slack text' },
  command: { ...HEAD, channel: VENDORS, command: VENDORS, text: 'Slack command' },
  interaction: {
    ...HEAD,
    channel: VENDORS,
    threadTs: VENDORS,
    interactionType: VENDORS,
    actionId: 'form value',
    value: 'form value',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Bearer>>>>;

export const SHOWN_FACTS = {
  'issue.key': VENDORS,
  'issue.summary': 'summary',
  'issue.status': 'name that an admin chose',
  'issue.assigneeId': VENDORS,
  'issue.priority': 'name that an admin chose',
  'issue.dueDate': VENDORS,
  'issue.reachableStatuses[]': 'name that an admin chose',
  'issue.people[].id': VENDORS,
  'issue.people[].name': 'display name',
  'issue.linkedKeys[]': VENDORS,
  'pullRequest.repository': VENDORS,
  'pullRequest.title': 'PR title',
  'pullRequest.state': VENDORS,
  'pullRequest.sourceBranch': 'branch name',
  'pullRequest.destinationBranch': 'branch name',
  'thread.channel': VENDORS,
  'thread.threadTs': VENDORS,
  'thread.people[].id': VENDORS,
  'thread.people[].name': 'name in Slack',
} as const satisfies Readonly<Record<string, Bearer>>;

/** By the item's kind. */
export const SHOWN_ITEMS = {
  issue: {
    estimate: OURS,
    id: VENDORS,
    key: VENDORS,
    projectKey: VENDORS,
    summary: 'summary',
    description: 'description',
    issueType: 'name that an admin chose',
    status: 'name that an admin chose',
    statusCategory: VENDORS,
    priority: 'name that an admin chose',
    'assignee.id': VENDORS,
    'assignee.name': 'display name',
    // Of what a search or a sprint lists.
    assignee: 'display name',
    'reporter.id': VENDORS,
    'reporter.name': 'display name',
    'labels[]': 'label',
    dueDate: VENDORS,
    created: VENDORS,
    updated: VENDORS,
    parentKey: VENDORS,
    'subtasks[].key': VENDORS,
    'subtasks[].summary': 'sub-task',
    'subtasks[].status': 'name that an admin chose',
    sprint: 'sprint name',
  },
  comment: {
    id: VENDORS,
    'author.id': VENDORS,
    'author.name': 'display name',
    body: 'comment',
    created: VENDORS,
    updated: VENDORS,
    createdOn: VENDORS,
    'inline.path': 'file path',
  },
  link: {
    id: VENDORS,
    relation: 'name that an admin chose',
    key: VENDORS,
    summary: 'link title',
    status: 'name that an admin chose',
  },
  sprint: {
    name: 'sprint name',
    state: VENDORS,
    goal: 'sprint name',
    startDate: VENDORS,
    endDate: VENDORS,
  },
  change: {
    at: VENDORS,
    author: 'display name',
    field: 'changed field',
    from: 'changed field',
    to: 'changed field',
  },
  transition: {
    name: 'name that an admin chose',
    toStatus: 'name that an admin chose',
    'demands[].field': VENDORS,
    'demands[].name': 'name that an admin chose',
    'demands[].values[]': 'name that an admin chose',
  },
  pull_request: {
    repository: VENDORS,
    title: 'PR title',
    description: 'PR description',
    state: VENDORS,
    'author.id': VENDORS,
    'author.name': 'display name',
    sourceBranch: 'branch name',
    destinationBranch: 'branch name',
    sourceCommit: VENDORS,
    'reviewers[].name': 'display name',
    'reviewers[].state': VENDORS,
    createdOn: VENDORS,
    updatedOn: VENDORS,
    'joinedBy[]': OURS,
    'files[].path': 'file path',
    'files[].status': VENDORS,
  },
  commit_status: {
    name: 'build',
    state: VENDORS,
    url: 'build',
    updatedOn: VENDORS,
    commit: VENDORS,
    branch: 'build',
    mainBranch: 'build',
  },
  message: { ts: VENDORS, sentAt: VENDORS, userId: VENDORS, botId: VENDORS, text: 'Slack text' },
  earlier: {
    cycleId: OURS,
    subject: VENDORS,
    eventType: OURS,
    startedAt: VENDORS,
    outcome: OURS,
    summary: 'what was edited before',
    'actions[].kind': OURS,
    'actions[].target': VENDORS,
    'actions[].status': OURS,
    'actions[].decidedBy': OURS,
    'actions[].reason': 'reason of a rejection',
    'actions[].edited[].member': OURS,
    'actions[].edited[].from': 'what was edited before',
    'actions[].edited[].to': 'what was edited before',
    what: OURS,
    'kinds[].kind': OURS,
  },
  calendar: {
    team: OURS,
    today: OURS,
    from: OURS,
    to: OURS,
    'notKnownToBeAway[]': OURS,
  },
  person: {
    name: OURS,
    jira: OURS,
    bitbucket: OURS,
    slack: OURS,
    'away[].from': OURS,
    'away[].to': OURS,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Bearer>>>>;

/** Where texts stand in a value: `author.name`, `labels[]`; and where there is nothing, by which a walk tells what it did not see. */
export function pathsOf(
  value: unknown,
  at = '',
): { readonly texts: readonly string[]; readonly empty: readonly string[] } {
  if (typeof value === 'string') {
    return { texts: [at], empty: [] };
  }
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) {
    return { texts: [], empty: [at] };
  }
  if (typeof value !== 'object') {
    return { texts: [], empty: [] };
  }
  const inside = Array.isArray(value)
    ? value.map((one) => pathsOf(one, `${at}[]`))
    : Object.entries(value).map(([name, one]) => pathsOf(one, at === '' ? name : `${at}.${name}`));
  return {
    texts: [...new Set(inside.flatMap(({ texts }) => texts))],
    empty: [...new Set(inside.flatMap(({ empty }) => empty))],
  };
}
