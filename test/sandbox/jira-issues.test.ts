import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adf, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const V3 = '/jira/rest/api/3';
const V2 = '/jira/rest/api/2';

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

async function newIssue(fields: Record<string, unknown> = {}): Promise<string> {
  const created = await sandbox.post(`${V3}/issue`, {
    fields: { project: { key: 'PAY' }, issuetype: { name: 'Task' }, summary: 'A task', ...fields },
  });
  expect(created.status).toBe(201);
  return created.body.key;
}

describe('an issue', () => {
  test('is answered by key and by id, with ADF in v3 and wiki markup in v2', async () => {
    const byKey = await sandbox.get(`${V3}/issue/PAY-3`);
    const byId = await sandbox.get(`${V2}/issue/${byKey.body.id}`);

    expect(byKey.status).toBe(200);
    expect(byKey.body.fields.description).toMatchObject({ type: 'doc', version: 1 });
    expect(byKey.body.fields.comment.comments[0].body.content[0].content[0]).toEqual({
      type: 'mention',
      attrs: { id: '712020:b0c40000-0000-4000-8000-000000000002', text: '@Bo Chen', accessLevel: '' },
    });
    expect(byId.body.key).toBe('PAY-3');
    expect(byId.body.fields.description).toContain('h2. Done when\n# every capture carries a key');
    expect(byId.body.fields.customfield_10020).toMatchObject([{ id: 12, state: 'active', boardId: 1 }]);
  });

  test('shows only the fields that were asked for, and the changelog where expanded', async () => {
    const some = await sandbox.get(`${V3}/issue/PAY-5?fields=summary,status`);
    const without = await sandbox.get(`${V3}/issue/PAY-5?fields=-comment`);
    const expanded = await sandbox.get(`${V3}/issue/PAY-5?fields=summary&expand=changelog,renderedFields`);

    expect(Object.keys(some.body.fields)).toEqual(['summary', 'status']);
    expect(some.body.changelog).toBeUndefined();
    expect(without.body.fields.comment).toBeUndefined();
    expect(without.body.fields.summary).toBeDefined();
    expect(expanded.body.changelog.histories[0].items).toContainEqual({
      field: 'status',
      fieldtype: 'jira',
      fieldId: 'status',
      from: '3',
      fromString: 'In Progress',
      to: '10002',
      toString: 'In Review',
    });
    expect(expanded.body.renderedFields.description).toContain('amount exceeds capture');
  });

  test('that does not exist is a 404 in Jira’s words', async () => {
    const missing = await sandbox.get(`${V3}/issue/PAY-9999`);

    expect(missing.status).toBe(404);
    expect(missing.body).toEqual({
      errorMessages: ['Issue does not exist or you do not have permission to see it.'],
      errors: {},
    });
  });

  test('is created, edited, assigned and deleted, and each change stands in its changelog', async () => {
    const key = await newIssue({ description: adf('Why'), labels: ['one'], priority: { name: 'High' } });

    await sandbox.put(`${V3}/issue/${key}`, {
      fields: { summary: 'Another' },
      update: { labels: [{ add: 'two' }, { remove: 'one' }] },
    });
    const assigned = await sandbox.put(`${V3}/issue/${key}/assignee`, { accountId: '712020:pm-agent' });
    const issue = await sandbox.get(`${V3}/issue/${key}`);
    const log = await sandbox.get(`${V3}/issue/${key}/changelog`);
    const deleted = await sandbox.delete(`${V3}/issue/${key}`);

    expect(assigned.status).toBe(204);
    expect(issue.body.fields).toMatchObject({
      summary: 'Another',
      labels: ['two'],
      priority: { name: 'High' },
      assignee: { accountId: '712020:pm-agent', accountType: 'app', displayName: 'PM Agent' },
    });
    expect(log.body.values.map(({ items }: any) => items.map(({ fieldId }: any) => fieldId))).toEqual([
      ['summary', 'labels'],
      ['assignee'],
    ]);
    expect(deleted.status).toBe(204);
    expect((await sandbox.get(`${V3}/issue/${key}`)).status).toBe(404);
  });

  test('with wrong fields is refused field by field', async () => {
    const refused = await sandbox.post(`${V3}/issue`, {
      fields: {
        project: { key: 'NOPE' },
        issuetype: { name: 'Dream' },
        summary: '',
        nonsense: 1,
        description: 'text',
      },
    });

    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual({
      project: 'Specify a valid project ID or key',
      issuetype: 'Specify a valid issue type',
      summary: 'You must specify a summary of the issue.',
      nonsense: "Field 'nonsense' cannot be set. It is not on the appropriate screen, or unknown.",
      description: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
    });
  });

  test('whose description is over 32,767 characters is refused', async () => {
    const refused = await sandbox.put(`${V3}/issue/PAY-7`, {
      fields: { description: adf('x'.repeat(32_768)) },
    });

    expect(refused.status).toBe(400);
    expect(refused.body.errors.description).toContain('exceeds the allowed limit of 32,767 characters');
  });

  test('takes no assignee that the site does not know', async () => {
    const refused = await sandbox.put(`${V3}/issue/PAY-7/assignee`, { accountId: '712020:nobody' });

    expect(refused.status).toBe(400);
    expect(refused.body.errors.assignee).toBe("User '712020:nobody' does not exist.");
  });
});

