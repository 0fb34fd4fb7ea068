import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { MirrorTables } from '../../src/audit/schema.js';
import { createTransactionGroups, type InTransaction } from '../../src/audit/transaction-groups.js';
import type { Trx } from '../../src/audit/writing.js';
import { openDatabase } from '../../src/database/open.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let database: Database.Database;
let db: Kysely<MirrorTables>;
let inTransaction: InTransaction;
let commits: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'groups-'));
  database = openDatabase(join(folder, 'g.db'), { busyTimeoutMs: 1_000, log: quietLog });
  database.exec(
    'CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT NOT NULL UNIQUE) STRICT',
  );
  commits = 0;
  const counting = {
    close: () => void database.close(),
    prepare: (text: string) => {
      commits += text === 'commit' ? 1 : 0;
      return database.prepare<unknown[]>(text);
    },
  };
  db = new Kysely<MirrorTables>({ dialect: new SqliteDialect({ database: counting }) });
  inTransaction = createTransactionGroups(db);
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function note(trx: Trx, word: string): Promise<string> {
  await sql`INSERT INTO notes (word) VALUES (${word})`.execute(trx);
  return word;
}

function words(): readonly string[] {
  return database.prepare<[], string>('SELECT word FROM notes ORDER BY id').pluck().all();
}

const failing = async (trx: Trx, word: string): Promise<never> => {
  await note(trx, word);
  throw new Error(`no ${word}`);
};

test('what is written in one turn shares one commit, in the order of the calls', async () => {
  const results = await Promise.all(
    ['one', 'two', 'three'].map((word) => inTransaction((trx) => note(trx, word))),
  );

  expect(results).toEqual(['one', 'two', 'three']);
  expect(words()).toEqual(['one', 'two', 'three']);
  expect(commits).toBe(1);
});

test('it is committed before anybody is told', async () => {
  const other = openDatabase(join(folder, 'g.db'), { readonly: true, busyTimeoutMs: 100, log: quietLog });
  const seen = await Promise.all(
    ['one', 'two'].map((word) =>
      inTransaction((trx) => note(trx, word)).then(() =>
        other.prepare<[string], number>('SELECT count(*) FROM notes WHERE word = ?').pluck().get(word),
      ),
    ),
  );
  other.close();

  expect(seen).toEqual([1, 1]);
});

test('work that throws is undone and rejects alone, in a group and by itself', async () => {
  const results = await Promise.allSettled([
    inTransaction((trx) => note(trx, 'before')),
    inTransaction((trx) => failing(trx, 'bad')),
    inTransaction((trx) => note(trx, 'after')),
  ]);
  const alone = inTransaction((trx) => failing(trx, 'lonely'));

  await expect(alone).rejects.toThrow('no lonely');
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(words()).toEqual(['before', 'after']);
});

test('where the whole transaction is lost everybody hears of it, and the next group goes on', async () => {
  database.pragma('max_page_count = 8');
  const results = await Promise.allSettled([
    inTransaction((trx) => note(trx, 'small')),
    inTransaction((trx) => note(trx, 'x'.repeat(100_000))),
    inTransaction((trx) => note(trx, 'late')),
  ]);
  database.pragma('max_page_count = 1000');
  await inTransaction((trx) => note(trx, 'later'));

  const kept = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } });
  expect(words()).toEqual([...kept, 'later']);
});

test('whatever fails and however calls fall together, exactly what resolved is stored', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ fails: fc.boolean(), pauses: fc.boolean() }), { maxLength: 150 }),
      async (calls) => {
        database.exec('DELETE FROM notes');
        const running: Promise<string | null>[] = [];
        for (const [index, { fails, pauses }] of calls.entries()) {
          const work = fails ? failing : note;
          running.push(inTransaction((trx) => work(trx, `w${index}`)).catch(() => null));
          if (pauses) {
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        const resolved = (await Promise.all(running)).filter((word) => word !== null);
        expect(words()).toEqual(resolved);
        expect(resolved).toHaveLength(calls.filter(({ fails }) => !fails).length);
      },
    ),
    { numRuns: 60 },
  );
});
