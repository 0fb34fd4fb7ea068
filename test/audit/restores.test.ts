/** What the mirror's copy notes when it is restored, and what is written into it again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { anchorFileOf, readAnchors } from '../../src/audit/anchor.js';
import type { Mirror } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { noteRestore } from '../../src/audit/note-restore.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import type { RefilledCycle } from '../../src/audit/refill.js';
import { type ChainHead, headOf, latestRestore, markKeyOf } from '../../src/audit/restores.js';
import { createMirror } from '../../src/audit/writer.js';
import { openDatabase } from '../../src/database/open.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { comment, commentEvent, cycleInput, planned } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

const START = Date.parse('2026-11-23T10:00:00Z');
const MINUTE = 60_000;
const ISO = (ms: number) => new Date(ms).toISOString();

let folder: string;
let file: string;
let time: number;
let mirror: Mirror;
let reader: MirrorReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restores-'));
  file = join(folder, 'pm-agent.db');
  time = START;
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

function open(): Mirror {
  const database = openMirrorFile(file);
  return createMirror({ database, file, clock: () => new Date(time) });
}

/** As a restore does: the file is closed, the copy is noted and takes its place. */
async function restoreTo(copy: Buffer, takenAt: string, lostHead: ChainHead | null = null) {
  reader.close();
  await mirror.close();
  for (const suffix of ['-wal', '-shm']) {
    rmSync(`${file}${suffix}`, { force: true });
  }
  writeFileSync(file, copy);
  const restore = { at: ISO(time), takenAt, fenceFloor: time };
  await noteRestore(openDatabase(file, { busyTimeoutMs: 1_000, log: quietLog }), restore, lostHead);
  mirror = open();
  return restore;
}

/** The file as it stands now, as one. */
function backup(): Buffer {
  const copy = join(folder, `copy-${time}.db`);
  const database = new Database(file, { readonly: true });
  database.prepare('VACUUM INTO ?').run(copy);
  database.close();
  return readFileSync(copy);
}

function rows<T>(sql: string): readonly T[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}

async function plan(cycle: CycleInput, action: PlannedAction): Promise<void> {
  const step = { name: 'plan', attempt: 1, startedAt: ISO(time), detail: {} } as const;
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [action] });
}

async function ask(cycle: CycleInput, action: PlannedAction): Promise<void> {
  await plan(cycle, action);
  const requests = [
    { approvalId: `approval-of-${cycle.cycleId}`, planned: action, deadline: ISO(time + 9e6) },
  ];
  const placesOf = () => ({ places: ['C0PAY'], hasLongWords: false });
  await mirror.openApprovals({ cycleId: cycle.cycleId, requests, placesOf });
}

test('a mirror that was never restored knows of none, and every mirror has a key of its own', () => {
  const database = new Database(file, { readonly: true });

  expect(latestRestore(database)).toBeNull();
  expect(markKeyOf(database)).toMatch(/^[0-9a-f]{64}$/);
  expect(reader.isRefilling()).toBe(false);
  database.close();
});

