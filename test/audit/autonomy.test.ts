/** Levels of autonomy in the real mirror: what costs one, once, and what an admin's order changes. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Lapse } from '../../src/audit/autonomy.js';
import { BUILT_IN_AUTONOMY, type LevelOrder } from '../../src/domain/autonomy.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { SETTLED_NOTE } from '../../src/domain/settlement.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { openTestMirror, type TestMirror } from './support.js';

const DAY = 86_400_000;
const KEY = { kind: 'jira.comment', project: 'PAY' } as const;
const rules = { ...BUILT_IN_AUTONOMY, default: 'announce', floor: 'observe' } as const;

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

/** A request for one comment in PAY, in a cycle of its own, as it was decided. */
async function decided(status: 'approved' | 'rejected', payload?: object): Promise<string> {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const action = planned(cycleId, 1, comment, {
    autonomy: { project: 'PAY', level: 'approve', verdict: 'auto' },
  });
  const step = { name: 'plan', attempt: 1, startedAt: at.now(), detail: {} } as const;
  await at.mirror.startCycle(cycle, 'run-1');
  await at.mirror.recordPlan({ cycleId, step, actions: [action], team: 'payments' });
  const deadline = new Date(at.time + DAY).toISOString();
  await at.mirror.openApprovals({ cycleId, requests: [{ approvalId: cycleId, planned: action, deadline }] });
  if (payload !== undefined) {
    await edit(cycleId, action, deadline, payload);
  }
  const by = { id: 'lead-1', name: 'Ana', channel: 'api' } as const;
  const state = { ...stateOf(cycleId, action), status, decidedBy: by, decidedAt: at.now() };
  await at.mirror.settleApproval({ cycleId, state, actionStatus: status });
  return action.actionId;
}

function stateOf(approvalId: string, { actionId, hash }: PlannedAction) {
  return { approvalId, actionId, hash, decidedBy: null, decidedAt: null, reason: null, note: null };
}

function edit(cycleId: string, action: PlannedAction, deadline: string, payload: object): Promise<void> {
  const edited = { ...action, action: { ...action.action, payload } } as PlannedAction;
  const state = { ...stateOf(cycleId, action), status: 'pending' as const };
  return at.mirror.noteApproval({
    cycleId,
    planned: edited,
    deadline,
    state,
    also: [],
    what: 'edited',
    by: null,
    data: {},
    key: `${cycleId}/1`,
  });
}

const lapse = (what: Lapse['what'], actionId: string, overrides: Partial<Lapse> = {}) =>
  at.mirror.noteLapse({
    what,
    id: `${what}-${actionId}`,
    actionId,
    rules,
    placesOf: (team) => [`C-${team}`],
    ...overrides,
  });

async function rejected(): Promise<string> {
  const actionId = await decided('rejected');
  await lapse('rejection', actionId);
  return actionId;
}

const levels = async () => (await at.mirror.heldLevels()).map(({ level }) => level);
const told = async () => (await at.mirror.circuits.due()).map(({ place, text }) => [place, text]);
const audited = () =>
  at.reader
    .listAudit({ limit: 500, cursor: null })
    .items.filter(({ kind }) => kind.startsWith('autonomy.'))
    .map(({ kind, actor }) => [kind, actor]);

test('an undo costs one level, once, and is told once', async () => {
  const actionId = await decided('approved');

  await lapse('undo', actionId);
  await lapse('undo', actionId);

  await expect(at.mirror.heldLevels()).resolves.toMatchObject([{ ...KEY, level: 'approve' }]);
  expect(audited()).toEqual([['autonomy.demoted', 'agent']]);
  await expect(told()).resolves.toEqual([
    [
      'C-payments',
      `jira.comment in PAY: the agent may do less by itself, approve instead of announce, because ${actionId} was taken back. An admin can change that: pm-agent autonomy promote jira.comment PAY`,
    ],
  ]);
});

/** An undo of which nobody knew whether it was done. */
async function undoUnknown(actionId: string, undoId: string): Promise<void> {
  const by = { id: 'lead-1', name: 'Ana', channel: 'api' } as const;
  const row = await at.mirror.openUndo({ actionId, undoId, by, hash: 'undo' });
  const result = { status: 'unknown', remoteId: null, message: 'not known' } as const;
  const step = { name: 'execute', attempt: 1, startedAt: at.now(), detail: {} } as const;
  await at.mirror.recordResult({ cycleId: row?.cycle_id ?? '', actionId: undoId, result, step });
}

/** What somebody who looked found. */
function settle(actionId: string, found: 'done' | 'not_done', seq: number): Promise<void> {
  const data = { actionId, found, by: 'lead-1', byName: 'Ana', why: null };
  const note = { seq, id: `n-${seq}`, at: at.now(), cycleId: null, kind: SETTLED_NOTE, actor: 'api:lead-1' };
  return at.mirror.takeOverNotes([{ ...note, data }], {
    ...builtInTerms,
    rules,
    placesOf: (team) => [`C-${team}`],
  });
}