describe('a transition', () => {
  test('moves the issue along its workflow, and closing sets a resolution', async () => {
    const key = await newIssue();

    const offered = await sandbox.get(`${V3}/issue/${key}/transitions`);
    const moved = await sandbox.post(`${V3}/issue/${key}/transitions`, { transition: { id: '21' } });
    await sandbox.post(`${V3}/issue/${key}/transitions`, { transition: { id: '41' } });
    const issue = await sandbox.get(`${V3}/issue/${key}?fields=status,resolution,resolutiondate`);

    expect(offered.body.transitions.map(({ name, to }: any) => [name, to.name])).toEqual([
      ['Start progress', 'In Progress'],
    ]);
    expect(moved.status).toBe(204);
    expect(issue.body.fields).toMatchObject({
      status: { name: 'Done', statusCategory: { key: 'done' } },
      resolution: { name: 'Done' },
      resolutiondate: expect.stringMatching(/\+0000$/),
    });
  });

  test('can be added with a screen, which then demands its fields', async () => {
    const close = { id: '42', name: 'Close', from: 'To Do', to: 'Done', demands: ['resolution'] };
    const created = await sandbox.post('/jira/rest/api/3/issue', {
      fields: { project: { key: 'PAY' }, issuetype: { name: 'Task' }, summary: 'With a screen' },
    });
    const path = `/jira/rest/api/3/issue/${created.body.key}/transitions`;

    expect((await sandbox.post('/_jira/transitions', close)).status).toBe(200);
    const offered = (await sandbox.get(`${path}?expand=transitions.fields`)).body.transitions;
    expect(offered.find(({ id }: any) => id === '42').fields.resolution.required).toBe(true);
    expect((await sandbox.post(path, { transition: { id: '42' } })).status).toBe(400);
    const given = { transition: { id: '42' }, fields: { resolution: { id: '10002' } } };
    expect((await sandbox.post(path, given)).status).toBe(204);
  });

  test.each([
    [{ id: 'x' }, '"id"'],
    [{ name: '' }, '"name"'],
    [{ to: 'Nowhere' }, '"from" and "to"'],
    [{ demands: ['colour'] }, '"demands"'],
  ])('that is described with %j is not added', async (wrong, named) => {
    const right = { id: '43', name: 'Close', from: 'To Do', to: 'Done', demands: [] };

    const answer = await sandbox.post('/_jira/transitions', { ...right, ...wrong });

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(named);
  });

  test('that the status does not offer is refused', async () => {
    const refused = await sandbox.post(`${V3}/issue/PAY-4/transitions`, { transition: { id: '41' } });

    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages).toEqual(["Transition id '41' is not valid for this issue."]);
  });
});