describe('the chain', () => {
  test('goes on from the copy’s head, says what was lost, and is whole although lost rows were anchored', async () => {
    await mirror.startCycle(cycleInput(), 'run-1');
    const copy = backup();
    time += MINUTE;
    for (let n = 0; n < 5; n += 1) {
      await mirror.startCycle(cycleInput(), 'run-1');
    }
    await mirror.close();
    const lost = readAnchors(anchorFileOf(file)).at(-1);
    mirror = open();
    expect(lost).toMatchObject({ seq: 6 });

    time += MINUTE;
    const lostHead = { seq: lost?.seq ?? 0, hash: lost?.hash ?? '' };
    const restore = await restoreTo(copy, ISO(START), lostHead);
    time += MINUTE;
    await mirror.startCycle(cycleInput(), 'run-1');

    expect(reader.verifyChain()).toMatchObject({ ok: true, rows: 3 });
    const [restored] = reader
      .listAudit({ limit: 10, cursor: null })
      .items.filter((row) => row.kind === 'restored');
    expect(restored).toMatchObject({ seq: 2, at: restore.at, actor: 'cli', cycle_id: null });
    expect(JSON.parse(restored?.data ?? '')).toEqual({
      takenAt: ISO(START),
      fenceFloor: restore.fenceFloor,
      copyHead: { seq: 1, hash: expect.any(String) },
      lostHead,
    });
  });

  test('that is cut back after a restore is found by its anchors all the same', async () => {
    await mirror.startCycle(cycleInput(), 'run-1');
    await restoreTo(backup(), ISO(START));
    time += MINUTE;
    await mirror.startCycle(cycleInput(), 'run-1');
    await mirror.close();
    const raw = new Database(file);
    raw.exec('DROP TRIGGER audit_log_no_delete; DELETE FROM audit_log WHERE seq = 3');
    raw.close();
    mirror = open();

    expect(reader.verifyChain()).toMatchObject({ ok: false, firstBad: 3 });
  });

  test('that was cut back before the row of a restore is found, too', async () => {
    for (let n = 0; n < 3; n += 1) {
      await mirror.startCycle(cycleInput(), 'run-1');
    }
    await mirror.close();
    const raw = new Database(file);
    raw.exec('DROP TRIGGER audit_log_no_delete; DELETE FROM audit_log WHERE seq = 3');
    raw.close();
    mirror = open();

    expect(reader.verifyChain()).toMatchObject({ ok: false, firstBad: 3 });
  });
});

describe('the sweep', () => {
  const MARK = { scope: 'issues:PAY', watermark: ISO(START + MINUTE), reachedBackTo: ISO(START) };

  test('begins with the backup, not where the mirror’s copy says: the inbox was copied before it', async () => {
    await mirror.recordFinds({ finds: [], mark: MARK });
    const takenAt = ISO(START + 1_000);

    await restoreTo(backup(), takenAt);

    expect(await mirror.sweepMarks(['issues:PAY'])).toEqual([
      { scope: 'issues:PAY', watermark: takenAt, reachedBackTo: ISO(START) },
    ]);
  });

  test('that was under way at the restore brings its finds, and does not move its watermark', async () => {
    await mirror.recordFinds({ finds: [], mark: { ...MARK, watermark: ISO(START) } });
    const copy = backup();
    time += 10 * MINUTE;
    await restoreTo(copy, ISO(START));
    const find = { event: { ...commentEvent(), changeKey: 'a' }, actorIds: [] };

    time += MINUTE;
    await mirror.recordFinds({ finds: [find], mark: { ...MARK, watermark: ISO(START + 5 * MINUTE) } });

    expect(reader.findsAfter(0, 10)).toHaveLength(1);
    expect(await mirror.sweepMarks(['issues:PAY'])).toMatchObject([{ watermark: ISO(START) }]);
    await mirror.recordFinds({ finds: [], mark: { ...MARK, watermark: ISO(time) } });
    expect(await mirror.sweepMarks(['issues:PAY'])).toMatchObject([{ watermark: ISO(time) }]);
  });

  test('begins with the backup also at places that it had never read, once', async () => {
    const takenAt = ISO(START - 60 * MINUTE);
    await restoreTo(backup(), takenAt);

    await mirror.beginAtRestore(['issues:PAY']);
    await mirror.beginAtRestore(['issues:PAY', 'issues:WEB']);

    expect(await mirror.sweepMarks(['issues:PAY', 'issues:WEB'])).toEqual([
      { scope: 'issues:PAY', watermark: takenAt, reachedBackTo: takenAt },
    ]);
  });

  test('begins nowhere else without a restore', async () => {
    await mirror.beginAtRestore(['issues:PAY']);

    expect(await mirror.sweepMarks(['issues:PAY'])).toEqual([]);
  });
});

test('a card that the copy calls unposted is looked for before it is posted', async () => {
  const cycle = cycleInput();
  await ask(cycle, planned(cycle.cycleId, 1, comment));

  const { at } = await restoreTo(backup(), ISO(START));

  expect(rows('SELECT ts, sent_at AS sentAt FROM approval_cards')).toEqual([{ ts: null, sentAt: at }]);
});

