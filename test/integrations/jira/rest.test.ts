import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Jira } from '../../../src/integrations/jira/jira.js';
import { createJiraRest, jiraMessage } from '../../../src/integrations/jira/rest.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let jira: Jira;

beforeEach(async () => {
  server = await startScriptedServer();
  jira = createJiraRest({ baseUrl: server.url, email: 'bot@acme.example', token: 's3cret' });
});

afterEach(() => server.close());

const ada = { accountId: '712020:ada', displayName: 'Ada', accountType: 'atlassian' };
const bot = { accountId: '712020:bot', displayName: 'PM Agent', accountType: 'app' };

/** Customers of a service project do not see it. */
const INTERNAL = { key: 'sd.public.comment', value: { internal: true } };

function adf(text: string): unknown {
  return { version: 1, type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}

function comment(id: string, created: string, body: unknown = adf(`comment ${id}`)): unknown {
  return { id, author: ada, body, created, updated: created };
}

const issue: { readonly fields: Readonly<Record<string, unknown>>; readonly [key: string]: unknown } = {
  id: '10001',
  key: 'PAY-142',
  fields: {
    summary: 'Checkout fails',
    description: adf('It fails.'),
    issuetype: { name: 'Bug' },
    status: { name: 'In Progress', statusCategory: { key: 'indeterminate' } },
    priority: { name: 'High' },
    assignee: ada,
    reporter: bot,
    labels: ['safari'],
    duedate: '2026-02-01',
    created: '2026-01-31T10:00:00.000+0530',
    updated: '2026-01-31T11:00:00.000+0000',
    project: { key: 'PAY' },
    parent: { key: 'PAY-1' },
    subtasks: [{ key: 'PAY-143', fields: { summary: 'Fix', status: { name: 'To Do' } } }],
    issuelinks: [
      {
        id: '1',
        type: { name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
        outwardIssue: { key: 'PAY-7', fields: { summary: 'Release', status: { name: 'Open' } } },
      },
      {
        id: '2',
        type: { name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
        inwardIssue: { key: 'PAY-8' },
      },
      { id: '3', type: { name: 'Blocks' }, outwardIssue: {} },
    ],
    customfield_10016: 5,
    customfield_10020: [
      { id: 3, name: 'Sprint 3', state: 'closed', goal: '' },
      {
        id: 4,
        name: 'Sprint 4',
        state: 'active',
        goal: 'Ship',
        startDate: '2026-01-26T08:00:00.000Z',
        endDate: null,
      },
    ],
    comment: {
      total: 2,
      comments: [
        comment('2', '2026-01-31T10:02:00.000+0000', 'h1. wiki *bold*'),
        comment('1', '2026-01-31T10:01:00.000+0000'),
      ],
    },
  },
  changelog: {
    histories: [
      {
        id: '901',
        created: '2026-01-31T10:30:00.000+0000',
        author: ada,
        items: [
          { field: 'Status', fieldId: 'status', fromString: 'To Do', toString: 'In Progress' },
          { field: 'labels', fromString: '' },
        ],
      },
      { id: '900', created: '2026-01-30T10:30:00.000+0000', items: [] },
    ],
  },
};

describe('getIssue', () => {
  test('is one request and tells the whole issue', async () => {
    server.answer({ body: issue });

    const read = await jira.getIssue('PAY-142');

    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/rest/api/3/issue/PAY-142',
      query: { fields: '*all,-worklog,-attachment', expand: 'names,changelog' },
      headers: { authorization: `Basic ${Buffer.from('bot@acme.example:s3cret').toString('base64')}` },
    });
    expect(read).toMatchObject({
      id: '10001',
      key: 'PAY-142',
      projectKey: 'PAY',
      description: 'It fails.',
      status: 'In Progress',
      statusCategory: 'indeterminate',
      assignee: { accountId: '712020:ada', displayName: 'Ada', isApp: false },
      reporter: { isApp: true },
      created: '2026-01-31T04:30:00.000Z',
      parentKey: 'PAY-1',
      subtasks: [{ key: 'PAY-143', summary: 'Fix', status: 'To Do' }],
      links: [
        { id: '1', relation: 'blocks', key: 'PAY-7', summary: 'Release', status: 'Open' },
        { id: '2', relation: 'is blocked by', key: 'PAY-8', summary: null, status: null },
      ],
      sprint: { id: 4, name: 'Sprint 4', state: 'active', goal: 'Ship' },
      commentTotal: 2,
    });
    expect(read.comments.map(({ id, body }) => [id, body])).toEqual([
      ['1', 'comment 1'],
      ['2', '# wiki **bold**'],
    ]);
  });

  test('reads `toString` of a change as data, and a change without one as null', async () => {
    server.answer({ body: issue });

    const { changes } = await jira.getIssue('10001');

    expect(changes).toEqual([
      {
        id: '901',
        at: '2026-01-31T10:30:00.000Z',
        author: 'Ada',
        authorId: '712020:ada',
        field: 'status',
        from: 'To Do',
        to: 'In Progress',
      },
      {
        id: '901',
        at: '2026-01-31T10:30:00.000Z',
        author: 'Ada',
        authorId: '712020:ada',
        field: 'labels',
        from: '',
        to: null,
      },
    ]);
  });

  test('asks for the newest comments where the issue carries only some', async () => {
    const fields = {
      ...issue.fields,
      comment: { total: 120, comments: [comment('1', '2026-01-01T00:00:00.000+0000')] },
    };
    server.answer(
      { body: { ...issue, fields } },
      {
        body: {
          total: 120,
          comments: [
            comment('120', '2026-01-31T00:00:00.000+0000'),
            comment('119', '2026-01-30T00:00:00.000+0000'),
          ],
        },
      },
    );

    const read = await jira.getIssue('PAY-142');

    expect(server.received[1]).toMatchObject({
      path: '/rest/api/3/issue/PAY-142/comment',
      query: { orderBy: '-created', maxResults: '50' },
    });
    expect(read.comments.map(({ id }) => id)).toEqual(['119', '120']);
    expect(read.commentTotal).toBe(120);
  });

  test('reads the sprint of an old server from its text, commas in the name included', async () => {
    const text =
      'com.atlassian.greenhopper.service.sprint.Sprint@1f39b[id=7,rapidViewId=8,state=ACTIVE,name=Alpha, Beta,goal=<null>,startDate=2020-06-12T00:38:51.882Z,endDate=<null>,sequence=7]';
    server.answer({ body: { key: 'EE-5', fields: { customfield_10007: [text] } } });

    expect((await jira.getIssue('EE-5')).sprint).toEqual({
      id: 7,
      name: 'Alpha, Beta',
      state: 'active',
      goal: null,
      startDate: '2020-06-12T00:38:51.882Z',
      endDate: null,
    });
  });

  test.each(['PAY-1/../../x', '..', 'РАY-1', 'PAY-1?x=1', ''])('refuses %j without asking', async (key) => {
    expect(await failureOf(jira.getIssue(key))).toMatchObject({ code: 'invalid', retryable: false });
    expect(server.received).toEqual([]);
  });

  test('an issue that is gone is not_found with the words of Jira', async () => {
    server.answer({
      status: 404,
      body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'], errors: {} },
    });

    const error = await failureOf(jira.getIssue('PAY-1'));

    expect(error).toMatchObject({ code: 'not_found', retryable: false });
    expect(error.message).toContain('Issue does not exist');
  });
});

describe('writes', () => {
  test('a comment is sent as ADF with the marker, exactly as `requests` shows it', async () => {
    server.answer({ status: 201, body: { id: '10500' } });
    const write = {
      issueKey: 'PAY-142',
      body: 'See **this**: [x](https://evil.example)',
      actionId: 'cycle-1.a1',
    };

    const id = await jira.addComment(write);

    const shown = jira.requests.addComment(write);
    expect(id).toBe('10500');
    expect(server.received[0]).toMatchObject({ method: shown.method, path: shown.path, json: shown.body });
    expect(shown).toMatchObject({
      service: 'jira',
      method: 'POST',
      path: '/rest/api/3/issue/PAY-142/comment',
      body: { properties: [{ key: 'pm-agent.action', value: { actionId: 'cycle-1.a1' } }, INTERNAL] },
    });
    expect(JSON.stringify(shown.body)).toContain('hxxps://evil[.]example');
  });

  test('a transition and an assignment are sent as shown and answer nothing', async () => {
    server.answer({ status: 204 }, { status: 204 });

    await jira.transition('PAY-142', '31');
    await jira.assign('PAY-142', null);

    expect(server.received).toMatchObject([
      { ...methodAndPath(jira.requests.transition('PAY-142', '31')), json: { transition: { id: '31' } } },
      { ...methodAndPath(jira.requests.assign('PAY-142', null)), json: { accountId: null } },
    ]);
    expect(server.received[1]?.path).toBe('/rest/api/3/issue/PAY-142/assignee');
  });

  test('a comment whose answer is lost says that the outcome is unknown', async () => {
    server.answer({ cut: 'before' });

    const error = await failureOf(jira.addComment({ issueKey: 'PAY-1', body: 'x', actionId: 'a' }));

    expect(error).toMatchObject({ retryable: true, outcomeUnknown: true });
  });

  function methodAndPath(request: { readonly method: string; readonly path: string }) {
    return { method: request.method, path: request.path };
  }
});

describe('findCommentByAction', () => {
  test('reads the markers of the newest comments and names the one that carries the action', async () => {
    server.answer(
      {
        body: {
          total: 2,
          comments: [
            comment('12', '2026-01-31T00:00:00.000+0000'),
            comment('11', '2026-01-30T00:00:00.000+0000'),
          ],
        },
      },
      {
        body: {
          values: [
            { id: '12', properties: [{ key: 'pm-agent.action', value: { actionId: 'other' } }] },
            {
              id: '11',
              properties: [
                { key: 'x', value: 1 },
                { key: 'pm-agent.action', value: { actionId: 'mine' } },
              ],
            },
          ],
        },
      },
    );

    expect(await jira.findCommentByAction('PAY-1', 'mine')).toBe('11');
    expect(server.received[1]).toMatchObject({
      method: 'POST',
      path: '/rest/api/3/comment/list',
      query: { expand: 'properties' },
      json: { ids: [12, 11] },
    });
  });

  describe('with a change that is answered', () => {
    const marked = (id: string, value: unknown) => ({ id, properties: [{ key: 'pm-agent.action', value }] });
    const twoComments = {
      body: {
        total: 2,
        comments: [
          comment('12', '2026-01-31T00:00:00.000+0000'),
          comment('11', '2026-01-30T00:00:00.000+0000'),
        ],
      },
    };

    test.each([
      ['another action that answers it is found', [{ actionId: 'other', answers: ['x', 'y'] }, 'z'], '12'],
      [
        'the own one comes before another that answers it',
        [{ actionId: 'other', answers: ['y'] }, { actionId: 'mine' }],
        '11',
      ],
      ['a marker from before answers were named is nobody else’s', [{ actionId: 'other' }, null], null],
      ['something else under our key is passed', [{ answers: ['y'] }, { actionId: 1, answers: 'y' }], null],
    ])('%s', async (_what, [newest, older], found) => {
      server.answer(twoComments, { body: { values: [marked('12', newest), marked('11', older)] } });

      expect(await jira.findCommentByAction('PAY-1', 'mine', ['y'])).toBe(found);
    });
  });

  test('a comment names the changes that it answers, and one that answers none is marked as ever', () => {
    const write = { issueKey: 'PAY-1', body: 'x', actionId: 'cycle-1.a1' };
    const marker = (answers?: readonly string[]) =>
      jira.requests.addComment({ ...write, ...(answers === undefined ? {} : { answers }) }).body;

    expect(marker(['a', 'b'])).toMatchObject({
      properties: [
        { key: 'pm-agent.action', value: { actionId: 'cycle-1.a1', answers: ['a', 'b'] } },
        INTERNAL,
      ],
    });
    for (const plain of [marker(), marker([])]) {
      expect(plain).toMatchObject({
        properties: [{ key: 'pm-agent.action', value: { actionId: 'cycle-1.a1' } }, INTERNAL],
      });
    }
  });

  test('comments tell the actions that made them, all in one request', async () => {
    const property = (value: unknown) => ({ key: 'pm-agent.action', value });
    server.answer({
      body: {
        values: [
          { id: '11', properties: [property({ actionId: 'cycle-1.a1', answers: ['x'] })] },
          { id: '12', properties: [] },
          { id: '13', properties: [property('somebody else’s')] },
          { id: '14', properties: [{ key: 'other', value: { actionId: 'x' } }] },
        ],
      },
    });

    expect(await jira.actionsOfComments(['11', '12', '13', '14', '15'])).toEqual(
      new Map([['11', 'cycle-1.a1']]),
    );
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/rest/api/3/comment/list',
        query: { expand: 'properties' },
        json: { ids: [11, 12, 13, 14, 15] },
      },
    ]);
  });

  test('an id that is no number is asked about nowhere', async () => {
    expect(await jira.actionsOfComments(['11/../12'])).toEqual(new Map());
    expect(server.received).toEqual([]);
  });

  test('a comment that cannot be asked about is not taken for somebody else’s', async () => {
    server.answer({ status: 503 });

    expect(await failureOf(jira.actionsOfComments(['11']))).toMatchObject({ code: 'unavailable' });
  });

  test('an issue without comments needs one request', async () => {
    server.answer({ body: { total: 0, comments: [] } });

    expect(await jira.findCommentByAction('PAY-1', 'mine')).toBeNull();
    expect(server.received).toHaveLength(1);
  });

  test('a failure while looking leaves no outcome open', async () => {
    server.answer({ body: { comments: [comment('1', '')] } }, { status: 500 });

    expect(await failureOf(jira.findCommentByAction('PAY-1', 'mine'))).toMatchObject({
      code: 'unavailable',
      outcomeUnknown: false,
    });
  });
});

