// oxlint-disable unicorn/require-post-message-target-origin -- Slack, not a window
/** Every client against the vendors that the sandbox plays, over HTTP: what one writes, it finds again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import type { ModelRequest } from '../../src/integrations/claude/claude.js';
import { createClaude } from '../../src/integrations/claude/client.js';
import { createJiraChanges } from '../../src/integrations/jira/changes-client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { type RunningSandbox, runSandbox } from '../../src/sandbox/main.js';
import { failureOf } from '../support/integration-failure.js';
import { quietLog } from '../support/quiet-log.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';

const folder = mkdtempSync(join(tmpdir(), 'integrations-'));
let sandbox: RunningSandbox;
/** Swallows the sandbox's webhooks. */
let webhooks: ScriptedServer;

beforeAll(async () => {
  webhooks = await startScriptedServer();
  sandbox = await runSandbox({
    file: join(folder, 'sandbox.db'),
    port: 0,
    webhookTarget: webhooks.url,
    secrets: { jira: null, bitbucket: null, slack: null },
    agentName: 'PM Agent',
    log: quietLog,
  });
});

afterEach(() => fetch(`${sandbox.url}/_faults`, { method: 'DELETE' }));

afterAll(async () => {
  await sandbox.close();
  await webhooks.close();
  rmSync(folder, { recursive: true, force: true });
});

const jira = () =>
  createJiraRest({ baseUrl: `${sandbox.url}/jira`, email: null, token: 't', timeoutMs: 2_000 });
const bitbucket = () =>
  createBitbucket({ baseUrl: `${sandbox.url}/bitbucket`, username: null, token: 't', timeoutMs: 2_000 });
const slack = () => createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't', timeoutMs: 2_000 });

async function fault(rule: Readonly<Record<string, unknown>>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${sandbox.url}/_faults`, {
    method: 'POST',
    headers,
    body: JSON.stringify(rule),
  });
  expect(response.status).toBe(200);
}

describe.each([
  ['Cloud', () => jira()],
  [
    'Data Center',
    () =>
      createJiraRest({
        baseUrl: `${sandbox.url}/jira-dc`,
        email: null,
        token: 't',
        deployment: 'data_center',
      }),
  ],
])('a search on Jira %s', (_name, client) => {
  const search = (words: string, projects: readonly string[] = ['PAY']) =>
    client().searchIssues({ projects, words, state: 'any', limit: 10 });

  test('finds by words, in any order, and tells how the issue stands', async () => {
    const { key, summary, status } = await jira().getIssue('PAY-1');
    const words = summary.split(' ').toReversed().join(' ');

    expect(await search(words)).toContainEqual(
      expect.objectContaining({ key, projectKey: 'PAY', summary, status, updated: expect.any(String) }),
    );
    expect(await search(words, ['WEB'])).toEqual([]);
  });

  test.each([
    '" OR project = WEB OR text ~ "e',
    'e") OR project in ("WEB',
    String.raw`e\" OR project = WEB ORDER BY created \"`,
  ])('is not left by what stands in the words: %s', async (words) => {
    const found = await search(words);

    expect(found.filter(({ key }) => !key.startsWith('PAY-'))).toEqual([]);
  });

  test('for nothing asks nothing', async () => {
    expect(await search('"()*?~')).toEqual([]);
    expect(await search('checkout', [])).toEqual([]);
  });
});

