/** What the sweep keeps: its finds and its watermarks; and what the mirror knows of places to look at. */
import { type Kysely, sql } from 'kysely';
import type { FoundChange } from '../domain/sweep.js';
import type { MirrorWriter, SweepMark } from './mirror.js';
import type { MirrorTables } from './schema.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

export async function sweepMarks(
  db: Kysely<MirrorTables>,
  scopes: readonly string[],
): Promise<readonly SweepMark[]> {
  if (scopes.length === 0) {
    return [];
  }
  const rows = await db.selectFrom('sweep_marks').selectAll().where('scope', 'in', scopes).execute();
  return rows.map(({ scope, watermark, reached_back_to }) => ({
    scope,
    watermark,
    reachedBackTo: reached_back_to,
  }));
}

/** Longer than the inbox keeps what it took, and than any change is looked for again. */
const FINDS_KEPT_MS = 90 * 86_400_000;

export function recordFinds(writing: Writing, { finds, mark }: Args<'recordFinds'>): Promise<number> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const first = await nextSeq(trx, at);
    let inserted = 0;
    for (const [index, find] of finds.entries()) {
      inserted += await insertFind(trx, at, first + index, find);
    }
    if (mark !== null && !(await isFromBeforeRestore(trx, mark))) {
      await putMark(trx, mark);
      await trx
        .deleteFrom('sweep_finds')
        .where('seq', '<', seqOf(at) - FINDS_KEPT_MS * 1_000)
        .execute();
    }
    return inserted;
  });
}

/**
 * A sweep that was under way at a restore runs on: it began behind what the restore lost, and its watermark would hide
 * that from all later ones.
 */
async function isFromBeforeRestore(trx: Trx, { watermark }: SweepMark): Promise<boolean> {
  const later = await trx
    .selectFrom('restores')
    .select('id')
    .where('restored_at', '>', watermark)
    .executeTakeFirst();
  return later !== undefined;
}

/**
 * The first sweep after a restore begins with the backup also where none was read to its end before: places without a
 * watermark get that time as theirs. Later sweeps find nothing to do here.
 */
export function beginAtRestore(writing: Writing, scopes: readonly string[]): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const restore = await trx
      .updateTable('restores')
      .set({ swept_at: writing.now() })
      .where('swept_at', 'is', null)
      .returning('taken_at')
      .execute();
    const since = restore.map((row) => row.taken_at).toSorted()[0];
    if (since !== undefined && scopes.length > 0) {
      await trx
        .insertInto('sweep_marks')
        .values(scopes.map((scope) => ({ scope, watermark: since, reached_back_to: since })))
        .onConflict((conflict) => conflict.column('scope').doNothing())
        .execute();
    }
  });
}

function seqOf(at: string): number {
  return Date.parse(at) * 1_000;
}

/** The time in microseconds, or one more than the last where the clock was set back. */
async function nextSeq(trx: Trx, at: string): Promise<number> {
  const last = await trx
    .selectFrom('sweep_finds')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return Math.max(seqOf(at), (last?.seq ?? 0) + 1);
}

/** Answers how many rows there are more: none for a change that was found before. */
async function insertFind(
  trx: Trx,
  at: string,
  seq: number,
  { event, actorIds }: FoundChange,
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('sweep_finds')
    .values({
      seq,
      found_at: at,
      source: event.source,
      tenant: event.tenant,
      change_key: event.changeKey,
      event: JSON.stringify(event),
      actor_ids: JSON.stringify(actorIds),
    })
    .onConflict((conflict) => conflict.column('change_key').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0);
}

async function putMark(trx: Trx, { scope, watermark, reachedBackTo }: SweepMark): Promise<void> {
  const mark = { watermark, reached_back_to: reachedBackTo };
  await trx
    .insertInto('sweep_marks')
    .values({ scope, ...mark })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet(mark))
    .execute();
}

export async function knownRepositories(db: Kysely<MirrorTables>, since: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('cycles')
    .select('project')
    .distinct()
    .where('source', '=', 'bitbucket')
    .where('received_at', '>=', since)
    .orderBy('project')
    .execute();
  return rows.flatMap(({ project }) => (project === null ? [] : [project]));
}

/** A message that opens a thread has the channel for its target, and the thread's name for its own; people are no channel. */
export async function conversations(
  db: Kysely<MirrorTables>,
  { since, after, limit }: Args<'conversations'>,
): Promise<readonly string[]> {
  const { rows } = await sql<{ subject: string }>`
    SELECT DISTINCT subject FROM (
      SELECT subject FROM cycles WHERE source = 'slack' AND received_at >= ${since}
      UNION ALL
      SELECT CASE WHEN instr(target, '/') > 0 THEN target ELSE target || '/' || remote_id END
      FROM actions
      WHERE kind IN ('slack.message', 'escalate') AND status = 'executed' AND remote_id IS NOT NULL AND ended_at >= ${since}
    )
    WHERE subject > ${after} AND subject GLOB 'slack:[CDG]*/*'
    ORDER BY subject LIMIT ${limit}`.execute(db);
  return rows.map((row) => row.subject);
}
