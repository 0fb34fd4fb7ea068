/** A move that gave the issue to somebody and set a resolution, taken back: through the real ledger, on the simulated Jira. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import type { JiraTransition } from '../../src/domain/actions/jira-transition.js';
import type { ActionResult, PlannedAction } from '../../src/domain/cycle.js';
import type { Jira } from '../../src/integrations/jira/jira.js';
import { ANA, BO, EVA } from '../../src/sandbox/seed/people.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { vendorsAt } from './support/vendors.js';
import { createWorld, environment, type World } from './support/world.js';

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };

let sandbox: TestSandbox;
let world: World;
let action: PlannedAction;
let issueKey: string;
/** Does the workflow leave the resolution standing on the way back? */
let isLeftStanding: boolean;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  isLeftStanding = false;
  const fields = {
    project: { key: 'PAY' },
    issuetype: { name: 'Task' },
    summary: 'Refund',
    assignee: { accountId: EVA.jira },
  };
  issueKey = (await sandbox.call('POST', '/jira/rest/api/3/issue', { fields }, PERSON)).body.key;
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

/** A workflow whose way to "In Progress" asks who takes the issue, and how it ended. */
function asking(jira: Jira): Jira {
  const fields = [
    { id: 'assignee', name: 'Assignee', isDemanded: true, allowed: null },
    { id: 'resolution', name: 'Resolution', isDemanded: true, allowed: [{ id: '10000', name: 'Done' }] },
  ] as const;
  return {
    ...jira,
    getTransitions: async (key) =>
      (await jira.getTransitions(key)).map((way) =>
        way.toStatus === 'In Progress' ? { ...way, fields } : way,
      ),
  };
}

