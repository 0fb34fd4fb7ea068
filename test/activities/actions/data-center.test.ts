/**
 * Every kind of action on Jira, on a Data Center: done, found again by its mark, and taken back. The simulated one knows v2
 * alone, wiki markup and people by name, and answers 404 to what only Cloud has.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { Action } from '../../../src/domain/action.js';
import { AUTHORIZED, startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { EFFECTS } from '../support/effects.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

/** People are named by their name there. */
function there(action: Action): Action {
  return action.kind === 'jira.assign'
    ? { ...action, payload: { ...action.payload, accountId: 'cleo' } }
    : action;
}

const jiraEffects = Object.entries(EFFECTS).filter(([, { vendor }]) => vendor === 'jira');

test.each(jiraEffects)('%s', async (name, effect) => {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'data_center') });
  const cycle = cycleInput({ cycleId: `cycle-${name.replaceAll(/\W/g, '-')}` });
  const seen = effect.seen === undefined ? {} : { seen: effect.seen };
  const action = planned(cycle.cycleId, 1, there(effect.action), { verdict: 'auto', ordinal: 1, ...seen });
  await intoLedger(world, cycle, action);
  const { body: before } = await sandbox.get('/_received');
  const { actionId } = action;

  const executed = await environment().run(guarded(createExecuteAction(world.deps, [10])), {
    cycle,
    planned: action,
  });
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const undone = await environment().run(guarded(createUndoAction(world.deps, [10])), {
    actionId,
    undoId: `${actionId}.u1`,
    by,
  });

  expect(executed).toMatchObject({ status: 'executed' });
  expect(undone).toMatchObject({ status: 'executed' });
  const { body: after } = await sandbox.get('/_received');
  const calls = (after.items as { path: string; body: unknown }[]).slice(before.items.length);
  expect(calls.filter(({ path }) => path.startsWith('/rest/api/3'))).toEqual([]);
  expect(JSON.stringify(calls.map(({ body }) => body))).not.toMatch(/"accountId"|"type":"doc"/);
});

test.each([
  [
    'a person',
    { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` },
    'obsolete',
  ],
  ['the agent, late', AUTHORIZED, 'executed'],
] as const)('whose change it was while an answer was lost, the names tell: %s', async (who, by, status) => {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'data_center') });
  const cycle = cycleInput();
  const issueKey = who === 'a person' ? 'WEB-3' : 'WEB-5';
  const assign = { kind: 'jira.assign', payload: { issueKey, accountId: 'cleo' } } as const;
  const action = planned(cycle.cycleId, 1, assign, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  const path = `/rest/api/2/issue/${issueKey}/assignee`;
  await sandbox.call('PUT', `/jira-dc${path}`, { name: 'eva' });
  await sandbox.post('/_faults', {
    vendor: 'jira',
    kind: 'cut_before',
    match: `^PUT .*${issueKey}/assignee$`,
    times: 1,
  });
  const execute = (attempt: number, deps = world.deps) =>
    environment(attempt).run(guarded(createExecuteAction(deps, [10])), { cycle, planned: action });
  await expect(execute(1)).rejects.toThrow();
  await sandbox.call('PUT', `/jira-dc${path}`, { name: 'cleo' }, by);

  const result = await execute(2, { ...world.deps, clock: () => new Date('2026-11-23T10:01:00Z') });

  expect(result).toMatchObject({ status });
});

test('an issue whose answer was lost is found by its property, not made again, and taken back', async () => {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'data_center') });
  const cycle = cycleInput({ cycleId: 'cycle-lost-issue' });
  const { action, write } = EFFECTS['jira.create_issue'];
  const creation = planned(cycle.cycleId, 1, action, { verdict: 'auto', ordinal: 1 });
  const { actionId } = creation;
  await intoLedger(world, cycle, creation);
  await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_after', match: write, times: 1 });
  const clock = () => new Date('2026-11-23T10:01:00Z');
  const deps = { ...world.deps, clock };
  const execute = (attempt: number) =>
    environment(attempt).run(guarded(createExecuteAction(deps, [10])), { cycle, planned: creation });
  const mine = async (): Promise<string[]> => {
    const search = `/jira-dc/rest/api/2/search?jql=${encodeURIComponent('project = PAY AND creator = currentUser()')}`;
    return (await sandbox.get(`${search}&fields=summary`)).body.issues.map(({ key }: { key: string }) => key);
  };
  const before = await mine();
  await expect(execute(1)).rejects.toThrow();

  const executed = await execute(2);

  const [made, ...others] = (await mine()).filter((key) => !before.includes(key));
  expect(executed).toMatchObject({ status: 'executed', remoteId: made });
  expect(others).toEqual([]);
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const undo = guarded(createUndoAction(deps, [10]));
  const undone = await environment().run(undo, { actionId, undoId: `${actionId}.u1`, by });
  expect(undone).toMatchObject({ status: 'executed' });
  expect(await mine()).toEqual(before);
});
