/** An effect whose answer was lost and that a person found to be done: no answer named it, and it can be taken back all the same. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import { ACTIONS } from '../../src/domain/actions/index.js';
import type { ActionResult, PlannedAction } from '../../src/domain/cycle.js';
import { SETTLED_NOTE } from '../../src/domain/settlement.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { EFFECTS, type PossibleEffect } from './support/effects.js';
import { vendorsAt } from './support/vendors.js';
import { createWorld, environment, type World } from './support/world.js';

let sandbox: TestSandbox;
let world: World;
let action: PlannedAction;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

/** Sent, not answered, given up as `unknown`, and found to be done by a person. */
async function settled({ vendor, action: proposed, write }: PossibleEffect, kind: string): Promise<void> {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  const { mirror } = world.deps;
  const cycle = cycleInput();
  const { cycleId } = cycle;
  action = planned(cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  const { actionId } = action;
  await mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await mirror.recordPlan({ cycleId, step, actions: [action] });
  await sandbox.post('/_faults', { vendor, kind, match: write, times: 1 });
  const execute = guarded(createExecuteAction(world.deps, [1]));
  await expect(environment().run(execute, { cycle, planned: action })).rejects.toThrow();
  const unknown = { status: 'unknown', remoteId: null, message: 'not known' } as const;
  await mirror.recordResult({ cycleId, actionId, result: unknown, step });
  const data = { actionId, found: 'done', by: 'lea', byName: 'Lea', why: null };
  const note = { id: 'note-1', seq: 1, at: '2026-11-23T10:05:00.000Z', cycleId, actor: 'user:lea' };
  await mirror.takeOverNotes([{ ...note, kind: SETTLED_NOTE, data }], builtInTerms);
  expect(world.reader.getAction(actionId)).toMatchObject({ status: 'executed', remote_id: null });
}

const later = () => new Date('2026-11-23T10:10:00Z');

function undo(attempt = 1): Promise<ActionResult> {
  const by = { id: 'lea', name: 'Lea', channel: 'api' } as const;
  const { actionId } = action;
  const activity = guarded(createUndoAction({ ...world.deps, clock: later }, [1]));
  return environment(attempt).run(activity, { actionId, undoId: `${actionId}.u1`, by });
}

const row = () => world.reader.getAction(action.actionId);

const known = Object.entries(EFFECTS).filter(
  ([
    ,
    {
      action: { kind },
    },
  ]) => {
    const { inverse } = ACTIONS[kind];
    return inverse.reversible && inverse.by === 'id';
  },
);

describe.each(known)('%s', (_name, effect) => {
  test('is found by its mark, kept, and taken back', async () => {
    await settled(effect, 'cut_after');

    expect(await undo()).toMatchObject({ status: 'executed', message: expect.stringMatching(/: done$/) });

    expect(row()).toMatchObject({ status: 'undone', remote_id: expect.any(String) });
  });

  test('that is not to be found is said, with what is to be done', async () => {
    await settled(effect, 'cut_before');

    const result = await undo();

    expect(result).toMatchObject({ status: 'failed' });
    expect(result.message).toContain(`which thing ${action.actionId} left at ${action.target} is not known`);
    expect(result.message).toContain('take it back by hand');
    expect(row()).toMatchObject({ status: 'executed', remote_id: null });
  });
});

test('an undo whose own answer is lost knows what it removed', async () => {
  await settled(EFFECTS['jira.comment'], 'cut_after');
  await sandbox.post('/_faults', { vendor: 'jira', kind: 'cut_after', match: '^DELETE ', times: 1 });
  await expect(undo()).rejects.toThrow();

  const result = await undo(2);

  expect(result).toMatchObject({ status: 'executed', message: expect.stringContaining('found') });
  expect(row()?.status).toBe('undone');
});
