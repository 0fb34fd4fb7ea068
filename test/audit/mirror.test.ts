import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { anchorFileOf } from '../../src/audit/anchor.js';
import { BadCursorError } from '../../src/audit/cursor.js';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import type { MirrorWriter } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import type { StepRecord } from '../../src/audit/step-record.js';
import { createMirror } from '../../src/audit/writer.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { commentEvent, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let file: string;
let mirror: MirrorWriter;
let reader: MirrorReader;
let time: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  file = join(folder, 'pm-agent.db');
  time = Date.parse('2026-11-23T10:00:00Z');
  mirror = open();
  reader = createMirrorReader({
    file,
    open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
});
afterEach(async () => {
  reader.close();
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): MirrorWriter {
  const database = openMirrorFile(file);
  return createMirror({ database, file, clock: () => new Date((time += 1)) });
}

/** Lets everything go. */
const gate = { scopes: [], limit: null, quietOn: [] };

function step(name: StepRecord['name']): StepRecord {
  return { name, attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} };
}

async function proposed(cycle: CycleInput) {
  const action = planned(cycle.cycleId, 1, transition);
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({ cycleId: cycle.cycleId, step: step('plan'), actions: [action] });
  return action;
}

function settled(approvalId: string, actionId: string, status: ApprovalState['status']): ApprovalState {
  return {
    approvalId,
    actionId,
    hash: 'h',
    status,
    decidedBy: { id: 'lead-1', name: 'Ana', channel: 'api' },
    decidedAt: '2026-11-23T10:05:00.000Z',
    reason: null,
    note: null,
  };
}

describe('the mirror of a cycle', () => {
  test('tells the whole cycle from its own rows', async () => {
    const cycle = cycleInput();
    const contextHash = await (async () => {
      await mirror.startCycle(cycle, 'run-1');
      return mirror.putBlob('context', '{"items":[]}');
    })();
    await mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: step('gather'),
      title: 'PAY-1 Checkout',
      contextHash,
      sources: [{ id: 'issue', source: 'jira:rest', hash: 'abc' }],
      nothingToDo: null,
    });
    await mirror.recordModelCall({
      id: `${cycle.cycleId}/1`,
      cycleId: cycle.cycleId,
      purpose: 'decide',
      model: 'claude-sonnet-5-5',
      promptId: 'comment',
      promptVersion: '1',
      request: { model: 'claude-sonnet-5-5' },
      reply: { id: 'msg_1' },
      stopReason: 'end_turn',
      usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: 0.25,
      priceDate: '2026-11-01',
      requestId: 'req_1',
      startedAt: '2026-11-23T10:00:00.000Z',
      endedAt: '2026-11-23T10:00:01.000Z',
      error: null,
    });
    const action = planned(cycle.cycleId, 1, transition, { verdict: 'auto' });
    await mirror.recordPlan({ cycleId: cycle.cycleId, step: step('plan'), actions: [action] });
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: {} };
    await mirror.recordIntent({
      cycleId: cycle.cycleId,
      actionId: action.actionId,
      hash: action.hash,
      request,
      attempt: 1,
    });
    const result = { status: 'executed' as const, remoteId: '77', message: 'moved' };
    await mirror.recordResult({
      cycleId: cycle.cycleId,
      actionId: action.actionId,
      result,
      step: step('execute'),
    });
    await mirror.finishCycle({
      cycle,
      status: 'completed',
      outcome: 'acted',
      summary: 'Moved.',
      error: null,
      runId: 'run-1',
    });

    const detail = reader.getCycle(cycle.cycleId);

    expect(detail?.cycle).toMatchObject({
      status: 'completed',
      outcome: 'acted',
      cost_usd: 0.25,
      context_hash: contextHash,
      lane: 'released',
    });
    expect(detail?.steps.map((row) => row.name)).toEqual(
      expect.arrayContaining(['gather', 'plan', 'execute', 'record']),
    );
    expect(detail?.actions).toMatchObject([{ status: 'executed', remote_id: '77' }]);
    expect(detail?.modelCalls).toMatchObject([{ stop_reason: 'end_turn', input_tokens: 100 }]);
    expect(reader.getBlob(detail?.modelCalls[0]?.prompt_hash ?? '')?.toString()).toBe(
      '{"model":"claude-sonnet-5-5"}',
    );
    expect(reader.auditOf(cycle.cycleId).map((row) => row.kind)).toEqual([
      'event.received',
      'context.gathered',
      'model.called',
      'policy.judged',
      'effect.intended',
      'effect.executed',
      'cycle.finished',
    ]);
    expect(reader.verifyChain()).toMatchObject({ ok: true, rows: 7 });
  });

  test('repeats of every write leave one row each and charge the model call once', async () => {
    const cycle = cycleInput();
    const action = await proposed(cycle);
    const call = {
      id: 'call-1',
      cycleId: cycle.cycleId,
      purpose: 'decide',
      model: 'm',
      promptId: 'p',
      promptVersion: '1',
      request: {},
      reply: null,
      stopReason: null,
      usage: null,
      costUsd: 1,
      priceDate: null,
      requestId: null,
      startedAt: 'x',
      endedAt: 'y',
      error: 'timeout',
    };
    for (let times = 0; times < 3; times += 1) {
      await proposed(cycle);
      await mirror.recordModelCall(call);
      await mirror.finishCycle({
        cycle,
        status: 'completed',
        outcome: null,
        summary: '',
        error: null,
        runId: 'r',
      });
    }

    expect(reader.getCycle(cycle.cycleId)).toMatchObject({
      cycle: { cost_usd: 1 },
      actions: [{ id: action.actionId }],
    });
    const keys = reader.auditOf(cycle.cycleId).map((row) => row.entry_key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a new run of the same cycle takes its row over, lane and fence included', async () => {
    const cycle = cycleInput();
    const action = await proposed(cycle);
    const requests = [{ approvalId: 'ap1', planned: action, deadline: '2026-11-24T10:00:00.000Z' }];
    await mirror.openApprovals({ cycleId: cycle.cycleId, requests });

    await mirror.startCycle({ ...cycle, fence: 5 }, 'run-2');

    expect(reader.getCycle(cycle.cycleId)?.cycle).toMatchObject({
      status: 'running',
      lane: 'held',
      fence: 5,
      run_id: 'run-2',
    });
    expect(reader.getApproval('ap1')?.status).toBe('superseded');
  });

  test('makes the row of a coalesced cycle at its end', async () => {
    const cycle = cycleInput({ coalescedInto: 'cycle-jira-newer' });

    await mirror.finishCycle({
      cycle,
      status: 'coalesced',
      outcome: null,
      summary: 'x',
      error: null,
      runId: 'r',
    });

    expect(reader.getCycle(cycle.cycleId)?.cycle).toMatchObject({
      status: 'coalesced',
      coalesced_into: 'cycle-jira-newer',
    });
  });
});

