/**
 * Every kind of action on Jira, on a Data Center: done, found again by its mark, and taken back. The simulated one knows v2
 * alone, wiki markup and people by name, and answers 404 to what only Cloud has.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { Action } from '../../../src/domain/action.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
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