describe('Jira Data Center', () => {
  const dataCenter = () =>
    createJiraRest({
      baseUrl: `${sandbox.url}/jira-dc`,
      email: null,
      token: 'personal-access',
      deployment: 'data_center',
      timeoutMs: 2_000,
    });

  test('has what the client asks of v2, and nothing of v3', async () => {
    const headers = { authorization: 'Bearer t' };
    const asked = ['3/myself', '2/search/jql?jql=project=PAY', '2/issue/PAY-1/changelog', '2/myself'];
    const statuses = await Promise.all(
      asked.map(async (path) => (await fetch(`${sandbox.url}/jira-dc/rest/api/${path}`, { headers })).status),
    );

    expect(statuses).toEqual([404, 404, 404, 200]);
    expect(await dataCenter().myself()).toMatchObject({ accountId: 'pm-agent', displayName: 'PM Agent' });
  });

  test('takes a comment as wiki markup, shows it as Markdown, and is found again by its mark', async () => {
    const write = { issueKey: 'PAY-7', body: 'It is **done** [~bo] {code}x', actionId: 'cycle-dc.a1' };

    const id = await dataCenter().addComment(write);

    const { comments } = await dataCenter().getIssue('PAY-7');
    expect(comments.find((comment) => comment.id === id)).toMatchObject({
      author: { accountId: 'pm-agent' },
    });
    expect(await dataCenter().findCommentByAction('PAY-7', 'cycle-dc.a1')).toBe(id);
    expect(await dataCenter().findCommentByAction('PAY-7', 'cycle-dc.a2')).toBeNull();
    expect(await dataCenter().actionsOfComments([id])).toEqual(new Map([[id, 'cycle-dc.a1']]));
  });

  test('assigns by name, and moves', async () => {
    const [person] = await dataCenter().assignableUsers('PAY-7');
    const [way] = await dataCenter().getTransitions('PAY-7');

    await dataCenter().assign('PAY-7', person?.accountId ?? '');
    await dataCenter().transition('PAY-7', way?.id ?? '');

    expect(await dataCenter().getIssue('PAY-7')).toMatchObject({
      assignee: { accountId: person?.accountId },
      status: way?.toStatus,
    });
    await dataCenter().assign('PAY-7', null);
    expect((await dataCenter().getIssue('PAY-7')).assignee).toBeNull();
  });

  test('tells what changed lately, page by page', async () => {
    const changes = createJiraChanges({
      baseUrl: `${sandbox.url}/jira-dc`,
      email: null,
      token: 't',
      deployment: 'data_center',
    });
    const asked = { project: 'PAY', withinMinutes: 60, since: '2000-01-01T00:00:00.000Z' };

    const { issues } = await changes.updatedIssues({ ...asked, pageToken: null });

    expect(issues.map(({ key }) => key)).toContain('PAY-7');
  });
});

