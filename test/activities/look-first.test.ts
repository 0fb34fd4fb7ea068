/** Effects that the ledger does not know: after a restore, and for changes that only the sweep told of. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { outOfSight } from '../../src/integrations/out-of-sight.js';
import { commentEvent, cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

const START = Date.parse('2026-11-23T10:00:00Z');
const comment: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };
const event = commentEvent({
  changeKey: 'jira:10001:comment:20001:created',
  occurredAt: '2026-11-23T08:30:00.000Z',
});

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
afterEach(() => world.dispose());

/** A Jira with the comments that were made, each under its action and what it answers. */
async function propose(
  made: { readonly id: string; readonly answers: readonly string[] }[],
  input: Partial<CycleInput> = {},
  jira: WorldOptions['jira'] = {},
): Promise<void> {
  world = createWorld({
    jira: {
      findCommentByAction: (_key, _actionId, sought = []) =>
        made.find(({ answers }) => answers.some((mark) => sought.includes(mark)))?.id ?? null,
      addComment: ({ answers = [] }) => {
        made.push({ id: `made-${made.length + 1}`, answers });
        return `made-${made.length}`;
      },
      ...jira,
    },
  });
  cycle = cycleInput({ event, ...input });
  action = planned(cycle.cycleId, 1, comment, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
}

function restoredAt(secondsBefore: number): Partial<ActivityDeps> {
  const at = new Date(START - secondsBefore * 1_000).toISOString();
  return { restored: { at, takenAt: '2026-11-23T08:00:00.000Z', fenceFloor: 0 } };
}

function execute(overrides: Partial<ActivityDeps> = {}, attempt = 1): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [1, 1, 1]));
  return environment(attempt).run(activity, { cycle, planned: action });
}

const calls = () => world.jira.calls();

describe('after a restore', () => {
  test('what another cycle did for the change is taken over, and nothing is sent', async () => {
    const made: { id: string; answers: readonly string[] }[] = [];
    await propose(made);
    await execute();
    expect(made).toHaveLength(1);
    await world.dispose();

    await propose(made);
    const result = await execute(restoredAt(3_600));

    expect(result).toMatchObject({ status: 'executed', remoteId: 'made-1' });
    expect(result.message).toContain('found at the vendor');
    expect(made).toHaveLength(1);
    expect(world.auditKinds(cycle.cycleId).slice(-2)).toEqual(['effect.found', 'effect.executed']);
  });

  test('what nobody did is sent, after one look', async () => {
    await propose([]);

    await expect(execute(restoredAt(3_600))).resolves.toMatchObject({ status: 'executed' });
    expect(calls()).toEqual(['findCommentByAction', 'issueNow', 'addComment']);
  });

  test('a request that left right before the crash is waited for: nothing is sent for 45 s', async () => {
    await propose([]);

    await expect(execute(restoredAt(20))).rejects.toMatchObject({ type: 'Activity.MayBeInWork' });
    expect(calls()).toEqual(['findCommentByAction']);
    const later = { clock: () => new Date(START + 26_000) };
    await expect(execute({ ...restoredAt(20), ...later }, 2)).resolves.toMatchObject({ status: 'executed' });
    expect(calls().filter((name) => name === 'findCommentByAction')).toHaveLength(5);
  });

  test('an event from after it costs no look', async () => {
    await propose([], { event: { ...event, occurredAt: '2026-11-23T09:59:00.000Z' } });

    await execute(restoredAt(3_600));

    expect(calls()).toEqual(['issueNow', 'addComment']);
  });
});

describe('a change that only the sweep told of', () => {
  test('is looked for once, and taken over', async () => {
    const made: { id: string; answers: readonly string[] }[] = [];
    await propose(made);
    await execute();
    await world.dispose();

    await propose(made, { origin: 'reconcile' });

    await expect(execute()).resolves.toMatchObject({ status: 'executed', remoteId: 'made-1' });
    expect(calls()).toEqual(['findCommentByAction']);
  });

  test('is answered at once where nothing is found', async () => {
    await propose([], { origin: 'reconcile' });

    await execute();

    expect(calls()).toEqual(['findCommentByAction', 'issueNow', 'addComment']);
  });
});

describe('where not all could be looked through', () => {
  const lookIsCut = () => Promise.reject(outOfSight('jira', 'the comments of PAY-1', 5_000));

  test.each([
    ['another attempt', {}, 2],
    ['a cycle whose records are gone', { origin: 'reconcile' }, 1],
  ] as const)('it is unknown whether %s sent it, and nothing is sent', async (_who, input, attempt) => {
    await propose([], input, { findCommentByAction: lookIsCut });

    const result = await execute({}, attempt);

    expect(result).toMatchObject({ status: 'unknown', remoteId: null });
    expect(result.message).toContain('are more than the 5000 that are looked through');
    expect(calls()).toEqual(['findCommentByAction']);
  });
});

test('the usual way asks the vendor where the issue stands, and nothing else', async () => {
  await propose([]);

  await execute();

  expect(calls()).toEqual(['issueNow', 'addComment']);
});
