/** Every kind that can be taken back, against the vendors that the sandbox plays, over HTTP and through the real ledger. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { AUTHORIZED, startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { vendorsAt } from './support/vendors.js';
import { createWorld, environment, type World } from './support/world.js';

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

const ANA = '712020:a11a0000-0000-4000-8000-000000000001';
const BO = '712020:b0c40000-0000-4000-8000-000000000002';
const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };
const BY = { id: 'lead-1', name: 'Lea', channel: 'cli' } as const;

const jira = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = AUTHORIZED,
) => sandbox.call(method, `/jira/rest/api/3${path}`, body, headers);
const fieldsOf = async (key: string) => (await jira('GET', `/issue/${key}`)).body.fields;

async function newIssue(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const whole = { project: { key: 'PAY' }, issuetype: { name: 'Task' }, summary: 'Wallet', ...fields };
  return (await jira('POST', '/issue', { fields: whole })).body.key;
}

async function carryOut(proposed: Action): Promise<ActionResult> {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  const execute = guarded(createExecuteAction(world.deps));
  const result: ActionResult = await environment().run(execute, { cycle, planned: action });
  expect(result).toMatchObject({ status: 'executed' });
  return result;
}

function undo(attempt = 1, overrides: Partial<ActivityDeps> = {}, n = 1): Promise<ActionResult> {
  const activity = guarded(createUndoAction({ ...world.deps, ...overrides }, [100, 200, 400]));
  const input = { actionId: action.actionId, undoId: `${action.actionId}.u${n}`, by: BY };
  return environment(attempt).run(activity, input);
}

const statusOf = (id: string) => world.reader.getAction(id)?.status;
/** The worker's clock a minute on: what was sent is settled. */
const later = { clock: () => new Date(Date.parse('2026-11-23T10:01:00Z')) };

interface Case {
  readonly name: string;
  readonly given: () => Promise<Action>;
  /** How the target stands, in a form that the effect changes and undoing restores. */
  readonly look: (done: Action, remoteId: string | null) => Promise<unknown>;
  /** The call that takes it back, over `METHOD path`. */
  readonly write: RegExp;
  readonly vendor: 'jira' | 'slack' | 'bitbucket';
}

const keyOf = (done: Action): string => ('issueKey' in done.payload ? done.payload.issueKey : '');
const statusCode = async (answer: ReturnType<typeof jira>) => (await answer).status;