test('notes of the API are taken over from the first again: the inbox’s copy numbers them anew', async () => {
  const note = {
    seq: 7,
    id: 'r1',
    at: ISO(START),
    cycleId: null,
    kind: 'decision.refused',
    actor: 'slack:u',
  };
  await mirror.takeOverNotes([{ ...note, data: { approvalId: 'a', code: 'not_allowed' } }], builtInTerms);
  await restoreTo(backup(), ISO(START));

  expect(await mirror.notesTakenOver()).toBe(0);
});

const nobody = { placesOf: () => [], textOf: () => '' };

describe('what Temporal tells of a cycle that ended', () => {
  const cycle = cycleInput({ cycleId: 'cycle-jira-1' });
  const action = planned(cycle.cycleId, 1, comment);
  const end: Omit<RefilledCycle, 'actions'> = {
    input: cycle,
    runId: 'run-1',
    startedAt: ISO(START),
    endedAt: ISO(START + MINUTE),
    status: 'completed',
    outcome: 'acted',
    summary: 'answered',
    error: null,
  };
  const done = { status: 'executed', remoteId: '20009', message: 'done' } as const;
  const told: RefilledCycle = {
    ...end,
    actions: [{ planned: action, result: done, endedAt: ISO(START + 1) }],
  };

  test('is written down where the records do not know the cycle, and counts against its limits', async () => {
    await restoreTo(backup(), ISO(START));

    await mirror.refill.put(told);
    await mirror.refill.put(told);

    const detail = reader.getCycle(cycle.cycleId);
    expect(detail?.cycle).toMatchObject({
      status: 'completed',
      outcome: 'acted',
      summary: 'answered',
      started_at: ISO(START),
      ended_at: ISO(START + MINUTE),
      lane: 'released',
    });
    expect(detail?.actions).toMatchObject([{ id: action.actionId, status: 'executed', remote_id: '20009' }]);
    expect(reader.auditOf(cycle.cycleId).map((row) => row.kind)).toEqual([
      'event.received',
      'policy.judged',
      'effect.refilled',
      'cycle.refilled',
    ]);
    expect(rows('SELECT scope, at FROM counted_effects')).toEqual([
      { scope: 'subject:jira:PAY-1', at: ISO(START + 1) },
    ]);
    expect(reader.verifyChain().ok).toBe(true);
  });

  test('ends a request for approval that was decided since', async () => {
    await ask(cycle, action);
    await restoreTo(backup(), ISO(START));

    await mirror.refill.put(told);

    expect(reader.getCycle(cycle.cycleId)).toMatchObject({
      actions: [{ status: 'executed' }],
      approvals: [{ status: 'superseded' }],
    });
    expect(reader.auditOf(cycle.cycleId).map((row) => row.kind)).toContain('approval.superseded');
  });

  test('leaves alone what the records know already', async () => {
    await plan(cycle, action);
    const step = { name: 'execute', attempt: 1, startedAt: ISO(time), detail: {} } as const;
    const before = { status: 'executed', remoteId: '1', message: 'as recorded' } as const;
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId: action.actionId, result: before, step });
    const finished = { outcome: 'acted', summary: 'as recorded', error: null, runId: 'run-1' } as const;
    await mirror.finishCycle({ cycle, status: 'completed', ...finished });
    expect(await mirror.refill.isEnded(cycle.cycleId)).toBe(true);

    await mirror.refill.put(told);

    expect(reader.getCycle(cycle.cycleId)).toMatchObject({
      cycle: { summary: 'as recorded' },
      actions: [{ remote_id: '1' }],
    });
  });

  test('an attempt without a result is not known to be done', async () => {
    await mirror.refill.put({ ...end, actions: [{ planned: action, result: null, endedAt: ISO(START) }] });

    expect(reader.getAction(action.actionId)).toMatchObject({ status: 'unknown' });
    expect(rows('SELECT 1 FROM counted_effects')).toEqual([]);
  });

  test('what nobody knows is told once all is taken over: each place once, and what it was told already not again', async () => {
    await restoreTo(backup(), ISO(START));
    await leaveUnknown(cycleInput({ cycleId: 'cycle-jira-2' }), ['C0PAY']);
    const other = planned(cycle.cycleId, 2, comment);
    const lost = [action, other].map((one, n) => ({ planned: one, result: null, endedAt: ISO(START + n) }));
    await mirror.refill.put({ ...end, actions: lost });
    const told = {
      placesOf: (team: string | null) => (team === null ? ['C0PAY', 'U0LEA'] : []),
      textOf: (effects: readonly { actionId: string; target: string }[]) =>
        effects.map(({ actionId, target }) => `${actionId} ${target}`).join('; '),
    };

    await mirror.refill.noteDone(told);
    await mirror.refill.noteDone(told);

    const text = `${action.actionId} jira:PAY-1; ${other.actionId} jira:PAY-1`;
    expect((await mirror.circuits.due()).filter(({ id }) => id.startsWith('unknown-restore-'))).toMatchObject(
      [
        { id: `unknown-restore-${ISO(START)}-C0PAY`, target: 'effect', place: 'C0PAY', text },
        { id: `unknown-restore-${ISO(START)}-U0LEA`, target: 'effect', place: 'U0LEA', text },
      ],
    );
  });
});

