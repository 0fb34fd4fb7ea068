import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StartedUndo } from '../../src/api/undo.js';
import type { Config } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/open.js';
import type { Action } from '../../src/domain/action.js';
import type { Person } from '../../src/domain/approval.js';
import type { ActionResult, PlannedAction } from '../../src/domain/cycle.js';
import {
  BUILT_IN_POLICY,
  type Judgement,
  type Policy,
  type PolicyQuestion,
} from '../../src/domain/policy.js';
import type { UndoInput } from '../../src/domain/undo.js';
import { comment, cycleInput, escalate, planned, transition } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let started: UndoInput[];
/** What the worker makes of a try; null: no worker runs. */
let outcome: ActionResult | null;
let now: Date;
/** Tries whose workflow is over in Temporal, although the mirror has no end for them. */
let over: readonly string[];
/** As pm-agent.yaml has it by now. */
let policy: Omit<Policy, 'version'>;

const LEA: Person = {
  id: 'lea',
  name: 'Lea Ortiz',
  jira: null,
  bitbucket: null,
  slack: null,
  roles: ['lead'],
};

beforeEach(async () => {
  started = [];
  over = [];
  now = new Date('2026-11-23T10:00:00.000Z');
  outcome = { status: 'executed', remoteId: null, message: 'Undo: Comment on PAY-1: done' };
  policy = BUILT_IN_POLICY;
  let base: Config;
  api = await startTestApi({
    clock: () => now,
    startUndo: play,
    config: (made) => {
      base = made;
      return {};
    },
    agentFile: () => ({ ...base.file, people: [LEA], policy: { version: 'now', ...policy } }),
  });
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
async function done(
  action: Action,
  result: Partial<ActionResult> = {},
  plan: Partial<PlannedAction> = {},
  judgement: Judgement | null = null,
): Promise<string> {
  const cycle = cycleInput();
  const one = planned(cycle.cycleId, 1, action, { verdict: 'auto', ...plan });
  await api.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  const judgements = judgement === null ? [] : [{ actionId: one.actionId, judgement }];
  await api.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [one], judgements });
  if (one.verdict === 'ask') {
    const request = {
      approvalId: `${one.actionId}-asked`,
      planned: one,
      deadline: '2026-11-24T10:00:00.000Z',
    };
    await api.mirror.openApprovals({ cycleId: cycle.cycleId, requests: [request] });
  }
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

describe('who may take it back', () => {
  const LEADS = { verdict: 'ask', rule: 'leads assign', approvers: { roles: ['lead'] } } as const;
  const question: PolicyQuestion = {
    action: 'jira.comment',
    event: 'comment_created',
    project: 'PAY',
    to: null,
    team: null,
  };
  const notes = () => {
    const database = openDatabase(api.config.inboxFile, {
      readonly: true,
      busyTimeoutMs: 400,
      log: quietLog,
    });
    const rows = database.prepare('SELECT kind, actor, cycle_id, data FROM audit_notes').all() as any[];
    database.close();
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) }));
  };

  test('is who could decide it: somebody else hears who may, nothing is begun, and the audit log is told', async () => {
    const id = await done(comment, {}, { ...LEADS, deciders: ['lea'] });

    const answer = await undo(id);

    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'not_allowed' } } });
    expect(answer.body.error.message).toContain('rule "leads assign" lets only Lea Ortiz decide it');
    expect(started).toEqual([]);
    expect(notes()).toEqual([
      expect.objectContaining({
        kind: 'undo.refused',
        actor: 'api:local',
        data: expect.objectContaining({ actionId: id, by: 'local', why: answer.body.error.message }),
      }),
    ]);
  });

  test('is one of those that the rule lets decide, and one is enough where two had to approve', async () => {
    const id = await done(comment, {}, { ...LEADS, deciders: ['lea', 'local'], needed: 2 });

    await expect(undo(id)).resolves.toMatchObject({ status: 200, body: { status: 'undone' } });
  });

  test('is any operator where any could decide', async () => {
    const id = await done(comment, {}, { verdict: 'ask', deciders: null });

    await expect(undo(id)).resolves.toMatchObject({ status: 200 });
  });

  test('is not who was kept from deciding because they asked for it', async () => {
    const id = await done(comment, {}, { ...LEADS, deciders: ['lea', 'local'], notBy: ['local'] });

    await expect(undo(id)).resolves.toMatchObject({ status: 403 });
  });

  test('is said of what went by itself by the rules of now', async () => {
    const id = await done(comment, {}, {}, { question, trace: [] });
    policy = { ...BUILT_IN_POLICY, rules: [{ name: 'leads', when: {}, ...LEADS }] };

    const refused = await undo(id);
    policy = BUILT_IN_POLICY;
    const taken = await undo(id);

    expect([refused.status, taken.status]).toEqual([403, 200]);
    expect(refused.body.error.message).toContain('only Lea Ortiz');
  });

  test('is told nothing of what stands there either', async () => {
    const id = await done(comment, { status: 'failed', remoteId: null }, { ...LEADS, deciders: ['lea'] });

    await expect(undo(id)).resolves.toMatchObject({ status: 403 });
  });
});