describe('links', () => {
  test('show the other end in the direction of the type, and can be made and removed', async () => {
    const blocked = await sandbox.get(`${V3}/issue/PAY-4?fields=issuelinks`);
    const blocking = await sandbox.get(`${V3}/issue/PAY-3?fields=issuelinks`);
    const made = await sandbox.post(`${V3}/issueLink`, {
      type: { name: 'Blocks' },
      inwardIssue: { key: 'PAY-6' },
      outwardIssue: { key: 'PAY-7' },
    });
    const after = await sandbox.get(`${V3}/issue/PAY-7?fields=issuelinks`);
    const [link] = after.body.fields.issuelinks;

    expect(blocked.body.fields.issuelinks).toMatchObject([
      { type: { inward: 'is blocked by' }, inwardIssue: { key: 'PAY-3' } },
    ]);
    expect(blocking.body.fields.issuelinks[0].outwardIssue.key).toBe('PAY-4');
    expect(made.status).toBe(201);
    expect(link.inwardIssue.key).toBe('PAY-6');
    expect((await sandbox.delete(`${V3}/issueLink/${link.id}`)).status).toBe(204);
    expect((await sandbox.get(`${V3}/issueLink/${link.id}`)).status).toBe(404);
  });

  test('that are there already are made no second time', async () => {
    const linkOnce = () =>
      sandbox.post(`${V3}/issueLink`, {
        type: { name: 'Relates' },
        inwardIssue: { key: 'WEB-1' },
        outwardIssue: { key: 'WEB-2' },
      });

    expect([(await linkOnce()).status, (await linkOnce()).status]).toEqual([201, 201]);
    expect((await sandbox.get(`${V3}/issue/WEB-1?fields=issuelinks`)).body.fields.issuelinks).toHaveLength(1);
  });

  test('that are made and removed stand in the history of both issues, and move their time', async () => {
    const before = (await sandbox.get(`${V3}/issue/PAY-7?fields=updated`)).body.fields.updated;
    const ends = { inwardIssue: { key: 'PAY-1' }, outwardIssue: { key: 'PAY-7' } };
    await sandbox.post(`${V3}/issueLink`, { type: { name: 'Blocks' }, ...ends });
    const made = await sandbox.get(`${V3}/issue/PAY-7?fields=updated,issuelinks&expand=changelog`);
    const [{ id }] = made.body.fields.issuelinks.filter((link: any) => link.inwardIssue?.key === 'PAY-1');
    await sandbox.delete(`${V3}/issueLink/${id}`);
    const lastItem = async (key: string) => {
      const { body } = await sandbox.get(`${V3}/issue/${key}/changelog`);
      return body.values.at(-1).items[0];
    };

    expect(made.body.changelog.histories[0].items).toMatchObject([
      { field: 'Link', from: null, to: 'PAY-1', toString: 'This issue is blocked by PAY-1' },
    ]);
    expect(Date.parse(made.body.fields.updated)).toBeGreaterThan(Date.parse(before));
    expect(await lastItem('PAY-1')).toMatchObject({
      from: 'PAY-7',
      fromString: 'This issue blocks PAY-7',
      to: null,
    });
  });
});

describe('the site', () => {
  test('knows who asks: the agent with any token, a person by their e-mail address', async () => {
    const basic = `Basic ${Buffer.from('bo@acme.example:anything').toString('base64')}`;

    const agent = await sandbox.get(`${V3}/myself`);
    const person = await sandbox.call('GET', `${V3}/myself`, undefined, { authorization: basic });

    expect(agent.body).toMatchObject({ accountId: '712020:pm-agent', accountType: 'app' });
    expect(person.body.displayName).toBe('Bo Chen');
  });

  test.each([{}, { authorization: 'Bearer ' }, { authorization: `Basic ${btoa('bo@acme.example:')}` }])(
    'refuses an empty credential %j as plain text',
    async (headers: Record<string, string>) => {
      const refused = await sandbox.call('GET', `${V3}/myself`, undefined, headers);

      expect(refused.status).toBe(401);
      expect(refused.body).toBe('Client must be authenticated to access this resource.');
    },
  );

  test('refuses a body that is not JSON', async () => {
    const refused = await sandbox.post(`${V3}/issue`, '{"fields": ');

    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages[0]).toContain('Invalid request payload');
  });

  test('finds people who may be assigned', async () => {
    const found = await sandbox.get(`${V3}/user/assignable/search?issueKey=PAY-3&query=cleo`);
    const noIssue = await sandbox.get(`${V3}/user/assignable/search?issueKey=NO-1`);

    expect(found.body.map(({ displayName }: any) => displayName)).toEqual(['Cleo Diaz']);
    expect(noIssue.status).toBe(404);
  });
});
