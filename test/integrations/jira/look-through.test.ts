/** A look for what is ours ends with the last comment, issue or board, or says that it could not see them all. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createJiraEdits } from '../../../src/integrations/jira/edits-client.js';
import { createJiraNotes } from '../../../src/integrations/jira/notes-client.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const access = () => ({ baseUrl: server.url, email: null, token: 't' });
const ME = { accountId: 'me', displayName: 'PM Agent' };
const TOTAL = 5_200;

interface Comment {
  readonly id: string;
  readonly created: string;
}

/** Comments `from` to `to`, the newest first, a minute apart. */
function comments(from: number, to: number): Comment[] {
  return Array.from({ length: to - from }, (_, at) => ({
    id: String(from + at),
    author: ME,
    created: new Date(Date.UTC(2026, 0, 31) - (from + at) * 60_000).toISOString().replace('Z', '+0000'),
  }));
}

const page = (from: number, to: number, total = TOTAL) => ({ body: { total, comments: comments(from, to) } });
const markers = (...marked: readonly { readonly id: string; readonly value: unknown }[]) => ({
  body: {
    values: marked.map(({ id, value }) => ({ id, properties: [{ key: 'pm-agent.action', value }] })),
  },
});

const pagesAsked = () =>
  server.received.filter(({ method }) => method === 'GET').map(({ query }) => query['startAt']);

describe('a comment', () => {
  const find = (since?: string) =>
    createJiraRest(access()).findCommentByAction('PAY-1', 'mine', [], since ?? null);

  test('is found beyond the newest hundred, also where the site gives fewer than it is asked for', async () => {
    const mine = { id: '230', value: { actionId: 'mine' } };
    server.answer(page(0, 100), markers(), page(100, 150), markers(), page(150, 250), markers(mine));

    expect(await find()).toBe('230');

    expect(pagesAsked()).toEqual(['0', '100', '150']);
  });

  test('is not looked for among those that are older than its mark can be', async () => {
    server.answer(page(0, 100), markers(), page(100, 200), markers());

    expect(await find('2026-01-30T22:00:00.000Z')).toBeNull();

    expect(pagesAsked()).toEqual(['0', '100']);
  });

  test('that may stand among more than are looked through is not said to be missing', async () => {
    for (let from = 0; from < 5_000; from += 100) {
      server.answer(page(from, from + 100), markers());
    }

    expect(await failureOf(find())).toMatchObject({
      service: 'jira',
      code: 'out_of_sight',
      retryable: false,
      message: expect.stringContaining('the comments of PAY-1 are more than the 5000'),
    });
  });
});

describe('a status note', () => {
  const newest = () => createJiraNotes(access()).newest('PAY-1');

  test('is found behind pages that are shorter than they were asked to be', async () => {
    const value = { actionId: 'older', answers: [], note: { words: 'abc' } };
    server.answer({ body: ME }, page(0, 50, 90), markers(), page(50, 90, 90), markers({ id: '77', value }));

    expect(await newest()).toMatchObject({ id: '77' });
  });

  test('is none where the last page has none', async () => {
    server.answer({ body: ME }, page(0, 50, 90), markers(), page(50, 90, 90), markers());

    expect(await newest()).toBeNull();
  });
});

describe('a new issue', () => {
  const search = (key: string, value: unknown, nextPageToken: string | null = null) => ({
    body: { issues: [{ key, properties: { 'pm-agent.action': value } }], nextPageToken },
  });
  const find = (since: string | null) =>
    createJiraEdits(access()).findIssueByAction({ projectKey: 'PAY', actionId: 'mine', sought: [], since });
  const jql = () => server.received[0]?.query['jql'] ?? '';

  test('is found on the eighth page', async () => {
    const others = Array.from({ length: 7 }, (_, at) => search(`PAY-${at}`, { actionId: 'x' }, `t${at}`));
    server.answer(...others, search('PAY-9', { actionId: 'mine' }));

    expect(await find(null)).toBe('PAY-9');
    expect(jql()).not.toContain('created >=');
  });

  test('is looked for from when on its mark can be, however long ago that is', async () => {
    server.answer({ body: { issues: [] } });

    expect(await find(new Date(Date.now() - 5 * 24 * 3_600_000).toISOString())).toBeNull();

    expect(Number(/created >= -(\d+)m/.exec(jql())?.[1])).toBeGreaterThanOrEqual(5 * 24 * 60);
  });

  test('that may stand among more than are looked through is not said to be missing', async () => {
    server.answer(...Array.from({ length: 10 }, (_, at) => search('PAY-1', null, `t${at}`)));

    expect(await failureOf(find(null))).toMatchObject({ code: 'out_of_sight' });
  });
});

describe('the running sprint of a project', () => {
  const sprintOf = () => createJiraEdits(access()).sprintOf('PAY', 'active');
  const boards = (ids: readonly number[], isLast: boolean) => ({
    body: { isLast, values: ids.map((id) => ({ id, type: 'scrum' })) },
  });
  const sprints = (...ids: readonly number[]) => ({
    body: { values: ids.map((id) => ({ id, name: `Sprint ${id}`, state: 'active' })) },
  });

  test('is that of the first board that has one, also on a later page of boards', async () => {
    server.answer(boards([1, 2], false), sprints(), sprints(), boards([3], true), sprints(31, 32));

    expect(await sprintOf()).toBe(31);

    expect(server.received.map(({ path, query }) => [path, query['startAt']])).toEqual([
      ['/rest/agile/1.0/board', '0'],
      ['/rest/agile/1.0/board/1/sprint', undefined],
      ['/rest/agile/1.0/board/2/sprint', undefined],
      ['/rest/agile/1.0/board', '2'],
      ['/rest/agile/1.0/board/3/sprint', undefined],
    ]);
  });

  test('is none where no board has one', async () => {
    server.answer(boards([1], true), sprints());

    expect(await sprintOf()).toBeNull();
  });
});

test('the issues of a sprint are read to the last one, or not told as if they were all', async () => {
  const issues = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `PAY-${at}` }));
  const jira = createJiraRest(access());
  const noFields = { body: [] };
  server.answer(
    noFields,
    ...Array.from({ length: 12 }, () => ({ body: { total: 1_200, issues: issues(100) } })),
  );

  expect(await jira.getSprintIssues(1)).toHaveLength(1_200);

  server.answer(
    noFields,
    ...Array.from({ length: 50 }, () => ({ body: { total: 9_999, issues: issues(100) } })),
  );
  expect(await failureOf(jira.getSprintIssues(1))).toMatchObject({ code: 'out_of_sight' });
});

test('markers of many comments are asked for by the thousand: Jira takes no more', async () => {
  server.answer(
    markers({ id: '1', value: { actionId: 'a' } }),
    markers({ id: '1500', value: { actionId: 'b' } }),
  );
  const ids = Array.from({ length: 1_500 }, (_, at) => String(at + 1));

  expect(await createJiraRest(access()).actionsOfComments(ids)).toEqual(
    new Map([
      ['1', 'a'],
      ['1500', 'b'],
    ]),
  );

  expect(server.received.map(({ json }) => (json as { ids: number[] }).ids.length)).toEqual([1_000, 500]);
});
