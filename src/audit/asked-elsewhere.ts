/** Requests that wait, for whoever would ask the same once more. */
import { sql } from 'kysely';
import { OPEN_STATUSES } from '../domain/approval.js';
import type { AskedElsewhere } from '../domain/asked-already.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ShownAction } from '../domain/cycle.js';
import type { Writing } from './writing.js';

/**
 * Of other cycles that go on, the oldest first. A drill is none: nobody carries out what it asks about, so it may stand for
 * nothing.
 */
export async function askedElsewhere(
  { db }: Pick<Writing, 'db'>,
  cycleId: string,
  { action: { kind, payload }, target }: Pick<ShownAction, 'action' | 'target'>,
): Promise<readonly AskedElsewhere[]> {
  const rows = await db
    .selectFrom('approvals')
    .innerJoin('cycles', 'cycles.id', 'approvals.cycle_id')
    .select([
      'approvals.id as approvalId',
      'approvals.cycle_id as cycleId',
      'approvals.rule',
      'approvals.approvers',
      'approvals.deciders',
      'approvals.not_by as notBy',
      'approvals.needed',
      'approvals.deadline',
    ])
    .where('approvals.status', 'in', [...OPEN_STATUSES])
    .where('approvals.kind', '=', kind)
    .where('approvals.target', '=', target)
    .where('approvals.payload', '=', canonicalJson(payload))
    .where('approvals.cycle_id', '!=', cycleId)
    .where('cycles.ended_at', 'is', null)
    .where(sql<boolean>`approvals.cycle_id NOT IN (SELECT cycle_id FROM drills)`)
    .orderBy('approvals.asked_at')
    .execute();
  return rows.map(({ approvers, deciders, notBy, ...row }) => ({
    ...row,
    approvers: JSON.parse(approvers) as AskedElsewhere['approvers'],
    deciders: JSON.parse(deciders ?? 'null') as AskedElsewhere['deciders'],
    notBy: JSON.parse(notBy) as AskedElsewhere['notBy'],
  }));
}