describe('the other reads', () => {
  test('transitions tell the category of their status; those that cannot be taken are left out', async () => {
    server.answer({
      body: {
        transitions: [
          { id: '11', name: 'Start', to: { name: 'In Arbeit', statusCategory: { key: 'indeterminate' } } },
          { id: '21', name: 'Park', to: { name: 'Parked' } },
          { id: '31', name: 'Finish', to: { name: 'Done' }, isAvailable: false },
        ],
      },
    });

    expect(await jira.getTransitions('PAY-1')).toEqual([
      { id: '11', name: 'Start', toStatus: 'In Arbeit', toCategory: 'indeterminate' },
      { id: '21', name: 'Park', toStatus: 'Parked', toCategory: null },
    ]);
  });

  test('myself, assignable users and a sprint come in the shapes of the port', async () => {
    server.answer(
      { body: bot },
      { body: [ada] },
      { body: { id: 4, name: 'S', state: 'active', goal: 'Ship' } },
    );

    expect(await jira.myself()).toEqual({ accountId: '712020:bot', displayName: 'PM Agent', isApp: true });
    expect(await jira.assignableUsers('PAY-1')).toHaveLength(1);
    expect(await jira.getSprint(4)).toMatchObject({ id: 4, goal: 'Ship', startDate: null });
    expect(server.received.map(({ path }) => path)).toEqual([
      '/rest/api/3/myself',
      '/rest/api/3/user/assignable/search',
      '/rest/agile/1.0/sprint/4',
    ]);
  });

  test('the issues of a sprint are read page by page', async () => {
    const row = (key: string): unknown => ({
      key,
      fields: { summary: key, status: { name: 'Open' }, assignee: null },
    });
    server.answer(
      { body: [] },
      { body: { total: 3, issues: [row('A-1'), row('A-2')] } },
      { body: { total: 3, issues: [row('A-3')] } },
    );

    expect((await jira.getSprintIssues(4)).map(({ key }) => key)).toEqual(['A-1', 'A-2', 'A-3']);
    expect(server.received.map(({ query }) => query['startAt'])).toEqual([undefined, '0', '2']);
  });

  test('the issues of a sprint tell their estimate by the field of their project', async () => {
    const number = (id: string, name: string) => ({ id, name, schema: { type: 'number' } });
    const row = (key: string, fields: Readonly<Record<string, unknown>>): unknown => ({ key, fields });
    server.answer(
      {
        body: [
          number('customfield_1', 'Effort'),
          number('customfield_2', 'Story Points'),
          { id: 'customfield_3', name: 'Story Points', schema: { type: 'string' } },
        ],
      },
      {
        body: {
          total: 4,
          issues: [
            row('A-1', { customfield_1: 1, customfield_2: 5 }),
            row('A-2', { customfield_2: null }),
            row('A-3', {}),
            row('B-1', { project: { key: 'B' }, customfield_1: 8, customfield_2: 3 }),
          ],
        },
      },
    );
    const named = createJiraRest({
      baseUrl: server.url,
      email: null,
      token: 't',
      estimateFieldOf: (projectKey) => (projectKey === 'B' ? 'Effort' : null),
    });

    const issues = await named.getSprintIssues(4);

    expect(issues.map(({ estimate }) => estimate)).toEqual([5, 'none', null, 8]);
    expect(server.received[1]?.query['fields']).toBe(
      'summary,status,assignee,project,customfield_2,customfield_1',
    );
  });

  test('without an e-mail the token is sent as Bearer', async () => {
    server.answer({ body: ada });

    await createJiraRest({ baseUrl: `${server.url}/ex/jira/abc`, email: null, token: 't' }).myself();

    expect(server.received[0]).toMatchObject({
      path: '/ex/jira/abc/rest/api/3/myself',
      headers: { authorization: 'Bearer t' },
    });
  });

  test('a rate limit says how long to wait', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '12', 'ratelimit-reason': 'jira-burst-based' } });

    expect(await failureOf(jira.myself())).toMatchObject({
      code: 'rate_limit',
      retryable: true,
      retryAfterMs: 12_000,
    });
  });
});

describe('jiraMessage', () => {
  test.each([
    [{ errorMessages: ['a'], errors: { comment: 'b' } }, 'a; comment: b'],
    [{ message: 'c' }, 'c'],
    ['Client must be authenticated', 'Client must be authenticated'],
    ['<html>', null],
    [{ errorMessages: [], errors: {} }, null],
    [42, null],
  ])('%j says %j', (body, said) => {
    expect(jiraMessage(body)).toBe(said);
  });
});