describe('Jira', () => {
  test('an issue comes with description, sprint, comments, links, reachable statuses and people', async () => {
    const issue = await jira().getIssue('PAY-3');

    expect(issue).toMatchObject({ key: 'PAY-3', projectKey: 'PAY' });
    expect(issue.summary).not.toBe('');
    expect(issue.sprint?.name).toMatch(/^PAY Sprint \d+$/);
    expect(issue.links.map(({ key }) => key)).toEqual(expect.arrayContaining(['PAY-4', 'PAY-6']));
    expect(issue.comments).toHaveLength(Math.min(issue.commentTotal, 50));
    expect((await jira().getTransitions('PAY-3')).length).toBeGreaterThan(0);
    expect((await jira().assignableUsers('PAY-3')).length).toBeGreaterThan(0);
    expect((await jira().myself()).accountId).not.toBe('');
  });

  test('a finished issue tells its wiki description as Markdown and its changes in order', async () => {
    const issue = await jira().getIssue('PAY-1');

    expect(issue.description).toContain('## Goal');
    expect(issue.changes.filter(({ field }) => field === 'status').at(-1)).toMatchObject({ to: 'Done' });
  });

  test('a sprint comes with its issues', async () => {
    const { sprint } = await jira().getIssue('PAY-3');
    const id = sprint?.id ?? 0;

    expect(await jira().getSprint(id)).toMatchObject({ id, state: sprint?.state });
    const issues = await jira().getSprintIssues(id);
    expect(issues.map(({ key }) => key)).toContain('PAY-3');
    expect(issues.some(({ estimate }) => typeof estimate === 'number')).toBe(true);
    const { estimate } = await jira().getIssue('PAY-3');
    expect(issues.find(({ key }) => key === 'PAY-3')?.estimate).toBe(estimate);
  });

  test('a comment is found again by its action, and reads back as it was meant', async () => {
    const body = 'Checked **twice**:\n\n- one\n- two';
    const id = await jira().addComment({ issueKey: 'PAY-4', body, actionId: 'cycle-x.a1' });

    expect(await jira().findCommentByAction('PAY-4', 'cycle-x.a1')).toBe(id);
    expect(await jira().findCommentByAction('PAY-4', 'cycle-x.a2')).toBeNull();
    expect(await jira().actionsOfComments([id, '1'])).toEqual(new Map([[id, 'cycle-x.a1']]));
    expect((await jira().getIssue('PAY-4')).comments.at(-1)).toMatchObject({ id, body });
  });

  test('a comment is found by another action through the change that it answers', async () => {
    const write = { issueKey: 'PAY-4', body: 'x', actionId: 'cycle-z.a1' };
    const id = await jira().addComment({ ...write, answers: ['mark-1', 'mark-2'] });

    expect(await jira().findCommentByAction('PAY-4', 'cycle-other.a1', ['mark-2'])).toBe(id);
    expect(await jira().findCommentByAction('PAY-4', 'cycle-other.a1', ['mark-3'])).toBeNull();
  });

  test('a comment whose answer is lost stands, and is found by looking', async () => {
    await fault({ vendor: 'jira', match: 'POST .*/comment$', kind: 'cut_after', times: 1 });

    const error = await failureOf(
      jira().addComment({ issueKey: 'PAY-4', body: 'lost?', actionId: 'cycle-y.a1' }),
    );

    expect(error).toMatchObject({ retryable: true, outcomeUnknown: true });
    expect(await jira().findCommentByAction('PAY-4', 'cycle-y.a1')).not.toBeNull();
  });

  test('a transition and an assignment change the issue', async () => {
    const [first] = await jira().getTransitions('PAY-5');
    const [person] = await jira().assignableUsers('PAY-5');

    await jira().transition('PAY-5', first?.id ?? '');
    await jira().assign('PAY-5', person?.accountId ?? null);

    const issue = await jira().getIssue('PAY-5');
    expect(issue.status).toBe(first?.toStatus);
    expect(issue.assignee?.accountId).toBe(person?.accountId);
  });

  test('what it does not know is not_found, and a transition that is not offered is invalid', async () => {
    expect(await failureOf(jira().getIssue('PAY-9999'))).toMatchObject({ code: 'not_found' });
    expect(await failureOf(jira().transition('PAY-4', '999'))).toMatchObject({
      code: 'invalid',
      outcomeUnknown: false,
    });
  });

  test('a rate limit says how long to wait', async () => {
    await fault({ vendor: 'jira', kind: 'status', status: 429, headers: { 'retry-after': '4' }, times: 1 });

    expect(await failureOf(jira().myself())).toMatchObject({ code: 'rate_limit', retryAfterMs: 4_000 });
  });
});