describe('effects', () => {
  test('an intent without a plan is refused', async () => {
    const cycle = cycleInput();
    await mirror.startCycle(cycle, 'r');
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: {} };

    const intent = mirror.recordIntent({
      cycleId: cycle.cycleId,
      actionId: 'nope',
      hash: 'h',
      request,
      attempt: 1,
    });

    await expect(intent).rejects.toThrow('without a plan');
  });

  test('a second attempt learns of the first, and of its result once there is one', async () => {
    const cycle = cycleInput();
    const { actionId, hash } = await proposed(cycle);
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: {} };
    const intent = { cycleId: cycle.cycleId, actionId, hash, request };
    const result = { status: 'executed' as const, remoteId: '7', message: 'done' };

    const first = await mirror.recordIntent({ ...intent, attempt: 1 });
    const second = await mirror.recordIntent({ ...intent, attempt: 2 });
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId, result, step: step('execute') });
    const third = await mirror.recordIntent({ ...intent, attempt: 3 });

    expect([first, second, third]).toEqual([
      { earlierAttempt: false, lastIntentAt: null, ended: null },
      { earlierAttempt: true, lastIntentAt: null, ended: null },
      { earlierAttempt: true, lastIntentAt: null, ended: result },
    ]);
  });

  test('an attempt learns since when a request may be in work, until an answer proves otherwise', async () => {
    const cycle = cycleInput();
    const { actionId, hash } = await proposed(cycle);
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: {} };
    const intent = { cycleId: cycle.cycleId, actionId, hash, request };
    await mirror.recordIntent({ ...intent, attempt: 1 });

    await mirror.markInFlight({ actionId, lastIntentAt: null, gate });
    const second = await mirror.recordIntent({ ...intent, attempt: 2 });
    await mirror.clearInFlight({ actionId, lastIntentAt: null });
    const third = await mirror.recordIntent({ ...intent, attempt: 3 });

    expect(second.lastIntentAt).toMatch(/^\d{4}-.*Z$/);
    expect(third).toEqual({ earlierAttempt: true, lastIntentAt: null, ended: null });
  });

  test('a request that left before the clock was set back is waited for from now, not until its time comes again', async () => {
    const cycle = cycleInput();
    const { actionId, hash } = await proposed(cycle);
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: {} };
    const intent = { cycleId: cycle.cycleId, actionId, hash, request };
    await mirror.recordIntent({ ...intent, attempt: 1 });
    await mirror.markInFlight({ actionId, lastIntentAt: null, gate });

    time -= 3_600_000;
    const second = await mirror.recordIntent({ ...intent, attempt: 2 });
    const third = await mirror.recordIntent({ ...intent, attempt: 3 });

    expect(Date.parse(second.lastIntentAt ?? '')).toBeLessThanOrEqual(time);
    expect(third.lastIntentAt).toBe(second.lastIntentAt);
    expect(await mirror.markInFlight({ actionId, lastIntentAt: third.lastIntentAt, gate })).toBe('admitted');
  });

  test('of two attempts that both believe to be the only one, one may send', async () => {
    const cycle = cycleInput();
    const { actionId } = await proposed(cycle);

    const mark = () => mirror.markInFlight({ actionId, lastIntentAt: null, gate });

    expect([await mark(), await mark()]).toEqual(['admitted', 'overtaken']);
  });

  test('an action that was planned differently before is left alone', async () => {
    const cycle = cycleInput();
    const { actionId, hash } = await proposed(cycle);
    const request = { service: 'jira' as const, method: 'POST', path: '/x', body: { n: 1 } };
    const intent = { cycleId: cycle.cycleId, actionId, hash, request };
    const result = { status: 'executed' as const, remoteId: '7', message: 'done' };
    await mirror.recordIntent({ ...intent, attempt: 1 });
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId, result, step: step('execute') });

    const other = { ...intent, hash: 'other', request: { ...request, body: { n: 2 } } };
    const answer = await mirror.recordIntent({ ...other, attempt: 1 });

    expect(answer.ended).toMatchObject({ status: 'obsolete', remoteId: null });
    expect(answer.ended?.message).toContain('decided differently before; left alone');
    expect(reader.getAction(actionId)).toMatchObject({
      status: 'executed',
      request: expect.stringContaining('1'),
    });
    expect(reader.auditOf(cycle.cycleId).at(-1)?.kind).toBe('effect.obsolete');
  });

  test('an action that ended keeps its first result', async () => {
    const cycle = cycleInput();
    const { actionId } = await proposed(cycle);
    const done = { status: 'executed' as const, remoteId: '7', message: 'done' };
    const late = { status: 'obsolete' as const, remoteId: null, message: 'a newer event took over' };

    await mirror.recordResult({ cycleId: cycle.cycleId, actionId, result: done, step: step('execute') });
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId, result: late, step: step('execute') });

    expect(reader.getAction(actionId)).toMatchObject({ status: 'executed', remote_id: '7' });
    expect(reader.auditOf(cycle.cycleId).map((row) => row.kind)).not.toContain('effect.obsolete');
  });
});

