import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { createStatementCache } from '../../src/database/statement-cache.js';

function counted() {
  const database = new Database(':memory:');
  let compiled = 0;
  const counting = new Proxy(database, {
    get: (target, name) => {
      if (name === 'prepare') {
        return (sql: string) => {
          compiled += 1;
          return target.prepare(sql);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { database, cache: createStatementCache(counting), compiled: () => compiled };
}

test('a text is compiled once, and its statement goes on after the schema changed', () => {
  const { cache, database, compiled } = counted();
  database.exec('CREATE TABLE t (a INTEGER) STRICT');
  cache.prepare('INSERT INTO t (a) VALUES (?)').run([1]);
  database.exec('ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 7');
  cache.prepare('INSERT INTO t (a) VALUES (?)').run([2]);

  expect(compiled()).toBe(1);
  expect(database.prepare('SELECT a, b FROM t').all()).toEqual([
    { a: 1, b: 7 },
    { a: 2, b: 7 },
  ]);
});

test('of endless texts it keeps those used last', () => {
  const { cache, compiled } = counted();
  for (let n = 0; n < 2_000; n += 1) {
    cache.prepare('SELECT 1').all();
    cache.prepare(`SELECT ${n + 2}`).all();
  }
  expect(compiled()).toBe(2_001);

  cache.prepare('SELECT 2').all();
  expect(compiled()).toBe(2_002);
});

test('closing it closes the database', () => {
  const { cache, database } = counted();
  cache.close();
  expect(database.open).toBe(false);
});