test('taking over is due after a restore until it is done, and the relay can tell', async () => {
  expect(await mirror.refill.isDue()).toBe(false);
  time = Date.now();
  await restoreTo(backup(), ISO(time));

  expect(await mirror.refill.isDue()).toBe(true);
  expect(reader.isRefilling()).toBe(true);
  await mirror.refill.noteDone(nobody);
  expect(await mirror.refill.isDue()).toBe(false);
  expect(reader.isRefilling()).toBe(false);
});

test('a relay does not wait for it longer than an hour', async () => {
  time = Date.now() - 61 * MINUTE;
  await restoreTo(backup(), ISO(time));

  expect(await mirror.refill.isDue()).toBe(true);
  expect(reader.isRefilling()).toBe(false);
});

test('a cycle that nobody knows any more is ended, and what it asked is withdrawn', async () => {
  const cycle = cycleInput();
  await ask(cycle, planned(cycle.cycleId, 1, comment));
  time += MINUTE;
  const { at } = await restoreTo(backup(), ISO(START));
  time += MINUTE;
  const today = cycleInput();
  await mirror.startCycle(today, 'run-2');

  expect(await mirror.refill.openSince(at)).toEqual([cycle.cycleId]);
  await mirror.refill.giveUp(cycle.cycleId, 'lost');

  expect(await mirror.refill.openSince(at)).toEqual([]);
  expect(reader.getCycle(cycle.cycleId)).toMatchObject({
    cycle: { status: 'cancelled', summary: 'lost', lane: 'released' },
    actions: [{ status: 'obsolete' }],
    approvals: [{ status: 'superseded' }],
  });
});

test('requests of cycles that have ended wait for nobody', async () => {
  const [over, open_] = [cycleInput(), cycleInput()];
  for (const cycle of [over, open_]) {
    await ask(cycle, planned(cycle.cycleId, 1, comment));
  }
  const end = { outcome: null, summary: 'x', error: null, runId: 'run-1' } as const;
  await mirror.finishCycle({ cycle: over, status: 'cancelled', ...end });

  await mirror.refill.supersedeLeftovers();

  expect(reader.getApproval(`approval-of-${over.cycleId}`)).toMatchObject({ status: 'superseded' });
  expect(reader.getApproval(`approval-of-${open_.cycleId}`)).toMatchObject({ status: 'pending' });
});

test('the head of an empty chain is none', () => {
  const database = new Database(file, { readonly: true });

  expect(headOf(database)).toBeNull();
  database.close();
});

/** As a worker records it, which tells of it. */
async function leaveUnknown(cycle: CycleInput, places: readonly string[]): Promise<void> {
  const action = planned(cycle.cycleId, 1, comment);
  await plan(cycle, action);
  const step = { name: 'execute', attempt: 1, startedAt: ISO(time), detail: {} } as const;
  const result = { status: 'unknown', remoteId: null, message: 'not known' } as const;
  const unknownTold = { text: 'not known', placesOf: () => places };
  const { cycleId } = cycle;
  await mirror.recordResult({ cycleId, actionId: action.actionId, result, step, unknownTold });
}
