/** Wishes for cards: in the transaction of what they tell of, and in mirrors that older versions wrote. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import type { CardPlaces } from '../../src/audit/cards.js';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import type { Mirror, PlacedCycle } from '../../src/audit/mirror.js';
import { createMirror } from '../../src/audit/writer.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let database: Database.Database;
let mirror: Mirror;
let time: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cards-'));
  time = Date.parse('2026-11-23T10:00:00Z');
  database = openDatabase(join(folder, 'pm-agent.db'), { busyTimeoutMs: 1_000, log: quietLog });
});
afterEach(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(migrations = MIRROR_MIGRATIONS): void {
  migrate(database, migrations, { log: quietLog });
  mirror = createMirror({ database, file: database.name, clock: () => new Date((time += 1)) });
}

const cycle = cycleInput();
const asked = planned(cycle.cycleId, 1, transition);
const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;

async function ask(placesOf: (cycle: PlacedCycle) => CardPlaces, team: string | null = 'payments') {
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({
    cycleId: cycle.cycleId,
    step,
    actions: [asked, planned(cycle.cycleId, 2, comment)],
    team,
  });
  await mirror.openApprovals({
    cycleId: cycle.cycleId,
    requests: [{ approvalId: 'ap-1', planned: asked, deadline: '2026-11-24T10:00:00.000Z' }],
    placesOf,
  });
}

const inChannel = (): CardPlaces => ({ places: ['C1'], hasLongWords: false });

function settle(status: 'approved' | 'rejected' = 'approved') {
  const words = { reason: null, note: null, decidedAt: '2026-11-23T11:00:00.000Z', decidedBy: null };
  const state = { approvalId: 'ap-1', actionId: asked.actionId, hash: asked.hash, status, ...words };
  return mirror.settleApproval({ cycleId: cycle.cycleId, state, actionStatus: status });
}

const due = async () =>
  (await mirror.cards.due('2027-01-01T00:00:00.000Z', 100)).map(({ id, wanted }) => [id, wanted]);

describe('a wish', () => {
  test('is made for each place, with what tells where a cycle belongs', async () => {
    open();
    const seen: PlacedCycle[] = [];
    await ask((placed) => {
      seen.push(placed);
      return { places: ['C1', 'U2'], hasLongWords: true };
    });

    expect(seen).toEqual([{ team: 'payments', source: 'jira', project: 'PAY' }]);
    expect(await due()).toEqual([
      ['card-ap-1-C1', 1],
      ['card-ap-1-C1-words', 1],
      ['card-ap-1-U2', 1],
      ['card-ap-1-U2-words', 1],
    ]);
  });

  test('is made once, also when the request is opened again', async () => {
    open();
    await ask(inChannel);
    await ask(inChannel);

    expect(await due()).toEqual([['card-ap-1-C1', 1]]);
  });

  test('that cannot be made leaves no request behind', async () => {
    open();

    await expect(
      ask(() => {
        throw new Error('no place');
      }),
    ).rejects.toThrow('no place');

    expect(await mirror.cards.content('ap-1')).toBeNull();
  });

  test('is told to whoever listens, after it is committed', async () => {
    open();
    const heard: number[] = [];
    mirror.cards.onWanted(() => {
      heard.push(database.prepare<[], number>('SELECT count(*) FROM approval_cards').pluck().get() ?? 0);
    });

    await ask(inChannel);

    expect(heard.at(-1)).toBe(1);
  });
});

describe('a decision', () => {
  test('wants the card rewritten and its thread told, once', async () => {
    open();
    await ask(inChannel);
    await mirror.cards.shown('card-ap-1-C1', { channel: 'C1', ts: '1.1', version: 1 });
    await settle();
    await settle('rejected');

    expect(await due()).toEqual([
      ['card-ap-1-C1', 2],
      ['card-ap-1-C1-decided', 1],
    ]);
  });

  test('that comes while the card is being told is told after it', async () => {
    open();
    await ask(inChannel);
    const [row] = await mirror.cards.due('2027-01-01T00:00:00.000Z', 1);
    await settle();
    await mirror.cards.shown('card-ap-1-C1', { channel: 'C1', ts: '1.1', version: row?.wanted ?? 0 });

    expect(await due()).toContainEqual(['card-ap-1-C1', 2]);
  });

  test('and what came of it each want their say', async () => {
    open();
    await ask(inChannel);
    await settle();
    const result = { status: 'executed', remoteId: null, message: 'done' } as const;
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId: asked.actionId, result, step });

    expect((await due()).map(([id]) => String(id)).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'card-ap-1-C1',
      'card-ap-1-C1-decided',
      'card-ap-1-C1-effect',
    ]);
  });

  test('and that it was taken back', async () => {
    open();
    await ask(inChannel);
    await settle();
    const result = { status: 'executed', remoteId: null, message: 'moved' } as const;
    const record = (actionId: string) =>
      mirror.recordResult({
        cycleId: cycle.cycleId,
        actionId,
        result,
        step: { ...step, name: 'execute' },
      });
    await record(asked.actionId);
    const before = await due();
    const undoId = `${asked.actionId}.u1`;
    const by = { id: 'lead-1', name: 'Ana', channel: 'cli' } as const;
    await mirror.openUndo({ undoId, actionId: asked.actionId, by, hash: 'h' });
    await record(undoId);

    expect(before.map(([id]) => id)).not.toContain('card-ap-1-C1-effect-undone');
    expect((await due()).map(([id]) => id)).toContain('card-ap-1-C1-effect-undone');
    expect(new Map((await due()) as [string, number][]).get('card-ap-1-C1')).toBe(
      (new Map(before as [string, number][]).get('card-ap-1-C1') ?? 0) + 1,
    );
  });

  test('by a new run of a lost cycle too', async () => {
    open();
    await ask(inChannel);
    await mirror.cards.shown('card-ap-1-C1', { channel: 'C1', ts: '1.1', version: 1 });

    await mirror.startCycle(cycle, 'run-2');

    expect((await mirror.cards.content('ap-1'))?.approval.status).toBe('superseded');
    expect((await due()).map(([id]) => id)).toEqual(['card-ap-1-C1', 'card-ap-1-C1-decided']);
  });

  test('wants nothing of a card that came to its end', async () => {
    open();
    await ask(inChannel);
    await mirror.cards.end('card-ap-1-C1', 'deleted');
    await settle();

    expect(await due()).toEqual([]);
    expect(await mirror.cards.nextAt()).toBeNull();
  });
});

test('a mirror of the version before goes on: its requests settle, and have no cards', async () => {
  open(MIRROR_MIGRATIONS.slice(0, 1));
  database
    .prepare(
      `INSERT INTO cycles (id, event_id, source, event_type, subject, project, status, summary, lane, fence, received_at,
         started_at, run_id)
       VALUES (?, 'e', 'jira', 'comment_created', 'jira:PAY-1', 'PAY', 'awaiting_approval', 's', 'parked', 1, 't', 't', 'run-1')`,
    )
    .run(cycle.cycleId);
  database
    .prepare(
      `INSERT INTO actions (id, cycle_id, seq, kind, target, payload, hash, verdict, rule, policy_version, risk, status, proposed_at)
       VALUES (?, ?, 1, 'jira.transition', 'jira:PAY-1', '{}', 'h', 'ask', 'default', 'p', 'G2', 'awaiting_approval', 't')`,
    )
    .run(asked.actionId, cycle.cycleId);
  database
    .prepare(
      `INSERT INTO approvals (id, cycle_id, action_id, kind, target, payload, hash, risk, rule, approvers, status, deadline, asked_at)
       VALUES ('ap-1', ?, ?, 'jira.transition', 'jira:PAY-1', '{}', 'h', 'G2', 'default', '{}', 'pending', 't', 't')`,
    )
    .run(cycle.cycleId, asked.actionId);

  migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
  await settle();

  expect((await mirror.cards.content('ap-1'))?.approval.status).toBe('approved');
  expect((await mirror.cards.content('ap-1'))?.cycle.team).toBeNull();
  expect(await due()).toEqual([]);
});
