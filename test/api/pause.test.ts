/** The brake over real sockets: who may pull it, what it answers, and that the audit log hears of it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open.js';
import { createInboxReader } from '../../src/worker/inbox-reader.js';
import { takeOverOnce } from '../../src/worker/note-takeover.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { quietLog } from '../support/quiet-log.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({ clock: () => new Date('2026-11-23T10:00:00.000Z') });
});
afterEach(() => api.close());

async function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as any };
}

const readInbox = () =>
  createInboxReader(api.config.inboxFile, (file) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );

/** A cycle with one action that goes by itself, one that was refused, and one that waits for a person. */
async function wanted(cycle = cycleInput()): Promise<string> {
  const auto = planned(cycle.cycleId, 1, comment, { verdict: 'auto' });
  const denied = planned(cycle.cycleId, 2, comment, { verdict: 'auto', refusal: 'another project' });
  const asked = planned(cycle.cycleId, 3, transition);
  await api.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await api.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [auto, denied, asked] });
  return auto.actionId;
}

test('a pause holds, says who and why, and lists what would have left', async () => {
  const actionId = await wanted();

  const answer = await ask('POST', '/api/pause', { reason: 'wrong project' });

  expect(answer).toMatchObject({
    status: 200,
    body: {
      paused: true,
      since: '2026-11-23T10:00:00.000Z',
      by: 'local',
      reason: 'wrong project',
      heldCount: 1,
      held: [{ id: actionId, kind: 'jira.comment', status: 'proposed' }],
    },
  });
  await expect(ask('GET', '/api/pause')).resolves.toEqual(answer);
  await expect(ask('GET', '/')).resolves.toMatchObject({ body: { paused: true } });
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toContain('pm_agent_paused 1');
  const inbox = readInbox();
  expect(inbox.pause()).toMatchObject({ by: 'local', reason: 'wrong project' });
  inbox.close();
});

test('the first of several holds, and resuming twice is no error', async () => {
  await ask('POST', '/api/pause', { reason: 'first' });

  await expect(ask('POST', '/api/pause', { reason: 'second' })).resolves.toMatchObject({
    body: { reason: 'first' },
  });
  await expect(ask('POST', '/api/resume', {})).resolves.toMatchObject({
    status: 200,
    body: { paused: false, since: null, heldCount: 0, held: [] },
  });
  await expect(ask('POST', '/api/resume', {})).resolves.toMatchObject({
    status: 200,
    body: { paused: false },
  });
});

test('the audit log hears of each, once, with who and why', async () => {
  await ask('POST', '/api/pause', { reason: 'wrong project' });
  await ask('POST', '/api/pause', {});
  await ask('POST', '/api/resume', { reason: 'corrected' });
  await ask('POST', '/api/resume', {});
  const inbox = readInbox();
  await takeOverOnce({ inbox, mirror: api.mirror, terms: () => builtInTerms, log: quietLog });
  inbox.close();

  const { body } = await ask('GET', '/api/audit');

  expect(body.items.map(({ kind, actor, data }: any) => ({ kind, actor, why: data.why })).reverse()).toEqual([
    { kind: 'agent.paused', actor: 'api:local', why: 'wrong project' },
    { kind: 'agent.resumed', actor: 'api:local', why: 'corrected' },
  ]);
});

test('whoever may decide may pause; only an admin resumes; a reader does neither', async () => {
  const reader = makeToken(api.config, { scope: 'read' });
  const decider = makeToken(api.config, { scope: 'decide' });
  const admin = makeToken(api.config, { scope: 'admin' });

  await expect(ask('POST', '/api/pause', {}, reader.bearer)).resolves.toMatchObject({ status: 403 });
  await expect(ask('GET', '/api/pause', undefined, reader.bearer)).resolves.toMatchObject({
    body: { paused: false },
  });
  await expect(ask('POST', '/api/pause', {}, decider.bearer)).resolves.toMatchObject({ status: 200 });
  await expect(ask('POST', '/api/resume', {}, decider.bearer)).resolves.toMatchObject({ status: 403 });
  await expect(ask('POST', '/api/resume', {}, admin.bearer)).resolves.toMatchObject({
    status: 200,
    body: { paused: false },
  });
});

test('what a pause holds is shown as held wherever it is shown, and nothing else is', async () => {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const actionId = await wanted(cycle);
  const request = { service: 'jira', method: 'POST', path: '/comment', body: {} } as const;
  const { hash } = planned(cycleId, 1, comment, { verdict: 'auto' });
  await api.mirror.recordIntent({ cycleId, actionId, hash, request, attempt: 1 });
  const shown = async () => {
    const { body: one } = await ask('GET', `/api/actions/${encodeURIComponent(actionId)}`);
    const { body: page } = await ask('GET', `/api/cycles/${encodeURIComponent(cycleId)}`);
    return { one, page: page.actions.map((action: any) => [action.status, action.held]) };
  };
  expect((await shown()).one).toMatchObject({ status: 'executing', held: null });

  const { body } = await ask('POST', '/api/pause', { reason: 'wrong project' });

  const why = 'paused by local operator at 2026-11-23T10:00:00.000Z (wrong project)';
  expect(body.held).toMatchObject([{ id: actionId, status: 'executing', held: why }]);
  const { one, page } = await shown();
  expect(one).toMatchObject({ status: 'executing', held: why });
  expect(page).toEqual([
    ['executing', why],
    ['denied', null],
    ['proposed', null],
  ]);
});
