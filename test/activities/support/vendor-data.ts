/** What vendors answer in these tests: small and valid; override what the test is about. */
import type { Context, ContextFacts, ContextItem } from '../../../src/domain/context.js';
import type { BitbucketPullRequest } from '../../../src/integrations/bitbucket/bitbucket.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import type { IssueReading, Origin } from '../../../src/integrations/jira/issue-reader.js';
import type {
  JiraComment,
  JiraIssue,
  JiraSprintIssue,
  JiraTransition,
  JiraUser,
} from '../../../src/integrations/jira/jira.js';

export const ana: JiraUser = { accountId: '712020:ana', displayName: 'Ana Lindqvist', isApp: false };
export const bo: JiraUser = { accountId: '712020:bo', displayName: 'Bo Chen', isApp: false };

export function jiraComment(n: number, overrides: Partial<JiraComment> = {}): JiraComment {
  return {
    id: String(20_000 + n),
    author: ana,
    body: `comment ${n}`,
    created: '2026-11-22T10:00:00.000Z',
    updated: '2026-11-22T10:00:00.000Z',
    ...overrides,
  };
}

export function sprintIssue(overrides: Partial<JiraSprintIssue> = {}): JiraSprintIssue {
  return {
    key: 'PAY-1',
    summary: 'Checkout',
    status: 'To Do',
    statusCategory: 'new',
    assignee: null,
    estimate: null,
    ...overrides,
  };
}

export function jiraIssue(overrides: Partial<JiraIssue> = {}): JiraIssue {
  return {
    id: '10001',
    key: 'PAY-1',
    projectKey: 'PAY',
    summary: 'Checkout fails on Safari',
    description: 'It fails.',
    issueType: 'Bug',
    status: 'In Progress',
    statusCategory: 'indeterminate',
    priority: 'High',
    assignee: bo,
    reporter: ana,
    labels: [],
    estimate: null,
    dueDate: null,
    created: '2026-11-20T10:00:00.000Z',
    updated: '2026-11-22T10:00:00.000Z',
    parentKey: null,
    subtasks: [],
    links: [{ id: '1', relation: 'is blocked by', key: 'PAY-2', summary: 'Wallet', status: 'To Do' }],
    sprint: { id: 7, name: 'Sprint 7', state: 'active', goal: null, startDate: null, endDate: null },
    comments: [jiraComment(1)],
    commentTotal: 1,
    changes: [
      {
        id: '5',
        at: '2026-11-21T10:00:00.000Z',
        author: 'Bo Chen',
        field: 'status',
        from: 'To Do',
        to: 'In Progress',
      },
    ],
    ...overrides,
  };
}

export const transitions: readonly JiraTransition[] = [
  { id: '31', name: 'Send to review', toStatus: 'In Review', toCategory: 'indeterminate' },
  { id: '41', name: 'Finish', toStatus: 'Done', toCategory: 'done' },
];

/** An issue as the reader answers it; everything over REST unless said otherwise. */
export function readingOf(
  issue: JiraIssue,
  available: readonly JiraTransition[] = transitions,
  overrides: { readonly [F in keyof JiraIssue]?: Origin } = {},
): IssueReading {
  const fields = Object.keys(issue) as (keyof JiraIssue)[];
  const byRest: Origin = { source: 'jira:rest', fetchedAt: '2026-11-23T10:00:00.000Z' };
  return {
    issue,
    transitions: available,
    origins: Object.fromEntries(
      fields.map((field) => [field, overrides[field] ?? byRest]),
    ) as IssueReading['origins'],
    read: { what: `issue ${issue.key}`, source: 'jira:rest', tool: null, reused: [], why: null },
  };
}

export function pullRequest(overrides: Partial<BitbucketPullRequest> = {}): BitbucketPullRequest {
  return {
    repository: 'acme/pay-api',
    id: 7,
    title: 'Fix the wallet',
    description: '',
    state: 'OPEN',
    draft: false,
    author: { id: '{bo}', name: 'Bo Chen' },
    sourceBranch: 'feature/PAY-1-wallet',
    destinationBranch: 'main',
    sourceCommit: 'abcdef1234567890',
    reviewers: [],
    createdOn: '2026-11-20T10:00:00.000Z',
    updatedOn: '2026-11-22T10:00:00.000Z',
    commentCount: 0,
    ...overrides,
  };
}

export const facts: ContextFacts = {
  issue: {
    id: '10001',
    key: 'PAY-1',
    summary: 'Checkout fails on Safari',
    projectKey: 'PAY',
    status: 'In Progress',
    assigneeId: bo.accountId,
    priority: 'High',
    updated: null,
    reachableStatuses: ['In Review', 'Done'],
    people: [{ id: ana.accountId, name: ana.displayName }],
    linkedKeys: ['PAY-2'],
  },
  pullRequest: {
    repository: 'acme/pay-api',
    id: 7,
    title: 'Fix the wallet',
    state: 'OPEN',
    updated: null,
    sourceBranch: 'feature/PAY-1-wallet',
    destinationBranch: 'main',
  },
  thread: { channel: 'C0PAY', threadTs: '1700000000.000100' },
};

export function item(id: string, data: Readonly<Record<string, unknown>> = {}): ContextItem {
  return {
    id,
    kind: 'issue',
    source: 'jira:rest',
    fetchedAt: '2026-11-23T10:00:00.000Z',
    hash: '0'.repeat(64),
    data,
  };
}

export function context(overrides: Partial<Context> = {}): Context {
  return { facts, items: [item('issue'), item('comment-20001')], omitted: [], ...overrides };
}

export function vendorError(
  code: string,
  overrides: Partial<ConstructorParameters<typeof IntegrationError>[0]> = {},
): IntegrationError {
  return new IntegrationError({
    service: 'jira',
    message: `Jira says ${code}`,
    code,
    retryable: false,
    ...overrides,
  });
}
