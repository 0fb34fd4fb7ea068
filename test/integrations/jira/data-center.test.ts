/** Jira Data Center: v2's words out, v3's shapes in. Answers as Data Center sends them, over real sockets. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createJiraChanges } from '../../../src/integrations/jira/changes-client.js';
import { toDataCenter } from '../../../src/integrations/jira/data-center.js';
import { createJiraEdits } from '../../../src/integrations/jira/edits-client.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

const ANA = { key: 'JIRAUSER10100', name: 'ana', displayName: 'Ana Lindqvist', active: true };

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const options = () =>
  ({ baseUrl: server.url, email: null, token: 'personal-access', deployment: 'data_center' }) as const;
const jira = () => createJiraRest(options());

describe('a comment', () => {
  const write = { issueKey: 'PAY-1', body: '**Done**, [~ana]', actionId: 'cycle-1.a1' };

  test('goes as wiki markup to v2, with its mark, as it is shown before', async () => {
    server.answer({ status: 201, body: { id: '10001' } });

    expect(await jira().addComment(write)).toBe('10001');

    const [sent] = server.received;
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/rest/api/2/issue/PAY-1/comment',
      headers: { authorization: 'Bearer personal-access' },
      json: {
        body: String.raw`{*}Done{*}, \[\~ana\]`,
        properties: [
          { key: 'pm-agent.action', value: { actionId: 'cycle-1.a1' } },
          { key: 'sd.public.comment', value: { internal: true } },
        ],
      },
    });
    expect(jira().requests.addComment(write)).toMatchObject({ path: sent?.path, body: sent?.json });
  });

  test('is found again by its property, which is read comment by comment', async () => {
    const comments = [10003, 10002].map((id) => ({ id: String(id), author: ANA, body: 'x' }));
    server.answer(
      { body: { comments, total: 2 } },
      { status: 404, body: { errorMessages: ['The property does not exist.'] } },
      { body: { key: 'pm-agent.action', value: { actionId: 'cycle-1.a1' } } },
    );

    expect(await jira().findCommentByAction('PAY-1', 'cycle-1.a1')).not.toBeNull();

    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /rest/api/2/issue/PAY-1/comment',
      'GET /rest/api/2/comment/10003/properties/pm-agent.action',
      'GET /rest/api/2/comment/10002/properties/pm-agent.action',
    ]);
  });

  test('whose property cannot be read is no comment without one', async () => {
    server.answer({ body: { comments: [{ id: '1', body: 'x' }], total: 1 } }, { status: 500, body: '' });

    expect(await failureOf(jira().findCommentByAction('PAY-1', 'a'))).toMatchObject({ code: 'unavailable' });
  });
});

describe('an issue that the agent made', () => {
  const sought = { projectKey: 'PAY', actionId: 'cycle-1.a1', sought: [], since: null };
  const found = { startAt: 0, total: 2, issues: [{ key: 'PAY-9' }, { key: 'PAY-8' }] };

  test('is found again by its property, which no search shows and which is read issue by issue', async () => {
    server.answer(
      { body: found },
      { status: 404, body: { errorMessages: ['The property does not exist.'] } },
      { body: { key: 'pm-agent.action', value: { actionId: 'cycle-1.a1' } } },
    );

    expect(await createJiraEdits(options()).findIssueByAction(sought)).not.toBeNull();

    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /rest/api/2/search',
      'GET /rest/api/2/issue/PAY-9/properties/pm-agent.action',
      'GET /rest/api/2/issue/PAY-8/properties/pm-agent.action',
    ]);
    expect(server.received[0]?.query).not.toHaveProperty('properties');
  });

  test('whose property cannot be read is no issue without one', async () => {
    server.answer({ body: { ...found, total: 1, issues: [{ key: 'PAY-9' }] } }, { status: 500, body: '' });

    const looked = failureOf(createJiraEdits(options()).findIssueByAction(sought));

    expect(await looked).toMatchObject({ code: 'unavailable' });
  });
});

test('an edit and a new issue are shown in the words in which they leave', async () => {
  const { requests } = createJiraEdits(options());

  const made = requests.createIssue({
    projectKey: 'PAY',
    parentKey: null,
    typeId: '10003',
    summary: 'Follow up',
    description: '**Soon**',
    actionId: 'cycle-1.a1',
    answers: [],
  });

  expect(made).toMatchObject({ path: '/rest/api/2/issue', body: { fields: { description: '{*}Soon{*}' } } });
});

describe('people', () => {
  test('are who their name says, and keep the key by which webhooks call them', async () => {
    server.answer({ body: ANA });

    expect(await jira().myself()).toEqual({
      accountId: 'ana',
      userKey: 'JIRAUSER10100',
      displayName: 'Ana Lindqvist',
      isApp: false,
    });
    expect(server.received[0]?.path).toBe('/rest/api/2/myself');
  });

  test.each([
    ['ana', { name: 'ana' }],
    [null, { name: null }],
  ])('are assigned by name (%s)', async (id, body) => {
    server.answer({ status: 204 });

    await jira().assign('PAY-1', id);

    expect(server.received[0]).toMatchObject({ path: '/rest/api/2/issue/PAY-1/assignee', json: body });
  });
});

test('an issue comes with its texts read from wiki markup, its people by name, its project by key', async () => {
  server.answer({
    body: {
      id: '10000',
      key: 'PAY-1',
      fields: {
        summary: 'Checkout',
        description: 'h1. Steps\n* one',
        project: { id: '1', key: 'PAY', name: 'Payments' },
        status: { name: 'To Do' },
        assignee: ANA,
        comment: {
          total: 1,
          comments: [{ id: '7', author: ANA, body: '*bold*', created: '2026-01-01T10:00:00.000+0000' }],
        },
      },
      changelog: {
        histories: [{ id: '8', author: ANA, created: '2026-01-01T10:00:00.000+0000', items: [] }],
      },
    },
  });

  const issue = await jira().getIssue('PAY-1');

  expect(issue).toMatchObject({
    projectKey: 'PAY',
    description: '# Steps\n- one',
    assignee: { accountId: 'ana', userKey: 'JIRAUSER10100' },
    comments: [{ body: '**bold**', author: { accountId: 'ana' } }],
  });
  expect(server.received[0]?.path).toBe('/rest/api/2/issue/PAY-1');
});

test('a search counts from a start, page by page to the end', async () => {
  const issue = (key: string) => ({ id: '1', key, fields: {}, changelog: { histories: [], total: 0 } });
  server.answer(
    { body: { startAt: 0, maxResults: 2, total: 3, issues: [issue('PAY-1'), issue('PAY-2')] } },
    { body: { startAt: 2, maxResults: 2, total: 3, issues: [issue('PAY-3')] } },
  );
  const changes = createJiraChanges(options());
  const asked = { project: 'PAY', withinMinutes: 10, since: '2026-01-01T00:00:00.000Z' };

  const first = await changes.updatedIssues({ ...asked, pageToken: null });
  const second = await changes.updatedIssues({ ...asked, pageToken: first.nextPageToken });

  expect([...first.issues, ...second.issues].map(({ key }) => key)).toEqual(['PAY-1', 'PAY-2', 'PAY-3']);
  expect(second.nextPageToken).toBeNull();
  expect(server.received.map(({ path, query }) => [path, query['startAt'], query['nextPageToken']])).toEqual([
    ['/rest/api/2/search', '0', undefined],
    ['/rest/api/2/search', '2', undefined],
  ]);
});

test('a request is put into other words once, however often it is asked', () => {
  const anyBody = fc.jsonValue();
  fc.assert(
    fc.property(anyBody, (body) => {
      const once = toDataCenter({ path: '/rest/api/3/issue/PAY-1', body });

      expect(toDataCenter(once)).toEqual(once);
      expect(once.path).toBe('/rest/api/2/issue/PAY-1');
    }),
  );
});

test('what became overdue is searched in v2, page by page, with the start as the token', async () => {
  const due = (key: string) => ({ id: key.slice(4), key, fields: { summary: key, duedate: '2026-11-20' } });
  server.answer(
    { body: { startAt: 0, maxResults: 100, total: 2, issues: [due('PAY-1')] } },
    { body: { startAt: 1, maxResults: 100, total: 2, issues: [due('PAY-2')] } },
  );
  const changes = createJiraChanges(options());
  const asked = { project: 'PAY', from: '2026-11-16', before: '2026-11-23' };

  const first = await changes.overdueIssues({ ...asked, pageToken: null });
  const second = await changes.overdueIssues({ ...asked, pageToken: first.nextPageToken });

  expect([...first.issues, ...second.issues]).toMatchObject([
    { key: 'PAY-1', dueDate: '2026-11-20' },
    { key: 'PAY-2', dueDate: '2026-11-20' },
  ]);
  expect(second.nextPageToken).toBeNull();
  expect(server.received.map(({ path, query }) => [path, query['startAt'], query['nextPageToken']])).toEqual([
    ['/rest/api/2/search', '0', undefined],
    ['/rest/api/2/search', '1', undefined],
  ]);
  expect(server.received[0]?.query['jql']).toContain('duedate >= "2026-11-16" AND duedate < "2026-11-23"');
});
