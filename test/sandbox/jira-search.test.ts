import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const V3 = '/jira/rest/api/3';
const AGILE = '/jira/rest/agile/1.0';

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

async function keysOf(jql: string): Promise<string[]> {
  const found = await sandbox.post(`${V3}/search/jql`, { jql, fields: ['summary'] });
  expect(found.status).toBe(200);
  return found.body.issues.map(({ key }: any) => key);
}

describe('a search', () => {
  test.each([
    ['project = PAY AND sprint in openSprints() ORDER BY key', ['PAY-3', 'PAY-4', 'PAY-5', 'PAY-6']],
    ['project = PAY AND status = "In Progress"', ['PAY-3']],
    ['project in (PAY, WEB) AND status in (Done) ORDER BY key ASC', ['PAY-1', 'PAY-2', 'WEB-1']],
    ['key = pay-3', ['PAY-3']],
    ['project = PAY and assignee is EMPTY order by key', ['PAY-6', 'PAY-7']],
    ['project = PAY and assignee = "Bo Chen" and statusCategory != Done', ['PAY-3']],
    ['assignee = currentUser()', []],
    ['project = WEB AND created >= -3d', ['WEB-5']],
    [
      'project = WEB AND NOT (created >= -3d OR status = Done) ORDER BY key DESC',
      ['WEB-4', 'WEB-3', 'WEB-2'],
    ],
    ['text ~ "umlaut"', ['WEB-5']],
    ['labels = double-charge ORDER BY priority DESC, key', ['PAY-3', 'PAY-6']],
    ['sprint = 11 ORDER BY key', ['PAY-1', 'PAY-2']],
    ['project = PAY AND updated < -1000d', []],
  ])('for %s finds %j', async (jql, keys) => {
    expect(await keysOf(jql)).toEqual(keys);
  });

  test('answers ids only unless fields are named, and pages by token', async () => {
    const jql = encodeURIComponent('project = WEB ORDER BY key');
    const first = await sandbox.get(`${V3}/search/jql?jql=${jql}&maxResults=3`);
    const second = await sandbox.get(
      `${V3}/search/jql?jql=${jql}&maxResults=3&nextPageToken=${first.body.nextPageToken}`,
    );

    expect(first.body.isLast).toBe(false);
    expect(first.body.issues).toHaveLength(3);
    expect(Object.keys(first.body.issues[0])).toEqual(['id']);
    expect(second.body).toMatchObject({ isLast: true });
    expect(second.body.issues).toHaveLength(2);
    expect(second.body.nextPageToken).toBeUndefined();
  });

  test('by the old route pages by number', async () => {
    const found = await sandbox.get(
      `${V3}/search?jql=project%3DWEB%20ORDER%20BY%20key&startAt=4&maxResults=2`,
    );

    expect(found.body).toMatchObject({ startAt: 4, maxResults: 2, total: 5 });
    expect(found.body.issues[0].key).toBe('WEB-5');
    expect(found.body.issues[0].fields.summary).toBeDefined();
  });

  test.each([
    ['project = ', 'ended before it was complete'],
    ['colour = red', "Field 'colour' does not exist"],
    ['project = PAY bogus', "Did not expect 'bogus'"],
    ['updated >= soon', "Date value 'soon' is invalid"],
    ['ORDER BY key', 'Unbounded JQL queries are not allowed'],
  ])('for %s is refused', async (jql, message) => {
    const refused = await sandbox.post(`${V3}/search/jql`, { jql });

    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages[0]).toContain(message);
  });
});

describe('the agile API', () => {
  test('lists boards and their sprints by state', async () => {
    const boards = await sandbox.get(`${AGILE}/board?projectKeyOrId=PAY`);
    const active = await sandbox.get(`${AGILE}/board/1/sprint?state=active`);

    expect(boards.body.values).toMatchObject([{ id: 1, type: 'scrum', location: { projectKey: 'PAY' } }]);
    expect(active.body.values).toMatchObject([{ id: 12, state: 'active', originBoardId: 1 }]);
    expect(active.body.values[0].endDate).toMatch(/Z$/);
  });

  test('shows the issues of a sprint with texts as strings', async () => {
    const issues = await sandbox.get(`${AGILE}/sprint/12/issue?fields=summary,description`);

    expect(issues.body.total).toBe(4);
    expect(typeof issues.body.issues[0].fields.description).toBe('string');
  });

  test('moves an issue into a sprint, starts it and closes it', async () => {
    const made = await sandbox.post(`${AGILE}/sprint`, { name: 'Extra', originBoardId: 1, goal: 'More' });
    const { id } = made.body;

    await sandbox.post(`${AGILE}/sprint/${id}/issue`, { issues: ['PAY-7'] });
    const started = await sandbox.put(`${AGILE}/sprint/${id}`, { state: 'active' });
    const closed = await sandbox.post(`${AGILE}/sprint/${id}`, { state: 'closed' });
    const back = await sandbox.put(`${AGILE}/sprint/${id}`, { state: 'active' });

    expect(await keysOf(`sprint = ${id}`)).toEqual(['PAY-7']);
    expect(started.body.startDate).toBeDefined();
    expect(closed.body).toMatchObject({ state: 'closed', completeDate: expect.any(String) });
    expect(back.status).toBe(400);
  });

  test.each(['/sprint/9999', '/board/9999', '/sprint/9999/issue', '/board/9999/sprint'])(
    '%s is a 404',
    async (path) => {
      expect((await sandbox.get(AGILE + path)).status).toBe(404);
    },
  );
});
