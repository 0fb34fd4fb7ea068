import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StartedUndo } from '../../src/api/undo.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult } from '../../src/domain/cycle.js';
import type { UndoInput } from '../../src/domain/undo.js';
import { comment, cycleInput, escalate, planned, transition } from '../support/builders.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let started: UndoInput[];
/** What the worker makes of a try; null: no worker runs. */
let outcome: ActionResult | null;
let now: Date;
/** Tries whose workflow is over in Temporal, although the mirror has no end for them. */
let over: readonly string[];

beforeEach(async () => {
  started = [];
  over = [];
  now = new Date('2026-11-23T10:00:00.000Z');
  outcome = { status: 'executed', remoteId: null, message: 'Undo: Comment on PAY-1: done' };
  api = await startTestApi({ clock: () => now, startUndo: play });
});
afterEach(() => api.close());

async function play(input: UndoInput): Promise<StartedUndo> {
  started.push(input);
  if (over.includes(input.undoId)) {
    return 'over';
  }
  const row = await api.mirror.openUndo({ ...input, hash: 'undo' });
  if (outcome !== null && row !== null) {
    await record(row.cycle_id, input.undoId, outcome);
  }
  return 'under way';
}

function record(cycleId: string, actionId: string, result: ActionResult): Promise<void> {
  const step = { name: 'execute', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  return api.mirror.recordResult({ cycleId, actionId, result, step });
}

/** An action that ended so, in the mirror. */
async function done(action: Action, result: Partial<ActionResult> = {}): Promise<string> {
  const cycle = cycleInput();
  const one = planned(cycle.cycleId, 1, action, { verdict: 'auto' });
  await api.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await api.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [one] });
  await record(cycle.cycleId, one.actionId, {
    status: 'executed',
    remoteId: '20009',
    message: 'done',
    ...result,
  });
  return one.actionId;
}

async function undo(id: string) {
  const response = await fetch(`${api.url}/api/actions/${id}/undo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return { status: response.status, body: (await response.json()) as any };
}

test('an action is taken back by whoever asks, and shows so', async () => {
  const id = await done(comment);

  const answer = await undo(id);

  expect(answer).toMatchObject({ status: 200, body: { id, status: 'undone', undoableUntil: null } });
  expect(started).toEqual([
    { actionId: id, undoId: `${id}.u1`, by: { id: 'local', name: 'local operator', channel: 'api' } },
  ]);
});

test('what could not be put back is said, also to who asks again', async () => {
  const remark = 'Its resolution still is Done. Set it by hand';
  outcome = { status: 'executed', remoteId: null, message: `Undo: done. ${remark}`, remark };
  const id = await done(transition);

  expect(await undo(id)).toMatchObject({ status: 200, body: { status: 'undone', remark } });
  expect(await undo(id)).toMatchObject({ status: 200, body: { status: 'undone', remark } });
});

test('what was taken back already is answered so, and nothing is started', async () => {
  const id = await done(comment);
  await undo(id);

  await expect(undo(id)).resolves.toMatchObject({ status: 200, body: { status: 'undone' } });
  expect(started).toHaveLength(1);
});

test('what a person changed since is a 409 with what now stands', async () => {
  const id = await done(comment);
  const message = 'the comment 20009 on PAY-1 was edited by Ana';
  outcome = { status: 'obsolete', remoteId: null, message };

  const answer = await undo(id);

  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'changed_since', message } } });
});

test('a try after one that failed is another one', async () => {
  const id = await done(comment);
  outcome = { status: 'failed', remoteId: null, message: 'Undo: Jira says no' };

  await expect(undo(id)).resolves.toMatchObject({ status: 409, body: { error: { code: 'not_undone' } } });
  outcome = { status: 'executed', remoteId: null, message: 'done' };
  await expect(undo(id)).resolves.toMatchObject({ status: 200 });

  expect(started.map(({ undoId }) => undoId)).toEqual([`${id}.u1`, `${id}.u2`]);
});

test('a try that a restore lost the end of gives way to the next one', async () => {
  const id = await done(comment);
  over = [`${id}.u1`, `${id}.u2`];

  await expect(undo(id)).resolves.toMatchObject({ status: 200, body: { status: 'undone' } });

  expect(started.map(({ undoId }) => undoId)).toEqual([`${id}.u1`, `${id}.u2`, `${id}.u3`]);
});

test('a try that was terminated before its end gives way to the next one, which is asked for again', async () => {
  const id = await done(comment);
  const result = outcome;
  outcome = null;
  await expect(undo(id)).resolves.toMatchObject({ status: 202 });
  over = [`${id}.u1`];
  await expect(undo(id)).resolves.toMatchObject({ status: 202 });
  outcome = result;

  await expect(undo(id)).resolves.toMatchObject({ status: 200, body: { status: 'undone' } });

  expect(started.map(({ undoId }) => undoId.slice(-2))).toEqual(['u1', 'u1', 'u2', 'u1', 'u2']);
});

test('without a worker it is recorded, and asking again means the same try', async () => {
  const id = await done(comment);
  outcome = null;

  await expect(undo(id)).resolves.toEqual({ status: 202, body: { status: 'recorded' } });
  await expect(undo(id)).resolves.toMatchObject({ status: 202 });
  expect(new Set(started.map(({ undoId }) => undoId))).toEqual(new Set([`${id}.u1`]));
});

test('an action that was not done has nothing to take back', async () => {
  const id = await done(comment, { status: 'failed', remoteId: null });

  await expect(undo(id)).resolves.toMatchObject({ status: 409, body: { error: { code: 'not_done' } } });
});

test('an action of which nobody knows whether it was done is settled first', async () => {
  const answer = await undo(await done(comment, { status: 'unknown', remoteId: null }));

  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'not_done' } } });
  expect(answer.body.error.message).toContain('settle');
});

test('an action that found everything as it wanted has nothing to take back', async () => {
  const id = await done(transition, { remoteId: null });

  await expect(undo(id)).resolves.toMatchObject({ status: 409, body: { error: { code: 'not_done' } } });
});

test('an escalation cannot be taken back, and it says why', async () => {
  const answer = await undo(await done(escalate));

  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'not_reversible' } } });
  expect(answer.body.error.message).toContain('a person was called');
});

test('after its window it is too late', async () => {
  const id = await done(comment);
  now = new Date('2026-11-24T10:00:01.000Z');

  const answer = await undo(id);

  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'too_late' } } });
  expect(answer.body.error.message).toContain('until 2026-11-24T10:00:00.000Z');
  expect(started).toEqual([]);
});

test('an undo is not undone', async () => {
  const id = await done(comment);
  await undo(id);

  await expect(undo(`${id}.u1`)).resolves.toMatchObject({ status: 409 });
});

test('an unknown action is a 404', async () => {
  await expect(undo('nothing')).resolves.toMatchObject({ status: 404 });
});
