/** Approvals as they open, settle and are refused. */
import { actorOf } from '../domain/approval.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { wishForCards, wishForRewrite } from './card-wishes.js';
import type { MirrorWriter } from './mirror.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

/** Approvals pending, actions and cycle awaiting, lane given back: one transaction. */
export function openApprovals(writing: Writing, input: Args<'openApprovals'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const cycle = await trx
      .selectFrom('cycles')
      .select(['team', 'source', 'project'])
      .where('id', '=', input.cycleId)
      .executeTakeFirst();
    for (const request of input.requests) {
      await openOne(trx, at, input.cycleId, request);
      if (cycle !== undefined && input.placesOf !== undefined) {
        await wishForCards(trx, at, request.approvalId, input.placesOf(cycle, request));
      }
    }
    await trx
      .updateTable('cycles')
      .set({ status: 'awaiting_approval', lane: 'parked', summary: 'Waiting for approval' })
      .where('id', '=', input.cycleId)
      .execute();
    await trx
      .insertInto('steps')
      .values({
        id: `${input.cycleId}/approve`,
        cycle_id: input.cycleId,
        name: 'approve',
        status: 'waiting',
        attempt: 1,
        started_at: at,
        ended_at: null,
        detail: canonicalJson({ approvals: input.requests.map((request) => request.approvalId) }),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  });
}

async function openOne(
  trx: Trx,
  at: string,
  cycleId: string,
  request: Args<'openApprovals'>['requests'][number],
): Promise<void> {
  const { planned, approvalId, deadline } = request;
  await trx
    .insertInto('approvals')
    .values({
      id: approvalId,
      cycle_id: cycleId,
      action_id: planned.actionId,
      kind: planned.action.kind,
      target: planned.target,
      payload: canonicalJson(planned.action.payload),
      hash: planned.hash,
      risk: planned.risk,
      rule: planned.rule,
      approvers: canonicalJson(planned.approvers),
      status: 'pending',
      deadline,
      asked_at: at,
      decided_by: null,
      decided_by_name: null,
      channel: null,
      decided_at: null,
      reason: null,
      note: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await trx
    .updateTable('actions')
    .set({ status: 'awaiting_approval' })
    .where('id', '=', planned.actionId)
    .where('status', '=', 'proposed')
    .execute();
  const asked = {
    approvalId,
    actionId: planned.actionId,
    hash: planned.hash,
    deadline,
    rule: planned.rule,
    approvers: planned.approvers,
  };
  await audit(trx, at, cycleId, 'approval.asked', asked, { key: approvalId });
}

/** First decision wins: a settled approval is left as it is. */
export function settleApproval(writing: Writing, input: Args<'settleApproval'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const { state, cycleId, actionStatus } = input;
    const at = writing.now();
    const settled = await trx
      .updateTable('approvals')
      .set({
        status: state.status,
        decided_by: state.decidedBy?.id ?? null,
        decided_by_name: state.decidedBy?.name ?? null,
        channel: state.decidedBy?.channel ?? null,
        decided_at: state.decidedAt,
        reason: state.reason,
        note: state.note,
      })
      .where('id', '=', state.approvalId)
      .where('status', '=', 'pending')
      .executeTakeFirst();
    if (Number(settled.numUpdatedRows) === 0) {
      return;
    }
    const ended = actionStatus === 'approved' ? null : at;
    await trx
      .updateTable('actions')
      .set({ status: actionStatus, ended_at: ended })
      .where('id', '=', state.actionId)
      .execute();
    await closeStepWhenSettled(trx, at, cycleId);
    await wishForRewrite(trx, at, [state.approvalId], 'decided');
    const by = state.decidedBy;
    const actor = by === null ? 'timer' : actorOf(by);
    await audit(trx, at, cycleId, `approval.${state.status}`, { ...state }, { key: state.approvalId, actor });
  });
}

/** Requests that can be decided by nobody any more. Answers their ids. */
export async function supersedePending(
  trx: Trx,
  at: string,
  cycleId: string,
  reason: string,
): Promise<readonly string[]> {
  const pending = await trx
    .updateTable('approvals')
    .set({ status: 'superseded', decided_at: at, reason })
    .where('cycle_id', '=', cycleId)
    .where('status', '=', 'pending')
    .returning('id')
    .execute();
  const ids = pending.map(({ id }) => id);
  await wishForRewrite(trx, at, ids, 'decided');
  return ids;
}

async function closeStepWhenSettled(trx: Trx, at: string, cycleId: string): Promise<void> {
  const pending = await trx
    .selectFrom('approvals')
    .select('id')
    .where('cycle_id', '=', cycleId)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  if (pending !== undefined) {
    return;
  }
  await trx
    .updateTable('steps')
    .set({ status: 'done', ended_at: at })
    .where('id', '=', `${cycleId}/approve`)
    .execute();
  await trx
    .updateTable('cycles')
    .set({ status: 'running', summary: 'Carrying out what was decided' })
    .where('id', '=', cycleId)
    .execute();
}

/** A decision that did not count: who tried what, and why not. */
export function recordRefusal(writing: Writing, input: Args<'recordRefusal'>): Promise<void> {
  return inTransaction(writing, (trx) =>
    audit(
      trx,
      writing.now(),
      input.cycleId,
      'decision.refused',
      { by: input.by, what: input.what, why: input.why },
      { key: input.key, actor: `temporal:${input.by}` },
    ),
  );
}
