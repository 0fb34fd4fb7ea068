import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JiraChanges } from '../../../src/integrations/jira/changes.js';
import { createJiraChanges } from '../../../src/integrations/jira/changes-client.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let changes: JiraChanges;

beforeEach(async () => {
  server = await startScriptedServer();
  changes = createJiraChanges({ baseUrl: server.url, email: null, token: 't' });
});

afterEach(() => server.close());

const SINCE = '2026-01-10T00:00:00.000Z';
const ASKED = { project: 'PAY', withinMinutes: 21, since: SINCE, pageToken: null };
const ana = { accountId: 'ana', displayName: 'Ana', accountType: 'atlassian' };

/** Day of January as Jira writes it, in a zone of its own. */
const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}T02:00:00.000+0200`;
const iso = (n: number) => `2026-01-${String(n).padStart(2, '0')}T00:00:00.000Z`;

const comment = (n: number) => ({
  id: String(n),
  author: ana,
  body: `no. ${n}`,
  created: day(n),
  updated: day(n),
});
const history = (n: number) => ({
  id: String(n),
  author: ana,
  created: day(n),
  items: [{ field: 'status', from: '1', fromString: 'Open', to: '2', toString: 'Done' }],
});

function issue(more: { readonly fields?: object; readonly changelog?: object } = {}) {
  return {
    id: '10001',
    key: 'PAY-1',
    self: 'https://acme.atlassian.net/rest/api/3/issue/10001',
    fields: { summary: 'Refunds', created: day(1), creator: ana, ...more.fields },
    ...(more.changelog === undefined ? {} : { changelog: more.changelog }),
  };
}

describe('overdue issues', () => {
  const WITHIN = { from: '2026-01-05', before: '2026-01-12', pageToken: null };

  test('are those that are not done, asked for by days and not by times, page by page', async () => {
    const found = { id: '10001', key: 'PAY-1', self: 'https://acme.atlassian.net/rest/api/3/issue/10001' };
    server.answer({
      body: {
        issues: [{ ...found, fields: { summary: 'Refunds', duedate: '2026-01-09' } }],
        nextPageToken: 'next',
      },
    });

    const page = await changes.overdueIssues({ ...WITHIN, project: 'PAY', pageToken: 'this' });

    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/rest/api/3/search/jql',
      query: {
        jql: 'duedate >= "2026-01-05" AND duedate < "2026-01-12" AND statusCategory != Done AND project = "PAY" ORDER BY duedate ASC, key ASC',
        fields: 'summary,duedate',
        maxResults: '100',
        nextPageToken: 'this',
      },
    });
    expect(page).toEqual({
      issues: [{ ...found, summary: 'Refunds', dueDate: '2026-01-09' }],
      nextPageToken: 'next',
    });
  });

  test('of every project are asked for without one; one that hides its fields has no due date', async () => {
    server.answer({ body: { issues: [{ id: '1', key: 'A-1', fields: {} }] } });

    const { issues, nextPageToken } = await changes.overdueIssues({ ...WITHIN, project: null });

    expect(server.received[0]?.query['jql']).not.toContain('project');
    expect(issues).toEqual([{ self: null, id: '1', key: 'A-1', summary: '', dueDate: null }]);
    expect(nextPageToken).toBeNull();
  });
});

describe('updated issues', () => {
  test('are asked for by relative time, latest first, with their history and comments', async () => {
    server.answer({ body: { issues: [] } });

    await changes.updatedIssues(ASKED);

    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/rest/api/3/search/jql',
      query: {
        jql: 'updated >= -21m AND project = "PAY" ORDER BY updated DESC',
        fields: 'summary,created,creator,reporter,issuelinks,comment',
        expand: 'changelog',
        maxResults: '20',
      },
    });
    expect(server.received[0]?.query).not.toHaveProperty('nextPageToken');
  });

  test('of every project are asked for without one, and no name of a project leaves its quotes', async () => {
    server.answer({ body: { issues: [] } }, { body: { issues: [] } });

    await changes.updatedIssues({ ...ASKED, project: null });
    await changes.updatedIssues({ ...ASKED, project: String.raw`A" OR "B\ ` });

    expect(server.received.map(({ query }) => query['jql'])).toEqual([
      'updated >= -21m ORDER BY updated DESC',
      String.raw`updated >= -21m AND project = "A\" OR \"B\\ " ORDER BY updated DESC`,
    ]);
  });

  test('are paged by the token of the answer, with the same question', async () => {
    server.answer({ body: { issues: [issue()], nextPageToken: 'more' } }, { body: { issues: [] } });

    const first = await changes.updatedIssues(ASKED);
    const second = await changes.updatedIssues({ ...ASKED, pageToken: first.nextPageToken });

    expect([first.nextPageToken, second.nextPageToken]).toEqual(['more', null]);
    const [one, two] = server.received.map(({ query }) => query);
    expect(two).toEqual({ ...one, nextPageToken: 'more' });
  });

  test('come in the shape of the port', async () => {
    const link = {
      id: '7',
      type: { name: 'Blocks', outward: 'blocks' },
      outwardIssue: { id: '10002', key: 'PAY-2' },
    };
    const fields = {
      issuelinks: [link, { id: '8', type: { name: 'Relates' } }],
      comment: { total: 1, comments: [{ ...comment(2), updateAuthor: undefined }] },
    };
    server.answer({ body: { issues: [issue({ fields, changelog: { histories: [history(3)] } })] } });

    const { issues } = await changes.updatedIssues(ASKED);

    const who = { accountId: 'ana', displayName: 'Ana', isApp: false };
    expect(issues).toEqual([
      {
        self: 'https://acme.atlassian.net/rest/api/3/issue/10001',
        id: '10001',
        key: 'PAY-1',
        summary: 'Refunds',
        created: iso(1),
        creator: who,
        comments: [
          { id: '2', author: who, updateAuthor: who, body: 'no. 2', created: iso(2), updated: iso(2) },
        ],
        changes: [
          {
            id: '3',
            at: iso(3),
            author: who,
            items: [{ field: 'status', from: 'Open', to: 'Done', toValue: '2' }],
          },
        ],
        links: [
          {
            id: '7',
            linkType: 'Blocks',
            verb: 'blocks',
            sourceIssueId: '10001',
            destinationIssueId: '10002',
            otherKey: 'PAY-2',
          },
        ],
      },
    ]);
  });

  test('with an answer that does not fit are a failure that says where', async () => {
    server.answer({ body: { issues: [{ id: 1 }] } });

    expect((await failureOf(changes.updatedIssues(ASKED))).message).toContain('issues.0');
  });
});

describe('what the answer leaves out', () => {
  const onlyIssue = async () => (await changes.updatedIssues(ASKED)).issues[0];

  test('of the comments is read newest first, until a page reaches further back than asked', async () => {
    server.answer(
      { body: { issues: [issue({ fields: { comment: { total: 250, comments: [comment(1)] } } })] } },
      { body: { total: 250, comments: [comment(20), comment(19)] } },
      { body: { total: 250, comments: [comment(18), comment(9)] } },
    );

    const found = await onlyIssue();

    expect(found?.comments.map(({ id }) => id)).toEqual(['20', '19', '18', '9']);
    expect(server.received.slice(1).map(({ path, query }) => [path, query])).toEqual([
      ['/rest/api/3/issue/10001/comment', { orderBy: '-created', startAt: '0', maxResults: '100' }],
      ['/rest/api/3/issue/10001/comment', { orderBy: '-created', startAt: '100', maxResults: '100' }],
    ]);
  });

  test('of the history is read from its end, page by page', async () => {
    server.answer(
      { body: { issues: [issue({ changelog: { total: 150, histories: [history(20)] } })] } },
      { body: { total: 150, values: [history(19), history(20)] } },
      { body: { total: 150, values: [history(2), history(18)] } },
    );

    const found = await onlyIssue();

    expect(found?.changes.map(({ id }) => id)).toEqual(['19', '20', '2', '18']);
    expect(server.received.slice(1).map(({ path, query }) => [path, query])).toEqual([
      ['/rest/api/3/issue/10001/changelog', { startAt: '50', maxResults: '100' }],
      ['/rest/api/3/issue/10001/changelog', { startAt: '0', maxResults: '50' }],
    ]);
  });

  test('is not read where the answer reaches back far enough', async () => {
    const histories = [history(20), history(9)];
    server.answer({ body: { issues: [issue({ changelog: { total: 150, histories } })] } });

    expect((await onlyIssue())?.changes.map(({ id }) => id)).toEqual(['20', '9']);
  });
});

describe("a board's sprints", () => {
  const sprint = {
    id: 12,
    self: 'https://acme.atlassian.net/rest/agile/1.0/sprint/12',
    name: 'Sprint 12',
    state: 'CLOSED',
    goal: '',
    originBoardId: 1,
    startDate: day(1),
    completeDate: day(14),
  };

  test('come page by page, those not yet started left out', async () => {
    server.answer({ body: { isLast: false, values: [sprint] } }, { body: { isLast: true, values: [] } });

    expect(await changes.boardSprints(1, 0)).toEqual({
      nextStartAt: 1,
      sprints: [
        {
          self: sprint.self,
          id: 12,
          name: 'Sprint 12',
          state: 'closed',
          goal: null,
          boardId: 1,
          startDate: iso(1),
          completeDate: iso(14),
        },
      ],
    });
    expect(await changes.boardSprints(1, 1)).toEqual({ nextStartAt: null, sprints: [] });
    expect(server.received.map(({ path, query }) => [path, query['state'], query['startAt']])).toEqual([
      ['/rest/agile/1.0/board/1/sprint', 'active,closed', '0'],
      ['/rest/agile/1.0/board/1/sprint', 'active,closed', '1'],
    ]);
  });
});
