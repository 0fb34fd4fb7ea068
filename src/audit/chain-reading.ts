/** Is the audit log's chain whole? */
import type Database from 'better-sqlite3';
import { anchorFileOf, readAnchors } from './anchor.js';
import { firstBadRow, GENESIS_HASH } from './chain.js';
import type { ChainCheck } from './mirror-reader.js';
import { RESTORED } from './restores.js';
import type { AuditLogTable } from './schema.js';

/** @param database null before there is one @param file its anchors stand beside it */
export function verifyChain(database: Database.Database | null, file: string): ChainCheck {
  if (database === null) {
    return { ok: true, rows: 0, head: GENESIS_HASH };
  }
  const rows = database.prepare<[], AuditLogTable>('SELECT * FROM audit_log ORDER BY seq');
  const { firstBad, rows: count, head } = firstBadRow(rows.iterate());
  const bad = firstBad ?? missingAnchor(database, file);
  return bad === null ? { ok: true, rows: count, head } : { ok: false, rows: count, head, firstBad: bad };
}

/**
 * The first anchored row that the chain no longer holds: the table was cut back or rewritten as a whole. What a restore
 * lost is no such row: the chain itself says from where on and when, in its row `restored`.
 */
function missingAnchor(database: Database.Database, file: string): number | null {
  const hashOf = database.prepare<[number], { hash: string }>('SELECT hash FROM audit_log WHERE seq = ?');
  const restores = database
    .prepare<[string], { seq: number; at: string }>(
      'SELECT seq, at FROM audit_log WHERE kind = ? ORDER BY seq',
    )
    .all(RESTORED);
  const missing = readAnchors(anchorFileOf(file)).find(
    (anchor) =>
      hashOf.get(anchor.seq)?.hash !== anchor.hash &&
      !restores.some(({ seq, at }) => seq <= anchor.seq && anchor.at <= at),
  );
  return missing?.seq ?? null;
}
