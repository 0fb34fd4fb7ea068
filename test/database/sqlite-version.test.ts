import { expect, test } from '@jest/globals';
import { DatabaseError } from '../../src/database/database-error.js';
import { assertSafeSqlite } from '../../src/database/sqlite-version.js';

test.each(['3.51.3', '3.52.0', '3.53.2', '4.0.0', '3.50.7', '3.50.9', '3.44.6'])(
  'F18: SQLite %s, which has the fix, is accepted',
  (version) => {
    expect(() => assertSafeSqlite(version)).not.toThrow();
  },
);

test.each(['3.51.2', '3.51.0', '3.50.6', '3.49.9', '3.45.0', '3.44.5', '3.7.0', 'unknown'])(
  'F18: SQLite %s, which can lose commits, is refused with what to do',
  (version) => {
    expect(() => assertSafeSqlite(version)).toThrow(DatabaseError);
    expect(() => assertSafeSqlite(version)).toThrow(/npm ci/);
  },
);
