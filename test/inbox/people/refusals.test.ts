/** Decisions that did not count: the first of each person and hour stand one by one, the rest as a number. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase } from '../../../src/database/open.js';
import { REFUSALS_LISTED_AN_HOUR } from '../../../src/inbox/people/refusals.js';
import { type InboxStore, openInbox } from '../../../src/inbox/store.js';
import { createInboxReader } from '../../../src/worker/inbox-reader.js';
import { quietLog } from '../../support/quiet-log.js';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-23T10:00:00.000Z');

let folder: string;
let inbox: InboxStore;

const file = () => join(folder, 'inbox.db');
const open = () => openInbox({ file: file(), log: quietLog });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pm-agent-refusals-'));
  inbox = open();
});
afterEach(() => {
  inbox.close();
  rmSync(folder, { recursive: true });
});

function refuse(id: string, byId: string, ms: number) {
  const at = new Date(ms).toISOString();
  return inbox.saveRefusal(
    { id, at, cycleId: null, kind: 'decision.refused', actor: `api:${byId}`, data: { by: byId } },
    { id: byId, name: byId },
  );
}

function noted() {
  const reader = createInboxReader(file(), (path) =>
    openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );
  const notes = reader.notesAfter(0, 10_000);
  reader.close();
  return notes;
}

const kinds = () => {
  const counts: Record<string, number> = {};
  for (const { kind } of noted()) {
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

test('of one person and hour twenty are listed, one row says that more are not, and one how many these were', async () => {
  const answers = [];
  for (let n = 0; n < 70; n += 1) {
    answers.push(await refuse(`r-${n}`, 'viewer', START + n * 1_000));
  }
  expect(answers.map((one) => one === 'counted')).toEqual(
    Array.from({ length: 70 }, (_, n) => n >= REFUSALS_LISTED_AN_HOUR),
  );
  expect(kinds()).toEqual({ 'decision.refused': 20, 'refusals.capped': 1 });
  expect(noted().at(-1)).toMatchObject({
    actor: 'api:viewer',
    data: {
      by: 'viewer',
      until: '2026-11-23T11:00:00.000Z',
      why: 'further refusals of viewer until 2026-11-23T11:00:00.000Z are not recorded one by one: 20 were',
    },
  });

  await inbox.closeRefusalHours(new Date(START + HOUR_MS - 1).toISOString());
  expect(kinds()).toEqual({ 'decision.refused': 20, 'refusals.capped': 1 });
  await inbox.closeRefusalHours(new Date(START + HOUR_MS).toISOString());
  await inbox.closeRefusalHours(new Date(START + 3 * HOUR_MS).toISOString());
  expect(kinds()).toEqual({ 'decision.refused': 20, 'refusals.capped': 1, 'refusals.counted': 1 });
  expect(noted().at(-1)).toMatchObject({
    data: { by: 'viewer', from: '2026-11-23T10:00:00.000Z', until: '2026-11-23T11:00:00.000Z', count: 50 },
  });
});

test('a restart goes on counting, and another person and the next hour are counted by themselves', async () => {
  for (let n = 0; n < 21; n += 1) {
    await refuse(`r-${n}`, 'viewer', START);
  }
  inbox.close();
  inbox = open();

  expect(await refuse('again', 'viewer', START + 1)).toBe('counted');
  expect(await refuse('r-0', 'viewer', START + 1)).toBe('listed');
  expect(await refuse('other', 'U0EVE', START + 1)).toBe('listed');
  expect(await refuse('later', 'viewer', START + HOUR_MS)).toBe('listed');
  expect(kinds()).toEqual({ 'decision.refused': 22, 'refusals.capped': 1 });
});

test('whoever is refused how often, no person and hour has more than twenty-two rows, and none is lost from the numbers', async () => {
  const tries = fc.array(
    fc.record({
      who: fc.constantFrom('ana', 'bo', 'U0EVE'),
      times: fc.integer({ min: 1, max: 40 }),
      passMs: fc.constantFrom(0, 60_000, HOUR_MS),
    }),
    { maxLength: 8 },
  );
  let wentBeyond = 0;
  await fc.assert(
    fc
      .asyncProperty(tries, async (all) => {
        let now = START;
        for (const { who, times, passMs } of all) {
          await Promise.all(
            Array.from({ length: times }, (_, n) => refuse(`${now}-${who}-${n}-${Math.random()}`, who, now)),
          );
          now += passMs;
          await inbox.closeRefusalHours(new Date(now).toISOString());
        }
        await inbox.closeRefusalHours(new Date(now + HOUR_MS).toISOString());

        const rows = noted();
        const counted = rows.reduce((sum, { data }) => sum + (Number(data['count']) || 0), 0);
        const listed = rows.filter(({ kind }) => kind === 'decision.refused');
        expect(listed.length + counted).toBe(all.reduce((sum, { times }) => sum + times, 0));
        const perHour = new Map<string, number>();
        for (const { actor, at } of listed) {
          const key = `${actor}/${at.slice(0, 13)}`;
          perHour.set(key, (perHour.get(key) ?? 0) + 1);
        }
        expect(Math.max(0, ...perHour.values())).toBeLessThanOrEqual(REFUSALS_LISTED_AN_HOUR);
        const capped = rows.filter(({ kind }) => kind === 'refusals.capped').length;
        expect(rows.filter(({ kind }) => kind === 'refusals.counted')).toHaveLength(capped);
        wentBeyond += capped;
      })
      .afterEach(() => {
        inbox.close();
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        inbox = open();
      }),
    { numRuns: 30 },
  );
  expect(wentBeyond).toBeGreaterThan(0);
});