describe('Bitbucket', () => {
  test('a pull request comes with branches, builds, changed files and its repository', async () => {
    const pullRequest = await bitbucket().getPullRequest('acme/pay-api', 1);

    expect(pullRequest.title).not.toBe('');
    expect(pullRequest.destinationBranch).toBe('main');
    expect((await bitbucket().getDiffstat('acme/pay-api', 1)).length).toBeGreaterThan(0);
    expect(
      (await bitbucket().getCommitStatuses('acme/pay-api', pullRequest.sourceCommit ?? '')).length,
    ).toBeGreaterThan(0);
    expect(await bitbucket().getRepository('acme/pay-api')).toEqual({
      fullName: 'acme/pay-api',
      mainBranch: 'main',
    });
    expect((await bitbucket().currentUser()).id).not.toBe('');
  });

  test('a comment is found again by its action', async () => {
    const write = {
      repository: 'acme/pay-api',
      pullRequestId: 1,
      body: 'Looks **good**',
      actionId: 'cycle-x.a1',
    };
    const id = await bitbucket().addComment(write);

    expect(await bitbucket().findCommentByAction('acme/pay-api', 1, 'cycle-x.a1')).toBe(id);
    expect(await bitbucket().findCommentByAction('acme/pay-api', 1, 'cycle-x.a2')).toBeNull();
    expect((await bitbucket().getComments('acme/pay-api', 1)).at(-1)).toMatchObject({ id });
    const answering = '0123456789abcdef01234567';
    const other = await bitbucket().addComment({
      repository: 'acme/pay-api',
      pullRequestId: 1,
      body: 'x',
      actionId: 'cycle-y.a1',
      answers: [answering],
    });
    expect(await bitbucket().findCommentByAction('acme/pay-api', 1, 'cycle-z.a1', [answering])).toBe(other);
  });

  test('what it does not know is not_found', async () => {
    expect(await failureOf(bitbucket().getPullRequest('acme/pay-api', 9_999))).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('Slack', () => {
  test('the bot knows itself', async () => {
    expect(await slack().self()).toMatchObject({ teamId: expect.any(String) });
  });

  test('people have names, and who is nobody is not_found', async () => {
    expect(await slack().userName('U0ANA')).toBe('Ana Lindqvist');
    expect(await failureOf(slack().userName('U0NOBODY'))).toMatchObject({ code: 'not_found' });
    await fault({ vendor: 'slack', kind: 'status', status: 403, path: 'users.info', times: 1 });
    expect(await failureOf(slack().userName('U0ANA'))).toMatchObject({ code: 'forbidden' });
  });

  test('a message is found again by its action, in the channel and in its thread', async () => {
    const write = {
      channel: 'C0PAY',
      threadTs: null,
      text: 'Sprint **ends** on <!channel>',
      actionId: 'cycle-x.a1',
    };
    const root = await slack().postMessage(write);
    const reply = await slack().postMessage({ ...write, threadTs: root, actionId: 'cycle-x.a2' });

    expect(await slack().findMessageByAction('C0PAY', null, 'cycle-x.a1')).toBe(root);
    expect(await slack().findMessageByAction('C0PAY', root, 'cycle-x.a2')).toBe(reply);
    expect(await slack().findMessageByAction('C0PAY', root, 'cycle-x.a3')).toBeNull();
    expect((await slack().getThread('C0PAY', root)).map(({ ts, text }) => [ts, text])).toEqual([
      [root, 'Sprint *ends* on &lt;!channel&gt;'],
      [reply, 'Sprint *ends* on &lt;!channel&gt;'],
    ]);
    const message = { channel: 'C0PAY', threadTs: root, text: 'x', actionId: 'cycle-y.a1' };
    const other = await slack().postMessage({ ...message, answers: ['mark-1', 'mark-2'] });
    expect(await slack().findMessageByAction('C0PAY', root, 'cycle-z.a1', ['mark-2'])).toBe(other);
  });

  test('a message to a person is found again in the direct message with them', async () => {
    const write = { channel: 'U0ANA', threadTs: null, text: 'Look at PAY-1.', actionId: 'cycle-x.e1' };

    const ts = await slack().postMessage(write);

    expect(await slack().findMessageByAction('U0ANA', null, 'cycle-x.e1')).toBe(ts);
    expect((await slack().getThread('D0ANA', ts)).map(({ text }) => text)).toEqual(['Look at PAY-1.']);
  });

  test('what it does not know is not_found, and a rate limit says how long to wait', async () => {
    expect(await failureOf(slack().getThread('C404', '1700000000.000100'))).toMatchObject({
      code: 'not_found',
    });

    await fault({ vendor: 'slack', kind: 'status', status: 429, headers: { 'retry-after': '2' }, times: 1 });
    expect(await failureOf(slack().self())).toMatchObject({ code: 'rate_limit', retryAfterMs: 2_000 });
  });
});

describe('Claude', () => {
  const request: ModelRequest = {
    model: 'claude-sonnet-5-5',
    maxTokens: 1_000,
    system: 'You are an agent.',
    messages: [{ role: 'user', content: 'hello' }],
    tools: [],
    replySchema: { type: 'object', properties: { a: { type: 'integer' } } },
  };

  test('a scripted reply comes back with its text and usage', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify([{ reply: { content: [{ type: 'text', text: '{"a":1}' }] } }]);
    await fetch(`${sandbox.url}/_claude/script`, { method: 'POST', headers, body });

    const reply = await createClaude({ apiKey: 'k', baseURL: `${sandbox.url}/anthropic` }).createMessage(
      request,
    );

    expect(reply.text).toBe('{"a":1}');
    expect(reply.usage.outputTokens).toBeGreaterThan(0);
  });

  test('an overloaded service is retryable', async () => {
    await fault({ vendor: 'anthropic', kind: 'status', status: 529, times: 1 });

    const call = createClaude({ apiKey: 'k', baseURL: `${sandbox.url}/anthropic` }).createMessage(request);

    expect(await failureOf(call)).toMatchObject({ status: 529, code: 'unavailable', retryable: true });
  });
});
