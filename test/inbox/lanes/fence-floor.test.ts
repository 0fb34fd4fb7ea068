/** Over a restore fences never go back: whatever happened in the part that was lost, every later fence is larger. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { fenceFloorAbove, fenceFloorOf, highestFence, noteRestore } from '../../../src/inbox/restores.js';
import { type InboxStore, openInbox } from '../../../src/inbox/store.js';
import { comment, recordingLog, temporaryFolder } from '../support.js';

const SUBJECTS = ['jira:PAY-1', 'jira:PAY-2', 'jira:PAY-3'] as const;
const AT_ONCE = { windowMs: 0, capMs: 0 };
const START = Date.parse('2026-03-02T09:00:00Z');

/** An inbox that is backed up and restored; keeps the largest fence that was ever given for a subject. */
function bench() {
  const folder = temporaryFolder();
  const file = join(folder, 'inbox.db');
  const given = new Map<string, number>();
  let now = START;
  let inbox = open();
  let backups = 0;

  function open(): InboxStore {
    return openInbox({ file, log: recordingLog(), clock: () => new Date(now) });
  }

  function note(subject: string, fence: number): void {
    expect(fence).toBeGreaterThan(given.get(subject) ?? 0);
    given.set(subject, fence);
  }

  function laneOf(subject: string): { holder: string | null; fence: number } | undefined {
    const reader = new Database(file, { readonly: true });
    const lane = reader
      .prepare<[string], { holder: string | null; fence: number }>(
        'SELECT holder, fence FROM lanes WHERE subject = ?',
      )
      .get(subject);
    reader.close();
    return lane;
  }

  return {
    given,
    laneOf,
    async claim(subject: string) {
      await inbox.accept(comment({ subject }));
      const { tables } = inbox;
      const before = laneOf(subject)?.holder ?? null;
      await tables.write(() => tables.lanes.claimReady({ now, ...AT_ONCE }, 64));
      if (before === null) {
        note(subject, laneOf(subject)?.fence ?? 0);
      }
    },
    /** By a cycle that had this fence before it waited for a person. */
    async grant(subject: string, fence: number) {
      const { tables } = inbox;
      const isGranted = await tables.write(() =>
        tables.lanes.grant({ cycleId: `parked-${subject}-${now}`, subject, fence }, now),
      );
      if (isGranted) {
        note(subject, laneOf(subject)?.fence ?? 0);
      }
    },
    async release(subject: string) {
      const holder = laneOf(subject)?.holder ?? null;
      if (holder !== null) {
        await inbox.tables.write(() => inbox.tables.lanes.release(holder, now));
      }
    },
    async backup(): Promise<string> {
      inbox.close();
      const copy = join(folder, `backup-${(backups += 1)}.db`);
      copyFileSync(file, copy);
      inbox = open();
      return copy;
    },
    /** `lost`: the old file cannot be read, so what it gave is not known. */
    restore(copy: string, clock: number, lost: boolean) {
      inbox.close();
      const old = new Database(file);
      const known = lost ? 0 : highestFence(old);
      old.close();
      copyFileSync(copy, file);
      const database = new Database(file);
      now = clock;
      const fenceFloor = fenceFloorAbove([highestFence(database), known], new Date(now));
      const at = new Date(now).toISOString();
      noteRestore(database, { at, takenAt: at, fenceFloor });
      database.close();
      inbox = open();
      return fenceFloor;
    },
    close: () => inbox.close(),
  };
}

const subject = fc.constantFrom(...SUBJECTS);
const step = fc.oneof(
  fc.record({ what: fc.constant('claim' as const), subject }),
  fc.record({ what: fc.constant('grant' as const), subject, fence: fc.nat(20) }),
  fc.record({ what: fc.constant('release' as const), subject }),
  fc.record({ what: fc.constant('backup' as const) }),
  fc.record({ what: fc.constant('restore' as const), which: fc.nat(10), backMs: fc.nat(3_600_000) }),
);

describe('fences', () => {
  test('only ever grow, over any number of restores, also with a clock that is set back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const lanes = bench();
        const copies = [await lanes.backup()];
        try {
          for (const one of steps) {
            switch (one.what) {
              case 'claim':
                await lanes.claim(one.subject);
                break;
              case 'grant':
                await lanes.grant(one.subject, one.fence);
                break;
              case 'release':
                await lanes.release(one.subject);
                break;
              case 'backup':
                copies.push(await lanes.backup());
                break;
              case 'restore': {
                const copy = copies[one.which % copies.length] ?? '';
                const floor = lanes.restore(copy, START - one.backMs, false);
                expect(floor).toBeGreaterThanOrEqual(Math.max(0, ...lanes.given.values()));
              }
            }
          }
        } finally {
          lanes.close();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  test('of a subject that the backup does not know begin above what the lost part gave', async () => {
    const lanes = bench();
    const copy = await lanes.backup();
    for (let turn = 0; turn < 50; turn += 1) {
      await lanes.claim('jira:PAY-1');
      await lanes.release('jira:PAY-1');
    }

    const floor = lanes.restore(copy, START + 60_000, true);
    expect(lanes.laneOf('jira:PAY-1')).toBeUndefined();
    await lanes.claim('jira:PAY-1');

    expect(lanes.laneOf('jira:PAY-1')?.fence).toBe(floor + 1);
    lanes.close();
  });

  test('of a parked cycle that gets its lane again are above the floor, too', async () => {
    const lanes = bench();
    const copy = await lanes.backup();
    const floor = lanes.restore(copy, START + 60_000, true);

    await lanes.grant('jira:PAY-2', 3);

    expect(lanes.laneOf('jira:PAY-2')?.fence).toBeGreaterThan(floor);
    lanes.close();
  });
});

test('a restore ends all sessions, and the lease of a relay that is no more', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'inbox.db');
  const inbox = openInbox({ file, log: recordingLog() });
  const session = { sha256: 'a', credential: 'local', createdMs: 1, seenMs: 1, expiresMs: 9e12 };
  await inbox.sessions.add(session, 1_000);
  await inbox.tables.write(() => inbox.tables.lease.take('a relay', Date.now()));
  expect(inbox.restores.latest()).toBeNull();
  inbox.close();

  const database = new Database(file);
  noteRestore(database, {
    at: '2026-03-02T10:00:00.000Z',
    takenAt: '2026-03-02T09:00:00.000Z',
    fenceFloor: 17,
  });
  expect(fenceFloorOf(database)).toBe(17);
  database.close();
  const after = openInbox({ file, log: recordingLog() });

  expect(after.sessions.find('a')).toBeNull();
  expect(await after.tables.write(() => after.tables.lease.take('another', Date.now()))).toBe(true);
  expect(after.restores.latest()).toEqual({
    at: '2026-03-02T10:00:00.000Z',
    takenAt: '2026-03-02T09:00:00.000Z',
    fenceFloor: 17,
    settledAt: null,
  });
  await after.restores.settle('2026-03-02T10:05:00.000Z');
  expect(after.restores.latest()?.settledAt).toBe('2026-03-02T10:05:00.000Z');
  after.close();
});
