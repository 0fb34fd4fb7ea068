/** Prompts as the product builds them, for the tests of the stand-in. */

interface Parts {
  readonly agent?: Record<string, unknown>;
  readonly event: Record<string, unknown>;
  readonly alsoAnswers?: readonly Record<string, unknown>[];
  readonly issue?: Record<string, unknown> | null;
  readonly pullRequest?: Record<string, unknown> | null;
  readonly thread?: Record<string, unknown> | null;
  readonly items?: readonly Record<string, unknown>[];
}

const ISSUE = {
  id: '10001',
  key: 'PAY-142',
  summary: 'Checkout fails on Safari',
  projectKey: 'PAY',
  status: 'In Progress',
  assigneeId: '712020:bo',
  priority: 'High',
  updated: '2026-11-20T10:00:00.000Z',
  reachableStatuses: ['To Do', 'In Review', 'Done'],
  people: [
    { id: '712020:ada', name: 'Ada Okafor' },
    { id: '712020:bo', name: 'Bo Chen' },
  ],
  linkedKeys: [],
};

const PULL_REQUEST = {
  repository: 'acme/pay-api',
  id: 7,
  title: 'PAY-142 Fix Safari',
  state: 'OPEN',
  updated: null,
  sourceBranch: 'feature/PAY-142',
  destinationBranch: 'main',
};

export const issueItem = {
  id: 'issue',
  kind: 'issue',
  data: { key: 'PAY-142', description: 'It fails.', issueType: 'Bug' },
};

export const pullRequestItem = {
  id: 'pr',
  kind: 'pull_request',
  data: {
    title: PULL_REQUEST.title,
    author: { id: '{bo}', name: 'Bo Chen' },
    reviewers: [{ name: 'Ada Okafor', state: 'approved' }],
  },
};

/** A Messages API request with this context in its tool result. */
export function requestWith(parts: Parts): Record<string, unknown> {
  const context = {
    nonce: 'abc',
    agent: { name: 'PM Agent', ...parts.agent },
    event: parts.event,
    alsoAnswers: parts.alsoAnswers ?? [],
    facts: {
      issue: parts.issue === undefined ? ISSUE : parts.issue,
      pullRequest: parts.pullRequest ?? null,
      thread: parts.thread ?? null,
    },
    items: parts.items ?? [issueItem],
    omitted: [],
  };
  return requestOf(JSON.stringify(context));
}

/** The same around any text in the tool result. */
export function requestOf(content: unknown): Record<string, unknown> {
  return {
    model: 'claude-sonnet-5-5',
    max_tokens: 2000,
    system: [{ type: 'text', text: 'You are PM Agent.', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'read_context', description: 'Reads', input_schema: { type: 'object', properties: {} } }],
    output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    messages: [
      { role: 'user', content: 'Decide.' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'read_context', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] },
    ],
  };
}

export function issueWith(changes: Record<string, unknown>): Record<string, unknown> {
  return { ...ISSUE, ...changes };
}

export function comment(text: string, type = 'comment_created'): Record<string, unknown> {
  return {
    type,
    source: 'jira',
    subject: 'jira:PAY-142',
    actor: { id: '712020:ada', name: 'Ada Okafor', isBot: false },
    issue: { id: '10001', key: 'PAY-142', summary: null },
    comment: { id: '1', text },
  };
}

export function pullRequestComment(text: string): Parts {
  return {
    event: {
      type: 'pr_comment_created',
      source: 'bitbucket',
      actor: { id: '{ada}', name: 'Ada Okafor', isBot: false },
      repository: 'acme/pay-api',
      pullRequest: { id: 7, title: PULL_REQUEST.title },
      comment: { id: '5', text },
    },
    issue: null,
    pullRequest: PULL_REQUEST,
    items: [pullRequestItem],
  };
}

export function slack(type: string, text: string): Record<string, unknown> {
  return {
    type,
    source: 'slack',
    actor: { id: 'U0ADA', name: 'Ada Okafor', isBot: false },
    channel: 'C0PAY',
    ts: '1700000000.000200',
    threadTs: '1700000000.000100',
    text,
  };
}