describe('approvals', () => {
  test('opening parks the cycle and gives its lane back; the first decision stays', async () => {
    const cycle = cycleInput();
    const action = await proposed(cycle);
    const requests = [{ approvalId: 'ap1', planned: action, deadline: '2026-11-24T10:00:00.000Z' }];
    await mirror.openApprovals({ cycleId: cycle.cycleId, requests });
    expect(reader.getCycle(cycle.cycleId)?.cycle).toMatchObject({
      status: 'awaiting_approval',
      lane: 'parked',
    });

    await mirror.settleApproval({
      cycleId: cycle.cycleId,
      state: settled('ap1', action.actionId, 'approved'),
      actionStatus: 'approved',
    });
    await mirror.settleApproval({
      cycleId: cycle.cycleId,
      state: settled('ap1', action.actionId, 'rejected'),
      actionStatus: 'rejected',
    });
    await mirror.requestLane(cycle.cycleId);

    expect(reader.getApproval('ap1')).toMatchObject({
      status: 'approved',
      decided_by: 'lead-1',
      channel: 'api',
    });
    expect(reader.getAction(action.actionId)?.status).toBe('approved');
    expect(reader.laneRequests().map((row) => row.id)).toEqual([cycle.cycleId]);
  });
});

describe('the audit chain', () => {
  async function threeRows(): Promise<void> {
    for (let n = 0; n < 3; n += 1) {
      await mirror.startCycle(cycleInput({ event: commentEvent({ subject: `jira:PAY-${n + 1}` }) }), 'r');
    }
  }

  test('refuses changes and deletions, but lets a person’s data be erased without breaking', async () => {
    await threeRows();
    const raw = new Database(file);

    expect(() => raw.exec(`UPDATE audit_log SET kind = 'x' WHERE seq = 2`)).toThrow('append-only');
    expect(() => raw.exec('DELETE FROM audit_log WHERE seq = 2')).toThrow('append-only');
    raw.exec('UPDATE audit_log SET data = NULL, salt = NULL WHERE seq = 2');
    raw.close();

    expect(reader.verifyChain()).toMatchObject({ ok: true, rows: 3 });
  });

  test('names the first row that was changed behind its back', async () => {
    await threeRows();
    const raw = new Database(file);
    raw.exec(`DROP TRIGGER audit_log_no_update; UPDATE audit_log SET data = '{"forged":true}' WHERE seq = 2`);
    raw.close();

    expect(reader.verifyChain()).toMatchObject({ ok: false, firstBad: 2 });
  });

  test('finds a chain that was cut back, by its anchors', async () => {
    await threeRows();
    await mirror.close();
    const raw = new Database(file);
    raw.exec('DROP TRIGGER audit_log_no_delete; DELETE FROM audit_log WHERE seq = 3');
    raw.close();
    appendFileSync(anchorFileOf(file), '{"torn');
    mirror = open();

    expect(reader.verifyChain()).toMatchObject({ ok: false, firstBad: 3 });
  });

  test('holds under many writers of one process', async () => {
    const cycles = Array.from({ length: 40 }, () => cycleInput());

    await Promise.all(cycles.map((cycle) => mirror.startCycle(cycle, 'r')));

    expect(reader.verifyChain()).toMatchObject({ ok: true, rows: 40 });
  });
});

