/** When a group is committed, and what becomes of its jobs; over a real file, seen through a connection of its own. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/database/open.js';
import { createGroupCommit } from '../../src/inbox/group-commit.js';
import { onTestEnd, recordingLog, temporaryFolder } from './support.js';

/** Resolves once everything that was due in this turn of the event loop has run. */
const nextTurn = () => new Promise<void>((done) => setImmediate(done));

function bench() {
  const file = join(temporaryFolder(), 'some.db');
  const database = openDatabase(file, { busyTimeoutMs: 20, log: recordingLog() });
  database.exec('CREATE TABLE jobs (name TEXT NOT NULL) STRICT');
  // Judged at the commit: what refers to nothing lets it fail.
  database.exec(
    'CREATE TABLE later (id INTEGER PRIMARY KEY, of INTEGER REFERENCES later DEFERRABLE INITIALLY DEFERRED) STRICT',
  );
  const seen = new Database(file, { timeout: 20 });
  onTestEnd(() => {
    database.close();
    seen.close();
  });
  const names = seen.prepare<[], string>('SELECT name FROM jobs ORDER BY rowid').pluck();
  /** How many jobs were on disk after each commit. */
  const commits: number[] = [];
  let failures = 0;
  const group = createGroupCommit(database, {
    committed: () => commits.push(names.all().length),
    failed: () => (failures += 1),
  });
  const insert = database.prepare<[string]>('INSERT INTO jobs (name) VALUES (?)');
  return {
    ...group,
    database,
    seen,
    commits,
    failures: () => failures,
    stored: () => names.all(),
    add: (name: string) =>
      group.write(() => {
        insert.run(name);
        return name;
      }),
    /** Its row is fine until the group is committed. */
    addUncommittable: () => group.write(() => database.exec('INSERT INTO later (of) VALUES (7)')),
  };
}

describe('a group', () => {
  test('of one is committed at the end of its turn, and not before', async () => {
    const of = bench();

    const answer = of.add('a');
    expect(of.commits).toEqual([]);
    await nextTurn();

    expect(of.commits).toEqual([1]);
    expect(await answer).toBe('a');
  });

  test('is answered when its rows are on disk, each with its own result', async () => {
    const of = bench();

    const answers = await Promise.all(['a', 'b', 'c'].map((name) => of.add(name).then(() => of.stored())));

    expect(answers).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
    expect(of.commits).toEqual([3]);
  });

  test('waits while each turn brings more, and is one commit when a turn brings none', async () => {
    const of = bench();

    const answers = [of.add('1'), of.add('2')];
    for (const name of ['3', '4', '5']) {
      await nextTurn();
      answers.push(of.add(name));
    }
    expect(of.commits).toEqual([]);
    await nextTurn();
    expect(of.commits).toEqual([]);
    await nextTurn();

    expect(of.commits).toEqual([5]);
    await Promise.all(answers);
  });

  test('waits for eight turns at most, however much goes on coming', async () => {
    const of = bench();

    const answers = [of.add('first'), of.add('second')];
    let turns = 0;
    while (of.commits.length === 0) {
      await nextTurn();
      turns += 1;
      answers.push(of.add(`turn ${turns}`));
    }

    expect(turns).toBe(8);
    // What was added in the turn of the commit itself is the next group's.
    expect(of.commits).toEqual([9]);
    await Promise.all(answers);
    expect(of.stored()).toHaveLength(10);
  });

  test('that waits is committed as soon as it is as large as one may be, and the rest follows', async () => {
    const of = bench();

    const answers = Array.from({ length: 600 }, (_, n) => of.add(String(n)));
    await nextTurn();
    expect(of.commits).toEqual([256]);
    await Promise.all(answers);

    expect(of.commits).toEqual([256, 512, 600]);
    expect(of.stored()).toEqual(Array.from({ length: 600 }, (_, n) => String(n)));
  });
});

describe('a job that throws', () => {
  test('fails alone and leaves nothing; its neighbours are stored once, in their order', async () => {
    const of = bench();
    const broken = of.write(() => {
      of.database.exec(`INSERT INTO jobs (name) VALUES ('half')`);
      throw new Error('not this one');
    });

    const results = await Promise.allSettled([of.add('a'), broken, of.add('b')]);

    expect(results).toMatchObject([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('not this one') },
      { status: 'fulfilled', value: 'b' },
    ]);
    expect(of.stored().toSorted()).toEqual(['a', 'b']);
    expect(of.failures()).toBe(0);
  });

  test('after SQLite gave the transaction up takes the whole group with it, and no other', async () => {
    const of = bench();
    const ended = of.write(() => {
      of.database.exec('ROLLBACK');
      throw new Error('database or disk is full');
    });

    const results = await Promise.allSettled([of.add('a'), ended, of.add('b')]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(of.stored()).toEqual([]);
    expect(of.failures()).toBe(1);
    expect(await of.add('c')).toBe('c');
  });
});

describe('a group that cannot be committed', () => {
  test('is rejected as a whole and leaves nothing; the next one is stored', async () => {
    const of = bench();

    const results = await Promise.allSettled([of.add('a'), of.addUncommittable(), of.add('b')]);

    expect(results).toMatchObject(
      ['a', 'later', 'b'].map(() => ({
        status: 'rejected',
        reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' },
      })),
    );
    expect(of.stored()).toEqual([]);
    expect([of.commits, of.failures()]).toEqual([[], 1]);
    expect(await of.add('c')).toBe('c');
    expect(of.stored()).toEqual(['c']);
  });

  test('because somebody else holds the lock runs none of its jobs', async () => {
    const of = bench();
    of.seen.exec('BEGIN IMMEDIATE');
    let runs = 0;

    const results = await Promise.allSettled([of.write(() => (runs += 1)), of.add('a')]);
    of.seen.exec('ROLLBACK');

    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'SQLITE_BUSY' } },
      { status: 'rejected', reason: { code: 'SQLITE_BUSY' } },
    ]);
    expect(runs).toBe(0);
  });

  test('because the database is closed is rejected, too', async () => {
    const of = bench();
    of.database.close();

    await expect(of.add('a')).rejects.toThrow(/not open/);
  });
});

describe('flush', () => {
  test('commits what is queued at once, and the turn that was to do it finds nothing', async () => {
    const of = bench();
    const answers = [of.add('a'), of.add('b')];

    of.flush();
    expect(of.stored()).toEqual(['a', 'b']);
    await nextTurn();
    await nextTurn();

    expect(of.commits).toEqual([2]);
    expect(await Promise.all(answers)).toEqual(['a', 'b']);
    expect(await of.add('c')).toBe('c');
  });

  test('of nothing is no commit', () => {
    const of = bench();

    of.flush();

    expect([of.commits, of.failures()]).toEqual([[], 0]);
  });
});
