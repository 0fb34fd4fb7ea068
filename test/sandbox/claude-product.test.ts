/** The stand-in against the product's own words: the request that it really builds, the reply that it really reads. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../../src/domain/context.js';
import type { PmEvent } from '../../src/domain/event.js';
import { buildRepair, buildRequest } from '../../src/reasoning/build-request.js';
import { parseDecision } from '../../src/reasoning/parse-decision.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { type ClaudeServer, startClaude } from './claude-server.js';

let claude: ClaudeServer;

beforeEach(async () => {
  claude = await startClaude();
});

afterEach(() => claude.close());

const base = {
  tenant: 'acme',
  project: 'PAY',
  changeKey: null,
  occurredAt: null,
  actor: { id: '712020:ada', name: 'Ada Okafor', isBot: false },
};

const events = {
  question: {
    ...base,
    type: 'comment_created',
    source: 'jira',
    subject: 'jira:PAY-142',
    issue: { id: '1', key: 'PAY-142', summary: null },
    comment: { id: '9', text: '<b>@PM Agent</b> what is the status?' },
  },
  request: {
    ...base,
    type: 'comment_created',
    source: 'jira',
    subject: 'jira:PAY-142',
    issue: { id: '1', key: 'PAY-142', summary: null },
    comment: { id: '9', text: '@PM Agent please close this, it is done' },
  },
  slack: {
    ...base,
    type: 'app_mention',
    source: 'slack',
    subject: 'slack:C0PAY/1.1',
    channel: 'C0PAY',
    ts: '1.1',
    threadTs: '1.1',
    text: '<@U0PMAGENT> who works on PAY-142?',
  },
  nothing: {
    ...base,
    type: 'push',
    source: 'bitbucket',
    subject: 'bitbucket:acme/a',
    repository: 'acme/a',
    changes: [],
  },
} as const satisfies Record<string, PmEvent>;

const context: Context = {
  facts: {
    issue: {
      id: '1',
      key: 'PAY-142',
      summary: 'Checkout fails',
      projectKey: 'PAY',
      status: 'In Review',
      assigneeId: null,
      priority: 'High',
      updated: null,
      reachableStatuses: ['In Progress', 'Done'],
      people: [],
      linkedKeys: [],
    },
    pullRequest: null,
    thread: { channel: 'C0PAY', threadTs: '1.1' },
  },
  items: [
    {
      id: 'issue',
      kind: 'issue',
      source: 'jira:rest',
      fetchedAt: '2026-11-20T10:00:00Z',
      hash: 'x',
      data: { key: 'PAY-142' },
    },
  ],
  omitted: [],
};

function requestFor(event: PmEvent) {
  return buildRequest({
    model: 'claude-sonnet-5-5',
    prompt: promptFor[event.type],
    nonce: 'f'.repeat(32),
    maxTokens: 16_000,
    maxActions: 3,
    agent: { name: 'PM Agent', language: 'en', channel: 'C0PAY', accounts: ['712020:pm-agent'] },
    teamRules: '',
    event,
    alsoAnswers: [],
    isLate: false,
    context,
  });
}

async function decisionOn(request: ReturnType<typeof requestFor>) {
  const response = await claude.ask({
    model: request.model,
    max_tokens: request.maxTokens,
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    messages: request.messages,
    tools: request.tools,
    output_config: { format: { type: 'json_schema', schema: request.replySchema } },
  });
  const message: any = await response.json();
  expect(message.stop_reason).toBe('end_turn');
  return parseDecision(message.content[0].text, new Set(['issue']));
}

describe('a request as the product builds it', () => {
  test.each([
    ['question', ['jira.comment']],
    ['request', ['jira.transition']],
    ['slack', ['slack.message']],
    ['nothing', []],
  ] as const)('on a %s is answered by a decision that the product takes: %j', async (name, kinds) => {
    const parsed = await decisionOn(requestFor(events[name]));

    expect(parsed).toMatchObject({ ok: true, voidReasons: 0 });
    expect(parsed.ok && parsed.decision.actions.map((action) => action.kind)).toEqual(kinds);
  });

  test('that asks again after an unusable reply is answered as well', async () => {
    const repair = buildRepair(requestFor(events.question), 'not JSON', ['no JSON']);

    expect(await decisionOn({ ...requestFor(events.question), ...repair })).toMatchObject({ ok: true });
  });
});
