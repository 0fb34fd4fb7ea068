/** Fields, links and new issues against the Jira that the sandbox plays, over HTTP and through the real ledger. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import type { Action } from '../../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import { createJiraEdits } from '../../../src/integrations/jira/edits-client.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };

const jira = async (method: string, path: string, body?: unknown) =>
  (await sandbox.call(method, `/jira/rest/api/3${path}`, body)).body;
const issue = (key: string) => jira('GET', `/issue/${key}`);

async function newIssue(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const whole = { project: { key: 'PAY' }, issuetype: { name: 'Task' }, summary: 'Wallet', ...fields };
  return (await jira('POST', '/issue', { fields: whole })).key;
}

/** What pm-agent.yaml says that the estimate is; null: nothing. */
let estimateField: string | null;
beforeEach(() => {
  estimateField = null;
});

async function propose(proposed: Action, overrides: Partial<PlannedAction> = {}): Promise<void> {
  const access = { baseUrl: `${sandbox.url}/jira`, email: null, token: 't', timeoutMs: 2_000 };
  world = createWorld({
    deps: {
      jira: createJiraRest(access),
      jiraEdits: createJiraEdits({ ...access, estimateFieldOf: () => estimateField }),
    },
  });
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1, ...overrides });
  await intoLedger(world, cycle, action);
}

function execute(attempt = 1, overrides: Partial<ActivityDeps> = {}): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [200, 400, 800]));
  return environment(attempt).run(activity, { cycle, planned: action });
}

/** The worker's clock a minute on: what was sent is settled. */
const later = { clock: () => new Date(Date.parse('2026-11-23T10:01:00Z')) };

async function writes(path: RegExp): Promise<number> {
  const { items } = (await sandbox.get('/_received?vendor=jira')).body;
  return items.filter((one: { method: string; path: string }) => path.test(`${one.method} ${one.path}`))
    .length;
}

const WEB_TASK = { project: { key: 'WEB' }, issuetype: { name: 'Task' } };
const fields = (issueKey: string, changes: Partial<Action<'jira.update_fields'>['payload']>): Action => ({
  kind: 'jira.update_fields',
  payload: {
    issueKey,
    priority: null,
    addLabels: [],
    removeLabels: [],
    dueDate: null,
    estimate: null,
    sprint: null,
    ...changes,
  },
});
const link = (issueKey: string, relation: string, toKey: string): Action => ({
  kind: 'jira.link',
  payload: { issueKey, relation, toKey },
});
const create = (
  issueKey: string,
  as: 'subtask' | 'follow_up',
  summary: string,
  issueType: string | null = null,
): Action => ({
  kind: 'jira.create_issue',
  payload: { issueKey, as, issueType, summary, description: 'It **fails**.' },
});

interface Case {
  readonly name: string;
  /** Makes what it needs, and answers the action. */
  readonly given: () => Promise<Action>;
  readonly write: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'fields',
    given: async () => fields(await newIssue(), { priority: 'High', addLabels: ['wallet'] }),
    write: /^PUT \/rest\/api\/3\/issue\//,
  },
  {
    name: 'a link',
    given: async () => link(await newIssue(), 'is blocked by', await newIssue()),
    write: /^POST \/rest\/api\/3\/issueLink$/,
  },
  {
    name: 'a sub-task',
    given: async () => create(await newIssue(), 'subtask', `Part ${Date.now()}`),
    write: /^POST \/rest\/api\/3\/issue$/,
  },
  {
    name: 'a follow-up',
    given: async () => create(await newIssue(), 'follow_up', `Next ${Date.now()}`),
    write: /^POST \/rest\/api\/3\/issue$/,
  },
];

describe.each(cases)('$name', ({ given, write }) => {
  test('is done once, however often it is carried out', async () => {
    await propose(await given());
    const before = await writes(write);

    const first = await execute();
    const second = await execute(2);

    expect(first.status).toBe('executed');
    expect(second).toMatchObject({ status: 'executed', remoteId: first.remoteId });
    expect(await writes(write)).toBe(before + 1);
  });

  test('F5: is done once where the process dies between the effect and its record', async () => {
    await propose(await given());
    const before = await writes(write);
    const dying = { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('killed')) };

    await expect(execute(1, { mirror: dying })).rejects.toThrow('killed');
    const result = await execute(2, later);

    expect(result.status).toBe('executed');
    expect(await writes(write)).toBe(before + 1);
  });

  test('F6: is done once where the answer is lost', async () => {
    await propose(await given());
    const before = await writes(write);
    const match = write.source;
    await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_after', match, times: 1 });

    await expect(execute()).rejects.toThrow();
    const result = await execute(2, later);

    expect(result.status).toBe('executed');
    expect(await writes(write)).toBe(before + 1);
  });

  test('F7: is done where the request was lost', async () => {
    await propose(await given());
    const match = write.source;
    await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_before', match, times: 1 });

    await expect(execute()).rejects.toThrow();
    const result = await execute(2, later);

    expect(result.status).toBe('executed');
  });
});

