import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ActionResult } from '../../src/domain/cycle.js';
import { SETTLED_NOTE } from '../../src/domain/settlement.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

const END = {
  status: 'cancelled',
  outcome: null,
  summary: 'cancelled by ana',
  error: null,
  runId: 'run-1',
} as const;

/** An approved move and a comment that goes by itself, neither begun. */
async function decided() {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const asked = planned(cycleId, 1, transition);
  const auto = planned(cycleId, 2, transition, { verdict: 'auto' });
  const step = { name: 'plan', attempt: 1, startedAt: at.now(), detail: {} } as const;
  await at.mirror.startCycle(cycle, 'run-1');
  await at.mirror.recordPlan({ cycleId, step, actions: [asked, auto] });
  const deadline = '2026-11-24T10:00:00.000Z';
  await at.mirror.openApprovals({ cycleId, requests: [{ approvalId: 'a1', planned: asked, deadline }] });
  const { actionId, hash } = asked;
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const words = { decidedBy: by, decidedAt: at.now(), reason: null, note: null };
  const state = { approvalId: 'a1', actionId, hash, status: 'approved', ...words } as const;
  await at.mirror.settleApproval({ cycleId, state, actionStatus: 'approved' });
  return { cycle, asked, auto };
}

test('what was approved and not begun when its cycle was cancelled is over, and says why', async () => {
  const { cycle, asked, auto } = await decided();

  await at.mirror.finishCycle({ cycle, ...END });
  await at.mirror.finishCycle({ cycle, ...END });

  for (const { actionId } of [asked, auto]) {
    expect(at.reader.getAction(actionId)).toMatchObject({
      status: 'obsolete',
      ended_at: expect.any(String),
      result: expect.stringContaining('cancelled by ana'),
    });
  }
  expect(at.reader.auditOf(cycle.cycleId).filter(({ kind }) => kind === 'effect.obsolete')).toHaveLength(2);
});

const REQUEST = { service: 'jira', method: 'POST', path: '/transitions', body: {} } as const;
const GATE = { scopes: [], limit: null, quietOn: [] };
const UNKNOWN = { ...END, outcome: 'unknown' } as const;
const STEP = { name: 'execute', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
const DONE = { status: 'executed', remoteId: '77', message: 'done' } as const;

async function begun() {
  const { cycle, asked } = await decided();
  const { cycleId } = cycle;
  const { actionId, hash } = asked;
  const begin = () => at.mirror.recordIntent({ cycleId, actionId, hash, request: REQUEST, attempt: 1 });
  const mark = () => at.mirror.markInFlight({ actionId, lastIntentAt: null, gate: GATE });
  const answer = (result: ActionResult = DONE) =>
    at.mirror.recordResult({ cycleId, actionId, result, step: STEP });
  const told: string[] = [];
  const finish = () =>
    at.mirror.finishCycle({
      cycle,
      ...UNKNOWN,
      tellOfLeft: (left, message) => {
        told.push(message);
        return { text: `${left.actionId} on ${left.target}`, placesOf: () => ['C0PAY'] };
      },
    });
  await begin();
  return { cycleId, actionId, begin, mark, answer, finish, told };
}

/** What the audit says of this action, in order. */
const effects = (cycleId: string, actionId: string) =>
  at.reader
    .auditOf(cycleId)
    .filter(({ kind, data }) => kind.startsWith('effect.') && data?.includes(actionId) === true)
    .map(({ kind }) => kind);

test('what had begun, and of which nothing was sent, is over as well', async () => {
  const { cycleId, actionId, mark, finish, told } = await begun();
  expect(await mark()).toBe('admitted');
  await at.mirror.clearInFlight({ actionId, lastIntentAt: null });

  await finish();

  expect(at.reader.getAction(actionId)).toMatchObject({ status: 'obsolete', ended_at: expect.any(String) });
  expect(at.reader.getCycle(cycleId)?.cycle).toMatchObject({ outcome: 'no_action' });
  expect(told).toEqual([]);
  expect(await mark()).toBe('overtaken');
});

test('of what was sent nobody knows whether it was done: somebody is told, and can say', async () => {
  const { cycleId, actionId, mark, finish, told } = await begun();
  await mark();

  await finish();
  await finish();

  expect(at.reader.getAction(actionId)).toMatchObject({
    status: 'unknown',
    ended_at: expect.any(String),
    result: expect.stringContaining('cancelled by ana'),
  });
  expect(at.reader.unknownEffects(10).items).toMatchObject([{ id: actionId }]);
  expect(at.reader.getCycle(cycleId)?.cycle).toMatchObject({ outcome: 'unknown' });
  expect(await at.mirror.circuits.due()).toMatchObject([
    { target: 'effect', place: 'C0PAY', text: expect.stringContaining(actionId) },
  ]);
  expect(told).toEqual([expect.stringContaining('it is not known whether this was done')]);
  expect(effects(cycleId, actionId)).toEqual(['effect.intended', 'effect.unknown']);
});

test('an answer that came before the cycle ended is kept', async () => {
  const { actionId, mark, answer, finish, told } = await begun();
  await mark();
  await answer();

  await finish();

  expect(at.reader.getAction(actionId)).toMatchObject({ status: 'executed', remote_id: '77' });
  expect(told).toEqual([]);
});

test('an answer that comes after its cycle ended is believed, once', async () => {
  const { cycleId, actionId, mark, answer, finish } = await begun();
  await mark();
  await finish();

  await answer();
  await answer({ status: 'failed', remoteId: null, message: 'no' });

  expect(at.reader.getAction(actionId)).toMatchObject({ status: 'executed', remote_id: '77' });
  expect(effects(cycleId, actionId)).toEqual(['effect.intended', 'effect.unknown', 'effect.executed']);
});

test('that nothing is known still, or what a person found, is not changed by what comes late', async () => {
  const { cycleId, actionId, mark, answer, finish } = await begun();
  await mark();
  await finish();
  await answer({ status: 'unknown', remoteId: null, message: 'lost' });
  expect(at.reader.getAction(actionId)?.result).toContain('cancelled by ana');
  await at.mirror.takeOverNotes(
    [
      {
        seq: 1,
        id: 'note-1',
        at: at.now(),
        cycleId,
        kind: SETTLED_NOTE,
        actor: 'person:ana',
        data: { actionId, found: 'not_done', by: 'ana', byName: 'Ana', why: null },
      },
    ],
    builtInTerms,
  );
  expect(at.reader.getAction(actionId)?.status).toBe('failed');

  await answer();

  expect(at.reader.getAction(actionId)?.status).toBe('failed');
});