test('an undo that a person found to be done costs a level like any other, once', async () => {
  const actionId = await decided('approved');
  await undoUnknown(actionId, `${actionId}.u1`);
  await expect(levels()).resolves.toEqual([]);

  await settle(`${actionId}.u1`, 'done', 1);
  await settle(`${actionId}.u1`, 'done', 2);

  await expect(levels()).resolves.toEqual(['approve']);
  expect(audited()).toEqual([['autonomy.demoted', 'agent']]);
  await expect(told()).resolves.toMatchObject([
    ['C-payments', expect.stringContaining(`because ${actionId} was taken back`)],
  ]);
});

test('an undo that was not done costs nothing, nor does an effect that was', async () => {
  const actionId = await decided('approved');
  await undoUnknown(actionId, `${actionId}.u1`);
  const other = await decided('approved');
  const result = { status: 'unknown', remoteId: null, message: 'not known' } as const;
  const step = { name: 'execute', attempt: 1, startedAt: at.now(), detail: {} } as const;
  const cycleId = at.reader.getAction(other)?.cycle_id ?? '';
  await at.mirror.recordResult({ cycleId, actionId: other, result, step });

  await settle(`${actionId}.u1`, 'not_done', 1);
  await settle(other, 'done', 2);

  expect(at.reader.getAction(other)?.status).toBe('executed');
  await expect(levels()).resolves.toEqual([]);
});

test('one rejection costs nothing, the second within a week one level', async () => {
  await rejected();
  await expect(levels()).resolves.toEqual([]);

  at.time += 6 * DAY;
  const second = await rejected();
  await lapse('rejection', second);

  await expect(levels()).resolves.toEqual(['approve']);
  expect(at.reader.levelHistory(KEY, 10)).toMatchObject([
    {
      was: 'announce',
      level: 'approve',
      by_id: 'agent',
      why: '2 of its requests were rejected within 7 days',
    },
  ]);
});

test('two rejections more than a week apart cost nothing', async () => {
  await rejected();
  at.time += 8 * DAY;
  await rejected();

  await expect(levels()).resolves.toEqual([]);
});

test('rejections that cost a level are not counted again', async () => {
  await rejected();
  await rejected();
  await rejected();
  await expect(levels()).resolves.toEqual(['approve']);

  await rejected();

  await expect(levels()).resolves.toEqual(['propose']);
});

test('it goes no lower than the floor', async () => {
  const floor = { ...rules, floor: 'approve' } as const;

  for (let n = 0; n < 3; n += 1) {
    await lapse('undo', await decided('approved'), { rules: floor });
  }

  await expect(levels()).resolves.toEqual(['approve']);
});

test('where nobody chose a level, an undo costs one too, and no more than that each is asked about', async () => {
  await lapse('undo', await decided('approved'), { rules: BUILT_IN_AUTONOMY });
  await lapse('undo', await decided('approved'), { rules: BUILT_IN_AUTONOMY });

  await expect(levels()).resolves.toEqual(['approve']);
});

test('what no level was asked about costs none', async () => {
  const [own] = await at.plan([comment]);

  await lapse('undo', own?.actionId ?? '');

  await expect(levels()).resolves.toEqual([]);
});

const order = (overrides: Partial<LevelOrder> = {}): LevelOrder => ({
  ...KEY,
  id: 'order-1',
  from: 'announce',
  to: 'approve',
  by: { id: 'lead-1', name: 'Ana' },
  actor: 'cli:lead-1',
  why: 'a new project',
  evidence: { clean: 3 },
  ...overrides,
});

test('an order of an admin is carried out once, and not where another level holds by now', async () => {
  await expect(at.mirror.changeLevel(order(), rules)).resolves.toBe(true);
  await expect(at.mirror.changeLevel(order(), rules)).resolves.toBe(true);
  await expect(at.mirror.changeLevel(order({ id: 'order-2' }), rules)).resolves.toBe(false);
  await expect(
    at.mirror.changeLevel(order({ id: 'order-3', from: 'approve', to: 'announce' }), rules),
  ).resolves.toBe(true);

  await expect(levels()).resolves.toEqual(['announce']);
  expect(audited()).toEqual([
    ['autonomy.promoted', 'cli:lead-1'],
    ['autonomy.demoted', 'cli:lead-1'],
  ]);
  expect(at.reader.levelHistory(KEY, 1)).toMatchObject([{ by_name: 'Ana', evidence: '{"clean":3}' }]);
});

test('the reader tells what people made of the proposals, oldest first', async () => {
  const clean = await decided('approved');
  const edited = await decided('approved', { issueKey: 'PAY-1', body: 'Other words.' });
  const no = await decided('rejected');

  expect(at.reader.autonomyKeys()).toEqual([KEY]);
  expect(at.reader.outcomesOf(KEY, '')).toMatchObject([
    { actionId: clean, what: 'clean', verdict: 'auto', isFinal: false },
    { actionId: edited, what: 'edited' },
    { actionId: no, what: 'rejected' },
  ]);
  expect(at.reader.outcomesOf(KEY, at.now())).toEqual([]);
  expect(at.reader.outcomesOf({ ...KEY, project: 'WEB' }, '')).toEqual([]);
});

test('an announcement is wished for once', async () => {
  const input = {
    actionId: 'action-1',
    place: 'C0TEAM',
    text: 'Comment on PAY-1: done without asking.',
    canBeTakenBack: true,
  };

  await at.mirror.announce(input);
  await at.mirror.announce(input);

  await expect(told()).resolves.toEqual([['C0TEAM', input.text]]);
});
