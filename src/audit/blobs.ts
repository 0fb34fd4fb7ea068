/** Content-addressed blobs: contexts, prompts, replies. Histories and rows hold their hashes. */
import type { Kysely } from 'kysely';
import { sha256 } from './chain.js';
import type { MirrorTables } from './schema.js';

/** Stores once per content; answers the sha256 (hex). */
export async function putBlob(
  db: Kysely<MirrorTables>,
  kind: string,
  data: Buffer | string,
  at: string,
): Promise<string> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const hash = sha256(bytes);
  await db
    .insertInto('blobs')
    .values({ hash, kind, size: bytes.length, data: bytes, created_at: at })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}

/** Null where none has this hash (any more). */
export async function getBlob(db: Kysely<MirrorTables>, hash: string): Promise<Buffer | null> {
  const row = await db.selectFrom('blobs').select('data').where('hash', '=', hash).executeTakeFirst();
  return row?.data ?? null;
}