const cases: readonly Case[] = [
  {
    name: 'jira.comment',
    given: async () => ({ kind: 'jira.comment', payload: { issueKey: await newIssue(), body: 'Hello.' } }),
    look: async (done) => (await fieldsOf(keyOf(done))).comment.total,
    write: /^DELETE .*\/comment\/\d+$/,
    vendor: 'jira',
  },
  {
    name: 'jira.transition',
    given: async () => ({
      kind: 'jira.transition',
      payload: { issueKey: await newIssue(), toStatus: 'In Progress' },
    }),
    look: async (done) => (await fieldsOf(keyOf(done))).status.name,
    write: /^POST .*\/transitions$/,
    vendor: 'jira',
  },
  {
    name: 'jira.assign',
    given: async () => ({
      kind: 'jira.assign',
      payload: { issueKey: await newIssue({ assignee: { accountId: ANA } }), accountId: BO },
    }),
    look: async (done) => (await fieldsOf(keyOf(done))).assignee?.accountId,
    write: /^PUT .*\/assignee$/,
    vendor: 'jira',
  },
  {
    name: 'jira.update_fields',
    given: async () => ({
      kind: 'jira.update_fields',
      payload: {
        issueKey: await newIssue({ labels: ['kept', 'old'], priority: { name: 'High' } }),
        priority: 'Low',
        addLabels: ['new'],
        removeLabels: ['old'],
        dueDate: '2026-12-24',
        estimate: 3,
        sprint: 'active',
      },
    }),
    look: async (done) => {
      const { labels, priority, duedate, customfield_10016, customfield_10020 } = await fieldsOf(keyOf(done));
      return [labels.toSorted(), priority.name, duedate, customfield_10016, customfield_10020];
    },
    write: /^PUT .*\/issue\/[^/]+$/,
    vendor: 'jira',
  },
  {
    name: 'jira.link',
    given: async () => ({
      kind: 'jira.link',
      payload: { issueKey: await newIssue(), relation: 'blocks', toKey: await newIssue() },
    }),
    look: async (done) => (await fieldsOf(keyOf(done))).issuelinks.length,
    write: /^DELETE .*\/issueLink\/\d+$/,
    vendor: 'jira',
  },
  {
    name: 'jira.create_issue',
    given: async () => ({
      kind: 'jira.create_issue',
      payload: {
        issueKey: await newIssue(),
        as: 'subtask',
        issueType: null,
        summary: 'Part',
        description: 'x',
      },
    }),
    look: async (done) => (await fieldsOf(keyOf(done))).subtasks.length,
    write: /^DELETE .*\/issue\/[^/]+$/,
    vendor: 'jira',
  },
  {
    name: 'slack.message',
    given: async () => ({
      kind: 'slack.message',
      payload: { channel: 'C0WEB', threadTs: null, text: 'Hello.' },
    }),
    look: async () => {
      const answer = await sandbox.call(
        'GET',
        '/slack/conversations.history?channel=C0WEB&limit=200',
        undefined,
        AUTHORIZED,
      );
      return answer.body.messages.length;
    },
    write: /chat\.delete$/,
    vendor: 'slack',
  },
  {
    name: 'bitbucket.pr_comment',
    given: async () => ({
      kind: 'bitbucket.pr_comment',
      payload: { repository: 'acme/pay-api', pullRequestId: 1, body: 'Nice.' },
    }),
    look: async () => {
      const path = '/bitbucket/repositories/acme/pay-api/pullrequests/1/comments?pagelen=100';
      const { values } = (await sandbox.call('GET', path, undefined, AUTHORIZED)).body;
      return values.filter(({ deleted }: { deleted?: boolean }) => deleted !== true).length;
    },
    write: /^DELETE .*\/comments\/\d+$/,
    vendor: 'bitbucket',
  },
];

async function calls({ write, vendor }: Pick<Case, 'write' | 'vendor'>): Promise<number> {
  const { items } = (await sandbox.get(`/_received?vendor=${vendor}`)).body;
  return items.filter((one: { method: string; path: string }) => write.test(`${one.method} ${one.path}`))
    .length;
}

describe.each(cases)('$name', (one) => {
  async function done(): Promise<{ readonly before: unknown; readonly proposed: Action }> {
    const proposed = await one.given();
    const before = await one.look(proposed, null);
    const { remoteId } = await carryOut(proposed);
    expect(await one.look(proposed, remoteId)).not.toEqual(before);
    return { before, proposed };
  }

  test('is taken back once, as an action of its own that the audit names', async () => {
    const { before, proposed } = await done();
    const from = await calls(one);

    const first = await undo();
    const second = await undo(2);

    expect(first).toMatchObject({ status: 'executed' });
    expect(first.message).toMatch(/^Undo: .*done$/);
    expect(second.status).toBe('executed');
    expect(await one.look(proposed, null)).toEqual(before);
    expect(await calls(one)).toBe(from + 1);
    expect(statusOf(action.actionId)).toBe('undone');
    expect(world.reader.undosOf(action.actionId)).toMatchObject([
      { status: 'executed', undoes: action.actionId },
    ]);
    expect(world.auditKinds(cycle.cycleId).slice(-4)).toEqual([
      'undo.asked',
      'effect.intended',
      'effect.executed',
      'effect.undone',
    ]);
  });

  test('is taken back once where the process dies between the effect and its record', async () => {
    const { before, proposed } = await done();
    const from = await calls(one);
    const dying = { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('killed')) };

    await expect(undo(1, { mirror: dying })).rejects.toThrow('killed');
    const result = await undo(2, later);

    expect(result.status).toBe('executed');
    expect(await one.look(proposed, null)).toEqual(before);
    expect(await calls(one)).toBe(from + 1);
    expect(statusOf(action.actionId)).toBe('undone');
  });

  test('is taken back once where the answer is lost', async () => {
    const { before, proposed } = await done();
    const from = await calls(one);
    const { vendor } = one;
    await sandbox.post('/_faults', { vendor, kind: 'cut_after', match: one.write.source, times: 1 });

    await expect(undo()).rejects.toThrow();
    const result = await undo(2, later);

    expect(result.status).toBe('executed');
    expect(await one.look(proposed, null)).toEqual(before);
    expect(await calls(one)).toBe(from + 1);
  });
});