describe('reading', () => {
  test('is empty before the worker ever ran, and sees it once it has', async () => {
    const later = join(folder, 'later.db');
    const early = createMirrorReader({
      file: later,
      open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
    });

    expect(early.listCycles({}, { limit: 10, cursor: null })).toEqual({ items: [], nextCursor: null });
    expect(early.verifyChain()).toMatchObject({ ok: true, rows: 0 });

    const database = openDatabase(later, { busyTimeoutMs: 400, log: quietLog });
    migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
    const writer = createMirror({ database, file: later, clock: () => new Date() });
    await writer.startCycle(cycleInput(), 'r');
    await eventually(async () =>
      expect(early.listCycles({}, { limit: 10, cursor: null }).items).toHaveLength(1),
    );
    early.close();
    await writer.close();
  });

  test('pages through cycles without gaps or repeats, and filters by subject with or without its prefix', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const cycle = cycleInput({ receivedAt: `2026-11-23T10:00:0${n % 3}.000Z` });
      ids.push(cycle.cycleId);
      await mirror.startCycle(cycle, 'r');
    }

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = reader.listCycles({ subject: 'PAY-1' }, { limit: 3, cursor });
      seen.push(...page.items.map((row) => row.id));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect([...seen].sort()).toEqual([...ids].sort());
    expect(reader.listCycles({ subject: 'jira:PAY-2' }, { limit: 3, cursor: null }).items).toEqual([]);
    expect(() => reader.listCycles({}, { limit: 3, cursor: 'garbage' })).toThrow(BadCursorError);
  });

  test('notices changes once', async () => {
    reader.changed();

    await mirror.startCycle(cycleInput(), 'r');

    expect([reader.changed(), reader.changed()]).toEqual([true, false]);
  });
});
