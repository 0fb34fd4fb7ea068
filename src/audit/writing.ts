/** What every record function needs: one transaction, one clock, one way to note a step. */
import type { Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json.js';
import { appendAudit } from './chain.js';
import type { MirrorTables } from './schema.js';
import type { StepRecord } from './step-record.js';
import type { InTransaction, Trx } from './transaction-groups.js';

export type { Trx } from './transaction-groups.js';

export interface Writing {
  readonly db: Kysely<MirrorTables>;
  readonly inTransaction: InTransaction;
  /** ISO 8601 UTC. */
  now(): string;
}

/** All or nothing: either all of a step's rows and its audit entries stand, or none. */
export function inTransaction<T>(writing: Writing, work: (trx: Trx) => Promise<T>): Promise<T> {
  return writing.inTransaction(work);
}

/** Notes a step as done; a repeated attempt overwrites its own row. */
export async function noteStep(
  trx: Trx,
  at: string,
  cycleId: string,
  step: StepRecord,
  suffix = '',
  status: 'done' | 'failed' = 'done',
): Promise<void> {
  const row = {
    id: `${cycleId}/${step.name}${suffix === '' ? '' : `/${suffix}`}`,
    cycle_id: cycleId,
    name: step.name,
    status,
    attempt: step.attempt,
    started_at: step.startedAt,
    ended_at: at,
    detail: canonicalJson(step.detail),
  };
  await trx
    .insertInto('steps')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        status: row.status,
        attempt: row.attempt,
        ended_at: row.ended_at,
        detail: row.detail,
      }),
    )
    .execute();
}

/** An audit entry of a cycle by the agent itself. */
export async function audit(
  trx: Trx,
  at: string,
  cycleId: string,
  kind: string,
  data: Readonly<Record<string, unknown>>,
  options: { readonly actor?: string; readonly key?: string } = {},
): Promise<void> {
  await appendAudit(trx, {
    at,
    cycleId,
    kind,
    actor: options.actor ?? 'agent',
    data,
    key: `${cycleId}/${kind}${options.key === undefined ? '' : `/${options.key}`}`,
  });
}
