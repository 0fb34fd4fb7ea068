/** Bodies in the vendors' shapes, with invented people, issues and repositories. */
const SITE = 'https://acme.atlassian.net';

export const ana = {
  self: `${SITE}/rest/api/2/user?accountId=712020:ana`,
  accountId: '712020:ana',
  displayName: 'Ana Lindqvist',
  accountType: 'atlassian',
};

export function jiraIssue(overrides: Record<string, unknown> = {}) {
  return {
    id: '10142',
    self: `${SITE}/rest/api/2/issue/10142`,
    key: 'PAY-142',
    fields: { summary: 'Checkout fails on Safari', project: { id: '10001', key: 'PAY' } },
    ...overrides,
  };
}

export function jiraComment(overrides: Record<string, unknown> = {}) {
  return {
    self: `${SITE}/rest/api/2/issue/10142/comment/20001`,
    id: '20001',
    author: ana,
    updateAuthor: ana,
    body: 'Is *this* still planned? [~accountid:712020:ben]',
    created: '2026-11-23T10:00:00.000+0100',
    updated: '2026-11-23T10:00:00.000+0100',
    ...overrides,
  };
}

export function jiraBody(webhookEvent: string, parts: Record<string, unknown> = {}) {
  return { timestamp: Date.now(), webhookEvent, ...parts };
}

export function commentCreated(overrides: Record<string, unknown> = {}) {
  return jiraBody('comment_created', { comment: jiraComment(), issue: jiraIssue(), ...overrides });
}

export function sprintBody(webhookEvent: string, state: string, parts: Record<string, unknown> = {}) {
  const sprint = {
    id: 57,
    self: `${SITE}/rest/agile/1.0/sprint/57`,
    state,
    name: 'PAY Sprint 4',
    originBoardId: 12,
    goal: 'Ship the new checkout',
  };
  return jiraBody(webhookEvent, { sprint, ...parts });
}

export const linkBody = jiraBody('issuelink_created', {
  issueLink: {
    id: 10656,
    sourceIssueId: 11442,
    destinationIssueId: 11961,
    issueLinkType: { id: 10000, name: 'Blocks', outwardName: 'blocks', inwardName: 'is blocked by' },
  },
});

export const ben = {
  display_name: 'Ben Ogun',
  uuid: '{145a94da-0000-4000-8000-cea8005ba000}',
  account_id: '712020:ben',
  nickname: 'ben',
  type: 'user',
};

export const repository = {
  type: 'repository',
  full_name: 'acme/pay-api',
  name: 'pay-api',
  workspace: { slug: 'acme', type: 'workspace' },
};

export function pullRequest(overrides: Record<string, unknown> = {}) {
  return {
    id: 7,
    title: 'Retry the payment call',
    state: 'OPEN',
    updated_on: '2026-11-23T09:10:11.939978+00:00',
    source: { branch: { name: 'retry' }, commit: { hash: 'b9437f32dddd' } },
    destination: { branch: { name: 'main' }, commit: { hash: 'cfd2d864e389' } },
    ...overrides,
  };
}

export function pullRequestBody(parts: Record<string, unknown> = {}) {
  return { actor: ben, repository, pullrequest: pullRequest(), ...parts };
}

export const prComment = {
  id: 311512047,
  content: { raw: '@PM Agent can you check this?', markup: 'markdown' },
  created_on: '2026-11-23T09:10:11.939909+00:00',
  user: ben,
};

export const pushBody = {
  actor: ben,
  repository,
  push: {
    changes: [
      {
        old: { type: 'branch', name: 'main', target: { hash: 'aaaa1111' } },
        new: { type: 'branch', name: 'main', target: { hash: 'bbbb2222' } },
        commits: [{ hash: 'bbbb2222', message: 'PAY-142 retry the call\n' }],
        truncated: false,
      },
      { old: { type: 'branch', name: 'gone', target: { hash: 'cccc3333' } }, new: null, commits: [] },
      { old: null, new: { type: 'tag', name: 'v2', target: { hash: 'dddd4444' } } },
    ],
  },
};

export const statusBody = {
  actor: { ...ben, type: 'app_user' },
  repository,
  commit_status: {
    key: 'build-1',
    name: 'Unit tests',
    state: 'FAILED',
    refname: 'retry',
    commit: { hash: 'b9437f32ddddb9437f32ddddb9437f32ddddb943' },
    updated_on: '2026-11-23T09:20:00.572450+00:00',
  },
};

export function dataCenterBody(eventKey: string, parts: Record<string, unknown> = {}) {
  return {
    eventKey,
    date: '2026-11-23T10:01:11+0100',
    actor: { name: 'ben', id: 4, displayName: 'Ben Ogun', type: 'NORMAL' },
    pullRequest: {
      id: 9,
      title: 'Retry the payment call',
      state: 'OPEN',
      toRef: { id: 'refs/heads/main', repository: { slug: 'pay-api', project: { key: 'ACME' } } },
    },
    ...parts,
  };
}

export function slackEvent(event: Record<string, unknown>, parts: Record<string, unknown> = {}) {
  return {
    token: 'legacy',
    team_id: 'T0ACME',
    api_app_id: 'A0PM',
    type: 'event_callback',
    event_id: `Ev${Math.random().toString(36).slice(2).toUpperCase()}`,
    event_time: 1_795_000_000,
    event,
    ...parts,
  };
}

export function slackMessage(overrides: Record<string, unknown> = {}) {
  return {
    type: 'message',
    user: 'U0ANA',
    channel: 'C0PAY',
    channel_type: 'channel',
    ts: '1795000000.000200',
    text: 'any news?',
    ...overrides,
  };
}

export const blockActions = {
  type: 'block_actions',
  team: { id: 'T0ACME', domain: 'acme' },
  user: { id: 'U0ANA', username: 'ana', team_id: 'T0ACME' },
  container: { type: 'message', message_ts: '1795000000.000300', channel_id: 'C0PAY' },
  channel: { id: 'C0PAY', name: 'pay' },
  response_url: 'http://169.254.169.254/latest/meta-data',
  actions: [{ action_id: 'approve', value: 'apr-1', type: 'button', action_ts: '1795000001.000100' }],
};

export function payloadForm(payload: unknown): string {
  return `payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

export const slashCommand = new URLSearchParams({
  token: 'legacy',
  team_id: 'T0ACME',
  channel_id: 'C0PAY',
  channel_name: 'pay',
  user_id: 'U0ANA',
  user_name: 'ana',
  command: '/pm',
  text: 'how is the sprint?',
  response_url: 'https://hooks.slack.com/commands/T0/1/x',
  trigger_id: '1.2.abc',
});
