import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StartedUndo } from '../../src/api/undo.js';
import { openDatabase } from '../../src/database/open.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult } from '../../src/domain/cycle.js';
import type { UndoInput } from '../../src/domain/undo.js';
import { createInboxReader, type InboxReader } from '../../src/worker/inbox-reader.js';
import { takeOverOnce } from '../../src/worker/note-takeover.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { quietLog } from '../support/quiet-log.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let inbox: InboxReader;
let worker: NodeJS.Timeout | null;
/** The actions that are to be taken back. */
let undone: string[];

beforeEach(async () => {
  undone = [];
  api = await startTestApi({ startUndo: play });
  inbox = createInboxReader(api.config.inboxFile, (file) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );
  worker = setInterval(() => void takeOver(), 10);
});
afterEach(async () => {
  stopWorker();
  inbox.close();
  await api.close();
});

async function play({ actionId, undoId, by }: UndoInput): Promise<StartedUndo> {
  undone.push(actionId);
  const row = await api.mirror.openUndo({ actionId, undoId, by, hash: 'undo' });
  await record(row?.cycle_id ?? '', undoId, { status: 'executed', remoteId: null, message: 'done' });
  return 'under way';
}

const takeOver = () => takeOverOnce({ inbox, mirror: api.mirror, terms: () => builtInTerms, log: quietLog });

function stopWorker(): void {
  clearInterval(worker ?? undefined);
  worker = null;
}

function record(cycleId: string, actionId: string, result: ActionResult): Promise<void> {
  const step = { name: 'execute', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  return api.mirror.recordResult({ cycleId, actionId, result, step });
}

/** An action that ended so, in the mirror. */
async function ended(
  result: Partial<ActionResult> = {},
  action: Action = comment,
  cycleId = 'cycle-jira-1',
): Promise<string> {
  const cycle = cycleInput({ cycleId });
  const one = planned(cycle.cycleId, 1, action, { verdict: 'auto' });
  await api.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await api.mirror.recordPlan({ cycleId, step, actions: [one] });
  const { actionId, hash } = one;
  const request = { service: 'jira', method: 'POST', path: '/', body: {} } as const;
  await api.mirror.recordIntent({ cycleId, actionId, hash, request, attempt: 1 });
  const gate = { scopes: [], limit: null, quietOn: [] };
  await api.mirror.markInFlight({ actionId, lastIntentAt: null, gate });
  const unknown = { status: 'unknown', remoteId: null, message: 'not known (timeout)' } as const;
  await record(cycleId, actionId, { ...unknown, ...result });
  return actionId;
}

async function ask(method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as any };
}

const settle = (id: string, body: unknown) => ask('POST', `/api/actions/${id}/settle`, body);

test('what was done ends as executed, and says who looked', async () => {
  const id = await ended();

  const answer = await settle(id, { found: 'done', reason: 'it stands there' });

  expect(answer).toMatchObject({
    status: 200,
    body: {
      id,
      status: 'executed',
      result: {
        message: 'local operator looked: it was done (it stands there). Before that: not known (timeout)',
      },
    },
  });
  const { items } = api.reader.listAudit({ limit: 5, cursor: null });
  expect(items.find(({ kind }) => kind === 'effect.settled')).toMatchObject({
    cycle_id: 'cycle-jira-1',
    actor: expect.stringContaining('local'),
    data: expect.stringContaining('"counts":true'),
  });
  expect(api.reader.verifyChain()).toMatchObject({ ok: true });
});

test('what was done so can be taken back: a look at the vendor tells what it is', async () => {
  const id = await ended();
  await settle(id, { found: 'done' });

  await ask('POST', `/api/actions/${id}/undo`, {});

  expect(undone).toEqual([id]);
});

test('what was done so, and of which nothing was kept that could be put back, is to be put back by hand', async () => {
  const id = await ended({}, transition);
  await settle(id, { found: 'done' });

  expect(await ask('POST', `/api/actions/${id}/undo`, {})).toMatchObject({
    status: 409,
    body: {
      error: { message: `how jira:PAY-1 stood before ${id} was not kept: put it back by hand` },
    },
  });
  expect(undone).toEqual([]);
});

test('what was not done ends as failed, so that its event can be tried again', async () => {
  const id = await ended();

  const answer = await settle(id, { found: 'not_done' });

  expect(answer).toMatchObject({ status: 200, body: { status: 'failed' } });
});

test('an undo that was done makes its action undone', async () => {
  const id = await ended({ status: 'executed', remoteId: '20009', message: 'done' });
  const undoId = `${id}.u1`;
  await api.mirror.openUndo({ actionId: id, undoId, by: { id: 'a', name: 'A', channel: 'api' }, hash: 'u' });
  await record('cycle-jira-1', undoId, { status: 'unknown', remoteId: null, message: 'not known' });

  await settle(undoId, { found: 'done' });

  expect(api.reader.getAction(id)?.status).toBe('undone');
});

test('only what is unknown can be settled, and only an action that there is', async () => {
  const id = await ended({ status: 'executed', remoteId: '20009', message: 'done' });

  await expect(settle(id, { found: 'done' })).resolves.toMatchObject({
    status: 409,
    body: {
      error: { code: 'not_unknown', message: `${id} is executed: only what is unknown can be settled` },
    },
  });
  await expect(settle('cycle-none.a1', { found: 'done' })).resolves.toMatchObject({ status: 404 });
  await expect(settle(id, { found: 'perhaps' })).resolves.toMatchObject({ status: 400 });
});

test('without a worker it is recorded, and counts once one is back', async () => {
  stopWorker();
  const id = await ended();

  const answer = await settle(id, { found: 'not_done' });
  await takeOver();

  expect(answer).toEqual({ status: 202, body: { status: 'recorded' } });
  expect(api.reader.getAction(id)?.status).toBe('failed');
});

test('of two people who say otherwise the first one counts, and the second is told', async () => {
  stopWorker();
  const id = await ended();
  await settle(id, { found: 'done' });

  const second = settle(id, { found: 'not_done' });
  await eventually(async () => expect(inbox.lastNote()).toBe(2), 10_000, 5);
  await takeOver();

  expect(await second).toMatchObject({ status: 409, body: { error: { code: 'settled_otherwise' } } });
  expect(api.reader.getAction(id)?.status).toBe('executed');
  const entries = api.reader
    .listAudit({ limit: 9, cursor: null })
    .items.filter(({ kind }) => kind === 'effect.settled');
  expect(entries.map(({ data }) => (JSON.parse(data ?? '') as { counts: boolean }).counts)).toEqual([
    false,
    true,
  ]);
});

test('what waits is listed, and counted for whoever watches', async () => {
  const id = await ended();
  await ended({ status: 'failed', message: 'no' }, comment, 'cycle-jira-2');
  const gauge = async () => /^pm_agent_effects_unknown (\d+)$/m.exec(await api.metrics.text())?.[1];

  expect(await gauge()).toBe('1');
  expect(await ask('GET', '/api/unsettled')).toMatchObject({
    status: 200,
    body: { count: 1, items: [{ id, status: 'unknown' }] },
  });

  await settle(id, { found: 'done' });

  expect(await gauge()).toBe('0');
  expect((await ask('GET', '/api/unsettled')).body).toEqual({ count: 0, items: [] });
});