describe('fields', () => {
  test('all of them are changed in one request, and other labels stay', async () => {
    const key = await newIssue({ labels: ['old', 'kept'] });
    const changes = { priority: 'Low', addLabels: ['new'], removeLabels: ['old'], dueDate: '2026-12-24' };
    await propose(fields(key, { ...changes, estimate: 5, sprint: 'active' }));

    const result = await execute();

    expect(result.status).toBe('executed');
    const { fields: now } = await issue(key);
    expect(now).toMatchObject({ priority: { name: 'Low' }, labels: ['kept', 'new'], duedate: '2026-12-24' });
    expect(now).toMatchObject({ customfield_10016: 5, customfield_10020: [{ state: 'active' }] });
  });

  test('that stand so already need no request', async () => {
    const key = await newIssue({ priority: { name: 'High' } });
    await propose(fields(key, { priority: 'High' }), { seen: { priority: 'High' } });

    await expect(execute()).resolves.toMatchObject({
      status: 'executed',
      message: `${key} already stands so`,
    });
  });

  test('F26: that a person changed since the decision are not overwritten, and it says who', async () => {
    const key = await newIssue({ priority: { name: 'Medium' } });
    const { items } = (await sandbox.get('/_received?vendor=jira')).body;
    expect(items.length).toBeGreaterThan(0);
    await sandbox.call(
      'PUT',
      `/jira/rest/api/3/issue/${key}`,
      { fields: { priority: { name: 'Highest' } } },
      PERSON,
    );
    await propose(fields(key, { priority: 'Low' }), { seen: { priority: 'Medium' } });

    const result = await execute();

    expect(result.status).toBe('obsolete');
    expect(result.message).toContain('the priority is "Highest", and was "Medium" (changed by ');
    expect((await issue(key)).fields.priority.name).toBe('Highest');
  });

  test('an estimate that somebody gave is not overwritten', async () => {
    const key = await newIssue({ customfield_10016: 8 });
    await propose(fields(key, { estimate: 3 }), { seen: { estimate: null } });

    await expect(execute()).resolves.toMatchObject({ status: 'obsolete' });
    expect((await issue(key)).fields.customfield_10016).toBe(8);
  });

  test.each([
    ['name', 'story point Estimate'],
    ['id', 'customfield_10036'],
  ])('an estimate goes to the field that pm-agent.yaml has, by its %s', async (_by, field) => {
    const key = await newIssue();
    estimateField = field;
    await propose(fields(key, { estimate: 3 }));

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });

    expect((await issue(key)).fields).toMatchObject({ customfield_10036: 3, customfield_10016: null });
  });

  test('an estimate in a field that does not exist is refused by the name of the setting', async () => {
    estimateField = 'Efort';
    await propose(fields(await newIssue(), { estimate: 3 }));

    await expect(execute()).resolves.toMatchObject({
      status: 'failed',
      message:
        'this Jira has no number field "Efort" for PAY, which teams[].jira.estimateField of pm-agent.yaml names',
    });
  });

  test('a team-managed project is estimated in its own field, and no other project is', async () => {
    const own = (await sandbox.post('/_jira/team-managed', { key: 'APP', sprints: true })).body;
    const theirs = await newIssue({ project: { key: 'APP' } });
    await propose(fields(theirs, { estimate: 3 }));

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });

    const ours = await world.deps.jiraEdits.siteFields('PAY');
    expect((await issue(theirs)).fields).toMatchObject({ [own.estimateField]: 3, customfield_10016: null });
    expect(ours.estimate).toBe('customfield_10016');
  });

  test('the running sprint of a team-managed project is found on its board', async () => {
    const { board } = (await sandbox.post('/_jira/team-managed', { key: 'TEAM', sprints: true })).body;
    const agile = (method: string, path: string, body: unknown) =>
      sandbox.call(method, `/jira/rest/agile/1.0${path}`, body, PERSON);
    const { id } = (await agile('POST', '/sprint', { name: 'One', originBoardId: board })).body;
    await agile('PUT', `/sprint/${id}`, { state: 'active' });
    const key = await newIssue({ project: { key: 'TEAM' } });
    await propose(fields(key, { sprint: 'active' }));

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });

    expect((await issue(key)).fields.customfield_10020).toMatchObject([{ id, state: 'active' }]);
  });

  test('a team-managed project whose board has no sprints has none', async () => {
    await sandbox.post('/_jira/team-managed', { key: 'FLOW', sprints: false });
    await propose(fields(await newIssue({ project: { key: 'FLOW' } }), { sprint: 'next' }));

    await expect(execute()).resolves.toMatchObject({
      status: 'failed',
      message: 'no board of FLOW has a next sprint',
    });
  });

  test('a sprint that does not exist was set by no earlier attempt', async () => {
    const key = (await jira('POST', '/issue', { fields: { ...WEB_TASK, summary: 'No sprints here' } })).key;
    await propose(fields(key, { sprint: 'next' }));

    await expect(execute(2)).resolves.toMatchObject({
      status: 'failed',
      message: 'no board of WEB has a next sprint',
    });
  });

  test('a value that Jira refuses ends with its words', async () => {
    await propose(fields(await newIssue(), { priority: 'Urgent' }));

    const result = await execute();

    expect(result).toMatchObject({ status: 'failed' });
    expect(result.message).toContain('The priority selected is invalid');
  });
});

