/** Moves whose screens demand something, on the service project of the Jira that the sandbox plays, through the real ledger. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { JiraTransition } from '../../../src/domain/actions/jira-transition.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { BO, EVA } from '../../../src/sandbox/seed/people.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let issueKey: string;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  const fields = {
    project: { key: 'SUP' },
    issuetype: { name: 'Task' },
    summary: 'Refund',
    assignee: { accountId: EVA.jira },
  };
  issueKey = (await sandbox.call('POST', '/jira/rest/api/3/issue', { fields }, PERSON)).body.key;
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

async function move(
  given: Omit<JiraTransition, 'issueKey'>,
  deployment: 'cloud' | 'data_center' = 'cloud',
): Promise<ActionResult> {
  world = createWorld({ deps: vendorsAt(sandbox.url, deployment) });
  cycle = cycleInput();
  const proposed = { kind: 'jira.transition', payload: { issueKey, ...given } } as const;
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  const execute = guarded(createExecuteAction(world.deps, [1]));
  return environment().run(execute, { cycle, planned: action });
}

function undo(): Promise<ActionResult> {
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const { actionId } = action;
  const activity = guarded(createUndoAction(world.deps, [1]));
  return environment().run(activity, { actionId, undoId: `${actionId}.u1`, by });
}

async function stands() {
  const path = `/jira/rest/api/3/issue/${issueKey}?fields=status,resolution,assignee`;
  const { status, resolution, assignee } = (await sandbox.get(path)).body.fields;
  return [status.name, resolution?.name ?? null, assignee?.accountId ?? null];
}

test.each(['cloud', 'data_center'] as const)(
  'on %s: what the move demands goes with it, and stands then',
  async (deployment) => {
    const result = await move({ toStatus: 'Resolved', resolution: 'duplicate' }, deployment);

    expect(result).toMatchObject({ status: 'executed' });
    expect(await stands()).toEqual(['Resolved', 'Duplicate', EVA.jira]);
  },
);

test('what is demanded and not given ends it for good, with its name and values, and nothing is sent', async () => {
  const before = await stands();

  const result = await move({ toStatus: 'Resolved' });

  expect(result).toMatchObject({
    status: 'failed',
    message: `${issueKey} cannot be moved to Resolved so: the transition "Resolve" demands Resolution (one of: Done, Won't Do, Duplicate, Cannot Reproduce). Propose the move with that, or move it by hand`,
  });
  expect(await stands()).toEqual(before);
});

test('its undo fills in what the way back demands, as it was before', async () => {
  await move({ toStatus: 'Resolved', resolution: 'Done' });

  expect(await undo()).toMatchObject({ status: 'executed' });

  expect(await stands()).toEqual(['To Do', null, EVA.jira]);
  const { items } = (await sandbox.get('/_received?vendor=jira')).body;
  const sent = items.filter(({ path }: { path: string }) => path.endsWith(`${issueKey}/transitions`));
  expect(sent.at(-1).body).toEqual({
    transition: { id: '61' },
    fields: { assignee: { accountId: EVA.jira } },
  });
});

test('its undo says why it cannot be, where the way back demands what nobody knows', async () => {
  await sandbox.call('PUT', `/jira/rest/api/3/issue/${issueKey}/assignee`, { accountId: null }, PERSON);
  await move({ toStatus: 'Resolved', resolution: 'Done' });

  expect(await undo()).toMatchObject({
    status: 'failed',
    message:
      'it cannot be moved from Resolved back to To Do: the transition "Reopen" demands Assignee. Move it by hand',
  });
  expect((await stands())[0]).toBe('Resolved');
});

test('what the move filled in and a person changed since is shown, and nothing is moved', async () => {
  await move({ toStatus: 'Resolved', resolution: 'Done' });
  const fields = { resolution: { name: 'Duplicate' } };
  await sandbox.call('PUT', `/jira/rest/api/3/issue/${issueKey}`, { fields }, PERSON);

  const result = await undo();

  expect(result).toMatchObject({ status: 'obsolete' });
  expect(result.message).toContain('the resolution is "Duplicate" now, and was left as "Done"');
  expect(await stands()).toEqual(['Resolved', 'Duplicate', EVA.jira]);
});

test('a move gives the issue to somebody, where its screen asks for one', async () => {
  await move({ toStatus: 'Resolved', resolution: 'Done' });
  await world.dispose();
  const result = await move({ toStatus: 'To Do', assignee: BO.jira });

  expect(result).toMatchObject({ status: 'executed' });
  expect(await stands()).toEqual(['To Do', null, BO.jira]);
});

test('the sandbox refuses as Jira does, field by field', async () => {
  world = createWorld();
  const path = `/jira/rest/api/3/issue/${issueKey}/transitions`;

  const refused = await sandbox.call('POST', path, { transition: { id: '51' } }, PERSON);
  const shown = (await sandbox.get(`${path}?expand=transitions.fields`)).body.transitions;

  expect(refused).toMatchObject({ status: 400, body: { errors: { resolution: 'Resolution is required.' } } });
  expect(shown.find(({ id }: { id: string }) => id === '51').fields.resolution).toMatchObject({
    required: true,
    hasDefaultValue: false,
    allowedValues: [{ id: '10000', name: 'Done' }, {}, {}, {}],
  });
  expect((await sandbox.get(path)).body.transitions[0].fields).toBeUndefined();
});