async function move(given: Omit<JiraTransition, 'issueKey' | 'toStatus'>): Promise<ActionResult> {
  const vendors = vendorsAt(sandbox.url);
  const isResolved = async () => isLeftStanding || (await stands())[0] === 'In Progress';
  const readResolution = async () => ((await isResolved()) ? 'Done' : null);
  const jiraEdits = { ...vendors.jiraEdits, readResolution };
  world = createWorld({ deps: { ...vendors, jira: asking(vendors.jira), jiraEdits } });
  const cycle = cycleInput();
  const payload = { issueKey, toStatus: 'In Progress', resolution: 'Done', ...given };
  action = planned(cycle.cycleId, 1, { kind: 'jira.transition', payload }, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  return environment().run(guarded(createExecuteAction(world.deps, [1])), { cycle, planned: action });
}

function undo(attempt = 1, clock = world.deps.clock, jira = world.deps.jira): Promise<ActionResult> {
  const by = { id: 'lea', name: 'Lea', channel: 'api' } as const;
  const activity = guarded(createUndoAction({ ...world.deps, clock, jira }, [1]));
  const { actionId } = action;
  return environment(attempt).run(activity, { actionId, undoId: `${actionId}.u1`, by });
}

/** A minute on: what was sent is settled. */
const later = () => new Date(Date.parse('2026-11-23T10:01:00Z'));

const assign = (accountId: string | null) =>
  sandbox.call('PUT', `/jira/rest/api/3/issue/${issueKey}/assignee`, { accountId }, PERSON);

const moveByHand = (id: string) =>
  sandbox.call('POST', `/jira/rest/api/3/issue/${issueKey}/transitions`, { transition: { id } }, PERSON);

/** Those of the issue's moves that came from us, the one that is taken back among them. */
async function ourMoves(): Promise<number> {
  const { items } = (await sandbox.get('/_received?vendor=jira')).body;
  return items.filter(
    ({ method, path, headers }: { method: string; path: string; headers: Record<string, string> }) =>
      method === 'POST' &&
      path.endsWith(`${issueKey}/transitions`) &&
      headers['authorization'] !== PERSON.authorization,
  ).length;
}

async function stands() {
  const { body } = await sandbox.get(`/jira/rest/api/3/issue/${issueKey}?fields=status,assignee`);
  return [body.fields.status.name, body.fields.assignee?.accountId ?? null];
}

const fault = (kind: string, match: string, more: object = {}) =>
  sandbox.post('/_faults', { vendor: 'jira', kind, match: `${issueKey}/${match}$`, times: 1, ...more });

test.each([
  ['somebody else', EVA.jira],
  ['nobody', null],
])('whom the move gave it to goes back with it: to %s', async (_name, before) => {
  await assign(before);
  await move({ assignee: BO.jira });

  expect(await undo()).toEqual({
    status: 'executed',
    remoteId: null,
    message: `Undo: Move ${issueKey} to In Progress (resolution Done, assigned to ${BO.jira}): done`,
  });

  expect(await stands()).toEqual(['To Do', before]);
  expect(JSON.parse(world.reader.getAction(`${action.actionId}.u1`)?.request ?? '')).toMatchObject({
    path: `/rest/api/3/issue/${issueKey}/transitions`,
    followedBy: { path: `/rest/api/3/issue/${issueKey}/assignee`, body: { accountId: before } },
  });
});

test('whom a person gave it to since is not taken from them, and nothing is moved', async () => {
  await move({ assignee: BO.jira });
  await assign(ANA.jira);

  const result = await undo();

  expect(result).toMatchObject({ status: 'obsolete' });
  expect(result.message).toContain(`the assignee is "${ANA.jira}" now, and was left as "${BO.jira}"`);
  expect(await stands()).toEqual(['In Progress', ANA.jira]);
});

test('where a person moved it back already, it only goes back to whom it belonged', async () => {
  await move({ assignee: BO.jira });
  const back = { transition: { id: '11' } };
  await sandbox.call('POST', `/jira/rest/api/3/issue/${issueKey}/transitions`, back, PERSON);

  expect(await undo()).toMatchObject({ status: 'executed' });

  expect(await stands()).toEqual(['To Do', EVA.jira]);
});

test('an assignment that the vendor refuses is said; the move is taken back all the same', async () => {
  await move({ assignee: BO.jira });
  await fault('status', 'assignee', { status: 400 });

  const result = await undo();

  expect(result).toMatchObject({
    status: 'executed',
    remark: expect.stringMatching(/^Its assignee stays as the move left it \(.*400.*\)\. Assign it by hand$/),
  });
  expect(await stands()).toEqual(['To Do', BO.jira]);
});

test.each([
  ['lost on its way', 'cut_before', {}],
  ['not answered', 'cut_after', {}],
  ['refused for now', 'status', { status: 429 }],
])(
  'an assignment that is %s is made up for by the next attempt, and the move is not repeated',
  async (_name, kind, more) => {
    await move({ assignee: BO.jira });
    await fault(kind, 'assignee', more);
    await expect(undo()).rejects.toThrow();

    expect(await undo(2, later)).toMatchObject({ status: 'executed' });

    expect(await stands()).toEqual(['To Do', EVA.jira]);
    const { items } = (await sandbox.get('/_received?vendor=jira')).body;
    const moves = items.filter(
      ({ method, path }: { method: string; path: string }) =>
        method === 'POST' && path.endsWith(`${issueKey}/transitions`),
    );
    expect(moves).toHaveLength(2);
  },
);

test('a resolution that the workflow leaves standing is said', async () => {
  await move({ assignee: BO.jira });
  isLeftStanding = true;
  const says = `Its resolution still is Done and was empty before: Jira lets only its workflow change that on this way. Set it by hand`;

  const result = await undo();

  expect(result).toMatchObject({ status: 'executed', remark: says });
  expect(result.message).toMatch(new RegExp(`: done\\. ${says}$`));
});

describe('a person who acts before the second request', () => {
  const IN_PROGRESS = '21';

  test.each([
    ['after the first was answered', 'PUT', 'assignee', 'status', { status: 429 }],
    ['while its answer was lost', 'POST', 'transitions', 'cut_after', {}],
  ])('is not moved over: %s', async (_name, method, path, kind, more) => {
    await move({ assignee: BO.jira });
    const match = `^${method} .*/${issueKey}/${path}$`;
    await sandbox.post('/_faults', { vendor: 'jira', kind, match, times: 1, ...more });
    await expect(undo()).rejects.toThrow();
    await moveByHand(IN_PROGRESS);

    const result = await undo(2, later);

    expect(result).toMatchObject({
      status: 'executed',
      remark: expect.stringMatching(
        /^It was moved back to To Do, and stands in In Progress now \(changed by Ana .* at .*Z\): that is left as it is$/,
      ),
    });
    expect(await stands()).toEqual(['In Progress', EVA.jira]);
    expect(await ourMoves()).toBe(2);
  });

  test.each([
    ['to somebody else', ANA.jira],
    ['once more to whom the move gave it', BO.jira],
  ])('keeps what they gave %s', async (_name, to) => {
    await move({ assignee: BO.jira });
    await fault('status', 'assignee', { status: 429 });
    await expect(undo()).rejects.toThrow();
    await assign(null);
    await assign(to);

    const result = await undo(2, later);

    expect(result).toMatchObject({
      status: 'executed',
      remark: expect.stringMatching(/^Its assignee is .* \(changed by Ana .*\): that is left as it is$/),
    });
    expect(await stands()).toEqual(['To Do', to]);
  });

  test('is seen within the same attempt, too', async () => {
    await move({ assignee: BO.jira });
    const { jira } = world.deps;
    const busy: Jira = {
      ...jira,
      transition: async (...given) => {
        await jira.transition(...given);
        await moveByHand(IN_PROGRESS);
        await assign(ANA.jira);
      },
    };

    const result = await undo(1, world.deps.clock, busy);

    expect(result).toMatchObject({ status: 'executed' });
    expect(result.remark).toMatch(/^It was moved back to To Do, .*\. Its assignee is .*$/);
    expect(await stands()).toEqual(['In Progress', ANA.jira]);
  });
});

test('what was answered is noted, and said where the rest comes to nothing', async () => {
  await move({ assignee: BO.jira });
  await fault('status', 'assignee', { status: 429 });
  await expect(undo()).rejects.toThrow();
  const undoId = `${action.actionId}.u1`;

  expect(world.reader.getAction(undoId)).toMatchObject({
    status: 'executing',
    parts: '["the move to its former status"]',
    last_intent_at: null,
  });
  expect(world.auditKinds(world.reader.getAction(undoId)?.cycle_id ?? '')).toContain('effect.part_done');

  await sandbox.call('DELETE', `/jira/rest/api/3/issue/${issueKey}`, undefined, PERSON);

  expect(await undo(2, later)).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/; done before that: the move to its former status$/),
  });
});
