/** A file that another process makes: when it is looked for, and what is left open of a look that found nothing. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { openWhenReady } from '../../src/database/open-when-ready.js';
import { onTestEnd, temporaryFolder } from '../inbox/support.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

function bench() {
  const file = join(temporaryFolder(), 'other.db');
  const opened: Database.Database[] = [];
  const late = openWhenReady(
    file,
    'facts',
    (path) => {
      const database = new Database(path, { readonly: true });
      opened.push(database);
      return database;
    },
    100,
  );
  onTestEnd(() => late.close());
  return {
    file,
    late,
    opened,
    looks: () => opened.length,
    stillOpen: () => opened.filter((database) => database.open).length,
    /** As its owner would. */
    own: (sql: string) => {
      const owner = new Database(file);
      owner.exec(sql);
      owner.close();
    },
  };
}

const TABLES = 'CREATE TABLE first (a INTEGER) STRICT; CREATE TABLE facts (a INTEGER) STRICT';

test('there is nothing before the file is, and the file is not made', () => {
  const { late, own, looks } = bench();

  expect(late.get()).toBeNull();
  expect(looks()).toBe(0);
  own(TABLES);
  jest.advanceTimersByTime(100);

  expect(late.get()?.prepare('SELECT count(*) FROM facts').pluck().get()).toBe(0);
});

test('is connected once it holds the table, and from then on is the same connection', () => {
  const { late, own, looks, stillOpen } = bench();
  own('CREATE TABLE first (a INTEGER) STRICT');
  expect(late.get()).toBeNull();
  expect(stillOpen()).toBe(0);

  own('CREATE TABLE facts (a INTEGER) STRICT');
  jest.advanceTimersByTime(100);
  const found = late.get();

  expect(found).not.toBeNull();
  jest.advanceTimersByTime(1_000);
  expect(late.get()).toBe(found);
  expect([looks(), stillOpen()]).toEqual([2, 1]);
});

test('is looked for once in a tenth of a second, however often it is asked for', () => {
  const { late, own, looks } = bench();
  own('CREATE TABLE first (a INTEGER) STRICT');
  const ask = () => Array.from({ length: 50 }, () => late.get()).filter((found) => found !== null);

  expect([ask(), looks()]).toEqual([[], 1]);
  jest.advanceTimersByTime(99);
  expect([ask(), looks()]).toEqual([[], 1]);
  jest.advanceTimersByTime(1);
  expect([ask(), looks()]).toEqual([[], 2]);
});

test('a file that cannot be read yet is an error of each look, which leaves nothing open', () => {
  const { file, late, looks, stillOpen } = bench();
  writeFileSync(file, 'not a database, '.repeat(100));

  expect(() => late.get()).toThrow(/not a database/);
  expect(late.get()).toBeNull();
  jest.advanceTimersByTime(100);
  expect(() => late.get()).toThrow(/not a database/);

  expect([looks(), stillOpen()]).toEqual([2, 0]);
});

test('what was closed is connected anew at once, to what the file is by then', () => {
  const { file, late, own, stillOpen } = bench();
  own(TABLES);
  expect(late.get()).not.toBeNull();

  late.close();
  expect(stillOpen()).toBe(0);
  rmSync(file);
  own(`${TABLES}; INSERT INTO facts VALUES (7)`);

  expect(late.get()?.prepare('SELECT a FROM facts').pluck().get()).toBe(7);
  expect(stillOpen()).toBe(1);
});

test('where no pause is asked for, each call looks', () => {
  const file = join(temporaryFolder(), 'other.db');
  const late = openWhenReady(file, 'facts', (path) => new Database(path, { readonly: true }));
  onTestEnd(() => late.close());
  expect(late.get()).toBeNull();

  const owner = new Database(file);
  owner.exec(TABLES);
  owner.close();

  expect(late.get()).not.toBeNull();
});
