/** Approvals as they open. */
import { canonicalJson } from '../domain/canonical-json.js';
import type { ShownAction } from '../domain/cycle.js';
import { courseOf } from '../domain/request-course.js';
import { wishForCards } from './card-wishes.js';
import type { MirrorWriter } from './mirror.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Opening = Parameters<MirrorWriter['openApprovals']>[0];

/** Approvals pending, actions and cycle awaiting, lane given back: one transaction. */
export function openApprovals(writing: Writing, input: Opening): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const cycle = await placedCycle(trx, input.cycleId);
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

/** What decides where its requests are shown. */
export function placedCycle(trx: Trx, cycleId: string) {
  return trx
    .selectFrom('cycles')
    .select(['team', 'source', 'project'])
    .where('id', '=', cycleId)
    .executeTakeFirst();
}

async function openOne(
  trx: Trx,
  at: string,
  cycleId: string,
  request: Opening['requests'][number],
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
      ...requestColumns(planned),
      given: '[]',
      questions: '[]',
      snoozed_until: null,
      drift: '[]',
      proposed: null,
      drill: null,
      asked_again: 0,
      shown_at: null,
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

/** Who may decide, how many have to, when they work, and what happens where nobody decides: of what would be done now. */
export function requestColumns(planned: ShownAction, also: readonly string[] = []) {
  const { deciders, notBy = [], needed = 1, calendar } = planned;
  return {
    calendar: calendar === undefined ? null : canonicalJson(calendar),
    course: canonicalJson(courseOf(planned)),
    deciders: canonicalJson(deciders === null ? null : [...new Set([...deciders, ...also])]),
    not_by: canonicalJson(notBy),
    needed,
  };
}