describe('what a person changed since is shown and not overwritten', () => {
  async function refused(): Promise<string> {
    const result = await undo();
    expect(result.status).toBe('obsolete');
    expect(statusOf(action.actionId)).toBe('executed');
    return result.message;
  }

  test('a status', async () => {
    const issueKey = await newIssue();
    await carryOut({ kind: 'jira.transition', payload: { issueKey, toStatus: 'In Progress' } });
    await jira('POST', `/issue/${issueKey}/transitions`, { transition: { id: '31' } }, PERSON);

    const message = await refused();

    expect(message).toContain('changed by Ana Lindqvist at ');
    expect(message).toContain('the status is "In Review" now, and was left as "In Progress"');
    expect((await fieldsOf(issueKey)).status.name).toBe('In Review');
  });

  test('an assignee', async () => {
    const issueKey = await newIssue();
    await carryOut({ kind: 'jira.assign', payload: { issueKey, accountId: BO } });
    await jira('PUT', `/issue/${issueKey}/assignee`, { accountId: ANA }, PERSON);

    expect(await refused()).toContain(`the assignee is "${ANA}" now`);
    expect((await fieldsOf(issueKey)).assignee.accountId).toBe(ANA);
  });

  test('a field', async () => {
    const issueKey = await newIssue();
    const none = { addLabels: [], removeLabels: [], dueDate: null, estimate: null, sprint: null };
    await carryOut({ kind: 'jira.update_fields', payload: { issueKey, priority: 'Low', ...none } });
    await jira('PUT', `/issue/${issueKey}`, { fields: { priority: { name: 'Highest' } } }, PERSON);

    expect(await refused()).toContain('the priority is "Highest" now, and was left as "Low"');
    expect((await fieldsOf(issueKey)).priority.name).toBe('Highest');
  });

  test('the words of a comment', async () => {
    const issueKey = await newIssue();
    const { remoteId } = await carryOut({ kind: 'jira.comment', payload: { issueKey, body: 'Hello.' } });
    const body = {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hm.' }] }],
    };
    await new Promise((resolve) => setTimeout(resolve, 5));
    await jira('PUT', `/issue/${issueKey}/comment/${remoteId}`, { body }, PERSON);

    expect(await refused()).toContain('was edited by Ana Lindqvist at ');
    expect(await statusCode(jira('GET', `/issue/${issueKey}/comment/${remoteId}`))).toBe(200);
  });

  test('an issue that was made and then worked on', async () => {
    const issueKey = await newIssue();
    const { remoteId } = await carryOut({
      kind: 'jira.create_issue',
      payload: { issueKey, as: 'follow_up', issueType: null, summary: 'Next', description: 'x' },
    });
    await jira('PUT', `/issue/${remoteId}/assignee`, { accountId: ANA }, PERSON);

    expect(await refused()).toContain(
      `${remoteId} was worked on since: assignee was changed by Ana Lindqvist`,
    );
    expect(await statusCode(jira('GET', `/issue/${remoteId}`))).toBe(200);
  });

  test('a second try, after the person put it back, takes it back', async () => {
    const issueKey = await newIssue();
    await carryOut({ kind: 'jira.assign', payload: { issueKey, accountId: BO } });
    await jira('PUT', `/issue/${issueKey}/assignee`, { accountId: ANA }, PERSON);
    await refused();
    await jira('PUT', `/issue/${issueKey}/assignee`, { accountId: BO }, PERSON);

    const result = await undo(1, {}, 2);

    expect(result.status).toBe('executed');
    expect((await fieldsOf(issueKey)).assignee).toBeNull();
    expect(world.reader.undosOf(action.actionId).map(({ status }) => status)).toEqual([
      'obsolete',
      'executed',
    ]);
  });
});

