/** How people decided on each kind of action, in one project and in all others: counts, and no word of anybody. */
import { sql } from 'kysely';
import type { KindVerdicts, VerdictCounts } from './earlier.js';
import type { Writing } from './writing.js';

interface Row {
  readonly kind: string;
  readonly isHere: number;
  readonly isEdited: number;
}

/** Of the newest requests that were approved, and as many that were rejected, drills left out; by kind's name. */
export async function verdictCounts(
  writing: Writing,
  { project, limit }: { readonly project: string; readonly limit: number },
): Promise<readonly KindVerdicts[]> {
  const approved = await newest(writing, 'approved', project, limit);
  const rejected = await newest(writing, 'rejected', project, limit);
  const kinds = [...new Set([...approved, ...rejected].map(({ kind }) => kind))].toSorted();
  const counted = (kind: string, isHere: number): VerdictCounts => {
    const of = (rows: readonly Row[]) => rows.filter((row) => row.kind === kind && row.isHere === isHere);
    return {
      approved: of(approved).length,
      edited: of(approved).filter(({ isEdited }) => isEdited === 1).length,
      rejected: of(rejected).length,
    };
  };
  return kinds.map((kind) => ({ kind, here: counted(kind, 1), elsewhere: counted(kind, 0) }));
}

/** Found by index `approvals_by_status`, however many there are. */
function newest(
  { db }: Writing,
  status: 'approved' | 'rejected',
  project: string,
  limit: number,
): Promise<Row[]> {
  return db
    .selectFrom('approvals')
    .innerJoin('cycles', 'cycles.id', 'approvals.cycle_id')
    .select([
      'approvals.kind',
      sql<number>`coalesce(cycles.project = ${project}, 0)`.as('isHere'),
      sql<number>`approvals.proposed IS NOT NULL`.as('isEdited'),
    ])
    .where('approvals.status', '=', status)
    .where('approvals.cycle_id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'))
    .orderBy('approvals.asked_at', 'desc')
    .limit(limit)
    .execute();
}
