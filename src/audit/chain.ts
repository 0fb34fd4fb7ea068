/**
 * The audit chain. Each row holds the hash of the row before it, so a changed, removed or inserted row is found.
 * The chain covers `data_hash` = sha256(salt + data), not the data: erasing a person's data (data and salt set to
 * null) leaves it whole, and the random salt keeps erased data from being guessed.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { canonicalJson } from '../domain/canonical-json.js';
import type { AuditLogTable, MirrorTables } from './schema.js';

export const GENESIS_HASH = '0'.repeat(64);

export interface AuditEntry {
  readonly at: string;
  readonly cycleId: string | null;
  /** `event.received`, `context.gathered`, `model.called`, `decision.made`, `policy.judged`, … */
  readonly kind: string;
  /** `agent`, or the decider as `<channel>:<id>`. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Appending the same key twice is one row. */
  readonly key: string;
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

type HashedFields = Pick<
  AuditLogTable,
  'seq' | 'at' | 'cycle_id' | 'kind' | 'actor' | 'data_hash' | 'prev_hash' | 'entry_key'
>;

/** The hash of one row over everything but its erasable data. */
export function rowHash(row: HashedFields): string {
  return sha256(
    canonicalJson([
      row.seq,
      row.at,
      row.cycle_id,
      row.kind,
      row.actor,
      row.data_hash,
      row.prev_hash,
      row.entry_key,
    ]),
  );
}

/** Appends inside the caller's transaction (SQLite has one writer, so there is one appender). Idempotent by `key`. */
export async function appendAudit(trx: Transaction<MirrorTables>, entry: AuditEntry): Promise<void> {
  const known = await trx
    .selectFrom('audit_log')
    .select('seq')
    .where('entry_key', '=', entry.key)
    .executeTakeFirst();
  if (known !== undefined) {
    return;
  }
  const last = await trx
    .selectFrom('audit_log')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const data = canonicalJson(entry.data);
  const salt = randomBytes(16).toString('hex');
  const fields: HashedFields = {
    seq: (last?.seq ?? 0) + 1,
    at: entry.at,
    cycle_id: entry.cycleId,
    kind: entry.kind,
    actor: entry.actor,
    data_hash: sha256(salt + data),
    prev_hash: last?.hash ?? GENESIS_HASH,
    entry_key: entry.key,
  };
  await trx
    .insertInto('audit_log')
    .values({ ...fields, data, salt, hash: rowHash(fields) })
    .execute();
}

/** Walks rows in order; answers the first `seq` that does not fit, or null. Erased rows fit by their hashes. */
export function firstBadRow(rows: Iterable<AuditLogTable>): {
  readonly firstBad: number | null;
  readonly rows: number;
  readonly head: string;
} {
  let head = GENESIS_HASH;
  let count = 0;
  for (const row of rows) {
    count += 1;
    if (row.seq !== count || row.prev_hash !== head || row.hash !== rowHash(row) || !dataFits(row)) {
      return { firstBad: row.seq, rows: count, head };
    }
    head = row.hash;
  }
  return { firstBad: null, rows: count, head };
}

function dataFits(row: AuditLogTable): boolean {
  if (row.data === null && row.salt === null) {
    return true;
  }
  return row.data !== null && row.salt !== null && sha256(row.salt + row.data) === row.data_hash;
}