test('what a person gave away again while the answer was lost stays with whom they gave it', async () => {
  const issueKey = await newIssue();
  await carryOut({ kind: 'jira.assign', payload: { issueKey, accountId: BO } });
  const match = `^PUT .*/${issueKey}/assignee$`;
  await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_after', match, times: 1 });
  await expect(undo()).rejects.toThrow();
  await jira('PUT', `/issue/${issueKey}/assignee`, { accountId: BO }, PERSON);

  const result = await undo(2, later);

  expect(result).toMatchObject({
    status: 'obsolete',
    message: expect.stringMatching(/was changed since \(changed by Ana .*\), and stands as it was left/),
  });
  expect((await fieldsOf(issueKey)).assignee.accountId).toBe(BO);
});

describe('an issue whose former sprint is closed by now', () => {
  const agile = (method: string, path: string, body: unknown) =>
    sandbox.call(method, `/jira/rest/agile/1.0${path}`, body, PERSON);
  const none = { removeLabels: [], dueDate: null, estimate: null };
  const newSprint = async (): Promise<number> =>
    (await agile('POST', '/sprint', { name: 'Former', originBoardId: 1 })).body.id;
  const close = async (id: number) => {
    await agile('PUT', `/sprint/${id}`, { state: 'active' });
    await agile('PUT', `/sprint/${id}`, { state: 'closed' });
  };

  test.each([
    ['it was closed before', true],
    ['it was closed since', false],
  ])('is taken out of the new one, and the rest of it is taken back: %s', async (_when, isBefore) => {
    const issueKey = await newIssue({ labels: ['kept'], priority: { name: 'High' } });
    const former = await newSprint();
    await agile('POST', `/sprint/${former}/issue`, { issues: [issueKey] });
    if (isBefore) await close(former);
    const change = { priority: 'Low', addLabels: ['new'], sprint: 'active' } as const;
    await carryOut({ kind: 'jira.update_fields', payload: { issueKey, ...none, ...change } });
    if (!isBefore) await close(former);

    const undone = await undo();

    expect(undone).toMatchObject({ status: 'executed', message: expect.stringMatching(/done$/) });
    const { labels, priority, customfield_10020: sprints } = await fieldsOf(issueKey);
    expect([labels, priority.name]).toEqual([['kept'], 'High']);
    expect((sprints ?? []).filter(({ state }: { state: string }) => state !== 'closed')).toEqual([]);
    expect(await undo(2, later)).toMatchObject({ status: 'executed' });
  });
});

test('what a person took back already is as good as undone, and nothing is sent', async () => {
  const issueKey = await newIssue();
  const { remoteId } = await carryOut({ kind: 'jira.comment', payload: { issueKey, body: 'Hello.' } });
  await jira('DELETE', `/issue/${issueKey}/comment/${remoteId}`, undefined, PERSON);

  const result = await undo();

  expect(result).toMatchObject({ status: 'executed', message: expect.stringContaining('is gone already') });
  expect(statusOf(action.actionId)).toBe('undone');
});

test('what was taken back is not done again by an attempt that nobody knew to have ended', async () => {
  const issueKey = await newIssue();
  const comment: Action = { kind: 'jira.comment', payload: { issueKey, body: 'Hello.' } };
  const done = await carryOut(comment);
  await undo();

  const execute = guarded(createExecuteAction({ ...world.deps, ...later }));
  const again = await environment(2).run(execute, { cycle, planned: action });

  expect(again).toEqual(done);
  expect((await fieldsOf(issueKey)).comment.total).toBe(0);
  expect(statusOf(action.actionId)).toBe('undone');
});

