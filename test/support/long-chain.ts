import type Database from 'better-sqlite3';
import { GENESIS_HASH, rowHash, sha256 } from '../../src/audit/chain.js';

/** Writes a whole chain into an empty audit log in one commit: appending one by one would take minutes. */
export function writeLongChain(database: Database.Database, rows: number): void {
  const insert = database.prepare(
    `INSERT INTO audit_log (seq, at, cycle_id, kind, actor, data, salt, data_hash, prev_hash, hash, entry_key)
     VALUES (@seq, @at, @cycle_id, @kind, @actor, @data, @salt, @data_hash, @prev_hash, @hash, @entry_key)`,
  );
  let head = GENESIS_HASH;
  const writeAll = database.transaction(() => {
    for (let seq = 1; seq <= rows; seq += 1) {
      const [data, salt] = [`{"n":${seq},"text":"${'x'.repeat(200)}"}`, `${seq}`.padStart(32, '0')];
      const fields = {
        seq,
        at: '2026-11-23T10:00:00.000Z',
        cycle_id: null,
        kind: 'event.received',
        actor: 'agent',
        data_hash: sha256(salt + data),
        prev_hash: head,
        entry_key: `key-${seq}`,
      };
      head = rowHash(fields);
      insert.run({ ...fields, data, salt, hash: head });
    }
  });
  writeAll();
}
