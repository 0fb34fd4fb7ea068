/** A try to take back whose workflow was closed from outside, and one from before a restore: what is read, and that nothing is sent. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import type { ActionResult, PlannedAction } from '../../src/domain/cycle.js';
import type { UndoInput } from '../../src/domain/undo.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { vendorsAt } from './support/vendors.js';
import { createWorld, environment, type World } from './support/world.js';

const WRITE = '^DELETE .*/issue/PAY-3/comment/\\d+$';

let sandbox: TestSandbox;
let world: World;
let action: PlannedAction;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  const cycle = cycleInput();
  const payload = { issueKey: 'PAY-3', body: 'Noted.' };
  action = planned(cycle.cycleId, 1, { kind: 'jira.comment', payload }, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  const execute = guarded(createExecuteAction(world.deps, [1]));
  await environment().run(execute, { cycle, planned: action });
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

const at = (time: string) => ({ clock: () => new Date(`2026-11-23T${time}Z`) });

function undo(more: Partial<UndoInput> = {}, overrides: Partial<ActivityDeps> = {}): Promise<ActionResult> {
  const { actionId } = action;
  const input = {
    actionId,
    undoId: `${actionId}.u1`,
    by: { id: 'lea', name: 'Lea', channel: 'api' },
    ...more,
  };
  const activity = guarded(createUndoAction({ ...world.deps, ...overrides }, [1]));
  return environment().run(activity, input as UndoInput);
}

async function deletions(): Promise<number> {
  const { items } = (await sandbox.get('/_received?vendor=jira')).body;
  return items.filter(({ method, path }: { method: string; path: string }) =>
    new RegExp(WRITE).test(`${method} ${path}`),
  ).length;
}

const statusOf = (id: string) => world.reader.getAction(id)?.status;

async function loseAnswer(kind: 'cut_after' | 'cut_before'): Promise<void> {
  await sandbox.post('/_faults', { vendor: 'jira', kind, match: WRITE, times: 1 });
  await expect(undo()).rejects.toThrow();
}

test('its request was done, and no answer came: it is undone', async () => {
  await loseAnswer('cut_after');

  expect(await undo({ isOver: true }, at('10:01:00'))).toMatchObject({ status: 'executed' });
  expect(statusOf(action.actionId)).toBe('undone');
});

test('its request never came: it is not undone, and nothing is sent any more', async () => {
  const before = await deletions();
  await loseAnswer('cut_before');
  const sent = await deletions();

  const result = await undo({ isOver: true }, at('10:01:00'));

  expect(result).toMatchObject({ status: 'failed', message: expect.stringContaining('closed from outside') });
  expect(statusOf(action.actionId)).toBe('executed');
  expect(await deletions()).toBe(sent);
  expect(sent - before).toBeLessThanOrEqual(1);
});

test('its request may still be in work: its end is not told yet', async () => {
  await loseAnswer('cut_before');

  await expect(undo({ isOver: true }, at('10:00:20'))).rejects.toMatchObject({
    type: 'Activity.MayBeInWork',
  });
});

test('another try was quicker: this one took nothing back', async () => {
  await loseAnswer('cut_before');
  const second = { undoId: `${action.actionId}.u2` };
  expect(await undo(second, at('10:00:50'))).toMatchObject({ status: 'executed' });

  expect(await undo({ isOver: true }, at('10:01:00'))).toMatchObject({
    status: 'obsolete',
    message: expect.stringContaining('is undone'),
  });
});

test('right after a restore a request from before it may be in work: it is waited for, and looked for', async () => {
  const restored = { at: '2026-11-23T10:00:30.000Z', takenAt: '2026-11-23T10:00:10.000Z', fenceFloor: 1 };
  const before = await deletions();

  await expect(undo({}, { restored, ...at('10:00:40') })).rejects.toMatchObject({
    type: 'Activity.MayBeInWork',
  });
  expect(await deletions()).toBe(before);

  expect(await undo({}, { restored, ...at('10:01:20') })).toMatchObject({ status: 'executed' });
  expect(await deletions()).toBe(before + 1);
});