test('F8: an undo that the vendor shows late is looked for, and not sent again', async () => {
  const write = /^DELETE .*\/comments\/\d+$/;
  const sent = async (): Promise<number> => {
    const { items } = (await sandbox.get('/_received?vendor=bitbucket')).body;
    return items.filter((one: { method: string; path: string }) => write.test(`${one.method} ${one.path}`))
      .length;
  };
  await carryOut({
    kind: 'bitbucket.pr_comment',
    payload: { repository: 'acme/pay-api', pullRequestId: 1, body: 'Shown late.' },
  });
  const from = await sent();
  const fault = { vendor: 'bitbucket', match: write.source, times: 1 };
  await sandbox.post('/_faults', { ...fault, kind: 'hide_markers', ms: 400 });
  await sandbox.post('/_faults', { ...fault, kind: 'cut_after' });

  await expect(undo()).rejects.toThrow();
  const result = await undo(2, later);

  expect(result).toMatchObject({
    status: 'executed',
    message: expect.stringContaining('found from an earlier'),
  });
  expect(await sent()).toBe(from + 1);
});

test('a comment on a pull request is taken back by an access token, which may not ask who it is', async () => {
  const payload = { repository: 'acme/pay-api', pullRequestId: 1, body: 'Nice.' };
  await carryOut({ kind: 'bitbucket.pr_comment', payload });
  const { notes, removals } = vendorsAt(sandbox.url, 'cloud', 2_000, 'ATCTT-sandbox');

  expect(await undo(1, { notes, removals })).toMatchObject({ status: 'executed' });
  expect(statusOf(action.actionId)).toBe('undone');
});

describe('a message that two hundred newer ones stand above', () => {
  const write = /chat\.delete$/;
  const post = async (body: object) =>
    (await sandbox.call('POST', '/slack/chat.postMessage', { channel: 'C0PAY', ...body }, AUTHORIZED)).body
      .ts;

  test('is deleted, and not taken for gone', async () => {
    await carryOut({
      kind: 'slack.message',
      payload: { channel: 'C0PAY', threadTs: null, text: 'Far back.' },
    });
    for (let n = 0; n < 201; n += 1) {
      await post({ text: `Newer ${n}` });
    }
    const from = await calls({ write, vendor: 'slack' });

    await expect(undo()).resolves.toMatchObject({ message: expect.stringMatching(/done$/) });
    expect(await calls({ write, vendor: 'slack' })).toBe(from + 1);
    await expect(undo(2, later)).resolves.toMatchObject({ status: 'executed' });
    expect(await calls({ write, vendor: 'slack' })).toBe(from + 1);
  });

  test('in a thread is deleted by itself; once the thread is gone, so is it', async () => {
    const threadTs = await post({ text: 'Asked.' });
    await carryOut({ kind: 'slack.message', payload: { channel: 'C0PAY', threadTs, text: 'Answered.' } });
    const from = await calls({ write, vendor: 'slack' });

    await expect(undo()).resolves.toMatchObject({ message: expect.stringMatching(/done$/) });
    await expect(undo(2, later)).resolves.toMatchObject({ status: 'executed' });
    expect(await calls({ write, vendor: 'slack' })).toBe(from + 1);
  });
});