describe('a link', () => {
  test('reads as it was asked for, and its id is the effect', async () => {
    const [key, other] = [await newIssue(), await newIssue()];
    await propose(link(key, 'Is blocked by', other));

    const result = await execute();

    const [made] = (await issue(key)).fields.issuelinks;
    expect(made).toMatchObject({
      id: result.remoteId,
      inwardIssue: { key: other },
      type: { name: 'Blocks' },
    });
  });

  test('that was made is done, also where its id cannot be read', async () => {
    const [key, other] = [await newIssue(), await newIssue()];
    await propose(link(key, 'blocks', other));
    const { jira: client } = world.deps;
    const before = await writes(/\/issueLink$/);
    const getIssue: typeof client.getIssue = async (name) => {
      if ((await writes(/\/issueLink$/)) > before) {
        throw new IntegrationError({
          service: 'jira',
          message: 'jira answered no JSON',
          code: 'bad_reply',
          retryable: false,
          status: 200,
        });
      }
      return client.getIssue(name);
    };

    await expect(execute(1, { jira: { ...client, getIssue } })).resolves.toMatchObject({
      status: 'executed',
      remoteId: null,
    });
    expect((await issue(key)).fields.issuelinks).toHaveLength(1);
  });

  test('that stands already is not made again', async () => {
    const [key, other] = [await newIssue(), await newIssue()];
    const body = { type: { name: 'Blocks' }, inwardIssue: { key }, outwardIssue: { key: other } };
    await jira('POST', '/issueLink', body);
    await propose(link(key, 'blocks', other));

    await expect(execute()).resolves.toMatchObject({ message: `${key} already blocks ${other}` });
  });

  test('that the site does not know ends with the ones that it knows', async () => {
    await propose(link(await newIssue(), 'annoys', await newIssue()));

    const result = await execute();

    expect(result.status).toBe('failed');
    expect(result.message).toContain('no link that reads "annoys"; it has: blocks, is blocked by');
  });

  test('to an issue that is gone ends as obsolete', async () => {
    await propose(link(await newIssue(), 'blocks', 'PAY-999999'));

    await expect(execute()).resolves.toMatchObject({ status: 'obsolete' });
  });
});

describe('a new issue', () => {
  test('as a sub-task stands below its issue; its key is the effect', async () => {
    const key = await newIssue();
    await propose(create(key, 'subtask', 'Look at the wallet'));

    const { remoteId } = await execute();

    const { fields: made } = await issue(remoteId ?? '');
    expect(made).toMatchObject({
      parent: { key },
      issuetype: { subtask: true },
      summary: 'Look at the wallet',
    });
  });

  test('as a follow-up stands for itself and names where it comes from', async () => {
    const key = await newIssue();
    await propose(create(key, 'follow_up', 'Then this', 'bug'));

    const { remoteId } = await execute();

    const { fields: made } = await issue(remoteId ?? '');
    expect(made.issuetype.name).toBe('Bug');
    expect(made.parent).toBeUndefined();
    expect(JSON.stringify(made.description)).toContain(`Follow-up of ${key}.`);
  });

  test('F8: is found also where the search shows it late', async () => {
    const match = '^POST /rest/api/3/issue$';
    const key = await newIssue();
    await propose(create(key, 'follow_up', 'Shown late'));
    const before = await writes(/^POST \/rest\/api\/3\/issue$/);
    await sandbox.post('/_faults', { vendor: 'jira', kind: 'hide_markers', match, ms: 900, times: 1 });
    await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_after', match, times: 1 });

    await expect(execute()).rejects.toThrow();
    const result = await execute(2, later);

    expect(result).toMatchObject({ status: 'executed', remoteId: expect.stringMatching(/^PAY-\d+$/) });
    expect(await writes(/^POST \/rest\/api\/3\/issue$/)).toBe(before + 1);
  });

  test('of a type that the project has not ends with those that it has', async () => {
    await propose(create(await newIssue(), 'follow_up', 'Wrong', 'Incident'));

    const result = await execute();

    expect(result.status).toBe('failed');
    expect(result.message).toContain('PAY has no type of issues named Incident; its types: Epic, Story');
  });
});