describe('what cannot be seen any more is not called gone', () => {
  const HIDDEN = 'cannot be seen, and whether it is gone cannot be told';
  const hide = (vendor: Case['vendor'], match: string) =>
    sandbox.post('/_faults', { vendor, kind: 'status', status: 404, match, times: 100 });
  afterEach(() => sandbox.delete('/_faults'));

  const message = async (isReply: boolean): Promise<Action> => {
    const posted = await sandbox.call(
      'POST',
      '/slack/chat.postMessage',
      { channel: 'C0PAY', text: 'Asked.' },
      AUTHORIZED,
    );
    const threadTs = isReply ? posted.body.ts : null;
    return { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs, text: 'Answered.' } };
  };
  const comment = async (as?: 'status_note'): Promise<Action> => ({
    kind: 'jira.comment',
    payload: { issueKey: await newIssue(), body: 'Hello.', ...(as === undefined ? {} : { as }) },
  });
  const issue = async (): Promise<Action> => ({
    kind: 'jira.create_issue',
    payload: {
      issueKey: await newIssue(),
      as: 'follow_up',
      issueType: null,
      summary: 'Next',
      description: 'x',
    },
  });
  const review = async (): Promise<Action> => ({
    kind: 'bitbucket.pr_comment',
    payload: { repository: 'acme/pay-api', pullRequestId: 1, body: 'Nice.' },
  });

  test.each<[string, Case['vendor'], string, () => Promise<Action>]>([
    ['a reply in a channel that the bot was removed from', 'slack', 'conversations', () => message(true)],
    ['a message in a channel that the bot was removed from', 'slack', 'conversations', () => message(false)],
    ['a comment on an issue that is hidden', 'jira', '/issue/', () => comment()],
    ['a status note on an issue that is hidden', 'jira', '/issue/', () => comment('status_note')],
    ['an issue that is hidden', 'jira', '/issue/', issue],
    ['a comment on a pull request that is hidden', 'bitbucket', '/pullrequests/', review],
  ])('%s', async (_what, vendor, match, given) => {
    await carryOut(await given());
    await hide(vendor, match);

    const hidden = await undo();

    expect(hidden).toMatchObject({ status: 'failed', message: expect.stringContaining(HIDDEN) });
    expect(statusOf(action.actionId)).toBe('executed');
    await sandbox.delete('/_faults');
    expect(await undo(1, {}, 2)).toMatchObject({ status: 'executed' });
    expect(statusOf(action.actionId)).toBe('undone');
  });

  test.each<[string, Case['vendor'], string, RegExp, () => Promise<Action>]>([
    ['a reply', 'slack', 'conversations', /chat\.delete$/, () => message(true)],
    ['a comment', 'jira', '/issue/', /^DELETE/, () => comment()],
  ])('%s that may be deleted already: nobody knows', async (_what, vendor, match, write, given) => {
    await carryOut(await given());
    await sandbox.post('/_faults', { vendor, kind: 'cut_before', match: write.source, times: 1 });
    await expect(undo()).rejects.toThrow();
    await hide(vendor, match);

    const result = await undo(2, later);

    expect(result).toMatchObject({ status: 'unknown', message: expect.stringContaining(HIDDEN) });
    expect(statusOf(action.actionId)).toBe('executed');
  });

  test('but a comment that is gone from an issue that is shown is', async () => {
    await carryOut(await comment());
    await hide('jira', '/comment/');

    expect(await undo()).toMatchObject({
      status: 'executed',
      message: expect.stringContaining('gone already'),
    });
  });
});

describe('an estimate whose field the configuration names otherwise since', () => {
  const WRITTEN = 'customfield_10016';
  const NAMED_NOW = 'customfield_10036';

  /** As if `teams[].jira.estimateField` had been changed. */
  const renamed = () => {
    const { jiraEdits } = world.deps;
    const siteFields = async (project: string) => ({
      ...(await jiraEdits.siteFields(project)),
      estimate: NAMED_NOW,
      estimateName: 'Story point estimate',
    });
    return { jiraEdits: { ...jiraEdits, siteFields } };
  };

  async function estimated(): Promise<string> {
    const issueKey = await newIssue({ [WRITTEN]: 8 });
    const none = { priority: null, addLabels: [], removeLabels: [], dueDate: null, sprint: null };
    await carryOut({ kind: 'jira.update_fields', payload: { issueKey, ...none, estimate: 3 } });
    await jira('PUT', `/issue/${issueKey}`, { fields: { [NAMED_NOW]: 3 } });
    return issueKey;
  }

  test('is given back to the field that was written', async () => {
    const issueKey = await estimated();

    expect(await undo(1, renamed())).toMatchObject({ status: 'executed' });

    expect(await fieldsOf(issueKey)).toMatchObject({ [WRITTEN]: 8, [NAMED_NOW]: 3 });
  });

  test('is left where somebody changed that field since, whatever the other one says', async () => {
    const issueKey = await estimated();
    await jira(
      'PUT',
      `/issue/${issueKey}`,
      { fields: { [WRITTEN]: 5 } },
      { authorization: 'Bearer ana@acme.example' },
    );

    expect(await undo(1, renamed())).toMatchObject({ status: 'obsolete' });

    expect(await fieldsOf(issueKey)).toMatchObject({ [WRITTEN]: 5, [NAMED_NOW]: 3 });
  });
});
