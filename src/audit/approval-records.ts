/** Approvals as they change, settle and are refused. */
import { type ApprovalState, actorOf, OPEN_STATUSES } from '../domain/approval.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ShownAction } from '../domain/cycle.js';
import { nextWorkingTime, type WorkCalendar } from '../domain/work-calendar.js';
import { beginAnew } from './begin-anew.js';
import { dropReminders, wishForCards, wishForRewrite, wishForWords } from './card-wishes.js';
import { callOffDrill, endDrill } from './drill-records.js';
import { judgedColumn } from './judged-edits.js';
import type { MirrorWriter } from './mirror.js';
import { placedCycle, requestColumns } from './open-approvals.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

function decisionColumns({ decidedBy, decidedAt, reason, note, given = [] }: ApprovalState) {
  return {
    decided_by: decidedBy?.id ?? null,
    decided_by_name: decidedBy?.name ?? null,
    channel: decidedBy?.channel ?? null,
    decided_at: decidedAt,
    reason,
    note,
    given: canonicalJson(given),
  };
}

/** Replies that bring news to the thread; everything else only rewrites the card. */
const REPLY_TO: Readonly<Record<string, 'reminder' | 'changed'>> = {
  reminded: 'reminder',
  second_approver: 'reminder',
  asked_again: 'reminder',
  reopened: 'changed',
};

/** Nobody did anything: the clock alone says that people are told. */
const BY_THE_CLOCK: ReadonlySet<string> = new Set(['reminded', 'second_approver', 'asked_again']);

/** It still waits, differently. What somebody else settled meanwhile is left alone. */
export function noteApproval(writing: Writing, input: Args<'noteApproval'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { cycleId, state, planned, what, by, data, key } = input;
    if (!(await rewriteRequest(trx, at, input))) {
      return;
    }
    const judged = await judgedColumn(trx, at, input);
    await trx
      .updateTable('actions')
      .set({
        ...judged,
        payload: canonicalJson(planned.action.payload),
        hash: planned.hash,
        risk: planned.risk,
        rule: planned.rule,
        policy_version: planned.policyVersion,
        taken_out: canonicalJson(planned.takenOut ?? []),
        status: 'awaiting_approval',
        ended_at: null,
      })
      .where('id', '=', planned.actionId)
      .execute();
    if (state.status === 'reopened') {
      await beginAnew(trx, cycleId, planned.actionId);
    }
    const when = BY_THE_CLOCK.has(what) ? 'in hours' : 'now';
    await wishForRewrite(trx, at, [state.approvalId], REPLY_TO[what] ?? null, key, when);
    if (what === 'snoozed') {
      await dropReminders(trx, state.approvalId);
    }
    if (what === 'edited' && input.tell?.hasLongWords === true) {
      await wishForWords(trx, at, state.approvalId, state.hash);
    }
    if (input.tell !== undefined) {
      await wishForCards(trx, at, state.approvalId, input.tell, when);
    }
    const cycle = input.placesOf === undefined ? undefined : await placedCycle(trx, cycleId);
    if (cycle !== undefined && input.placesOf !== undefined) {
      await wishForCards(trx, at, state.approvalId, input.placesOf(cycle));
    }
    const { approvalId, actionId, hash } = state;
    const { version } = planned;
    const entry = {
      approvalId,
      actionId,
      hash,
      ...(version === undefined ? {} : { version }),
      ...(when === 'now' ? {} : toldFrom(at, planned.calendar)),
      ...(what === 'edited' ? judgedBy(planned, state) : {}),
      ...data,
    };
    const actor = by === null ? 'agent' : actorOf(by);
    await audit(trx, at, cycleId, `approval.${what}`, entry, { key, actor });
  });
}

/** Under what an edit is approved: it may be another rule, of another policy, than its proposal was shown under. */
function judgedBy({ rule, policyVersion, risk }: ShownAction, { needed = 1 }: ApprovalState) {
  return { rule, policyVersion, risk, needed };
}

/** Nothing where its team works now, or always. */
function toldFrom(at: string, calendar: WorkCalendar | undefined): { readonly toldFrom?: string } {
  const from = calendar === undefined ? at : nextWorkingTime(new Date(at), calendar).toISOString();
  return from === at ? {} : { toldFrom: from };
}

/**
 * It is shown anew: there is something else to read, or it is asked once more. Whoever edits and decides alone read it before;
 * where others have to approve the edit, it is new to them.
 */
function isShownAnew({ what, state }: Args<'noteApproval'>): boolean {
  return what === 'reopened' || what === 'asked_again' || (what === 'edited' && (state.needed ?? 1) > 1);
}

async function rewriteRequest(trx: Trx, at: string, input: Args<'noteApproval'>): Promise<boolean> {
  const { state, planned, deadline, also, what } = input;
  const rewritten = await trx
    .updateTable('approvals')
    .set((eb) => ({
      // As the model had it, however often people changed it since.
      proposed: what === 'edited' ? eb.fn.coalesce('proposed', 'payload') : eb.ref('proposed'),
      payload: canonicalJson(planned.action.payload),
      hash: state.hash,
      risk: planned.risk,
      rule: planned.rule,
      approvers: canonicalJson(planned.approvers),
      status: state.status,
      deadline,
      shown_at: isShownAnew(input) ? at : eb.ref('shown_at'),
      asked_again: what === 'asked_again' ? 1 : eb.ref('asked_again'),
      ...decisionColumns(state),
      ...requestColumns(planned, also),
      questions: canonicalJson(state.questions ?? []),
      snoozed_until: state.snoozedUntil ?? null,
      drift: canonicalJson(state.drift ?? []),
    }))
    .where('id', '=', state.approvalId)
    .where('status', 'in', state.status === 'reopened' ? [...OPEN_STATUSES, 'approved'] : OPEN_STATUSES)
    .executeTakeFirst();
  return Number(rewritten.numUpdatedRows) > 0;
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
        ...decisionColumns(state),
      })
      .where('id', '=', state.approvalId)
      .where('status', 'in', OPEN_STATUSES)
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
    if (state.drill !== undefined) {
      await endDrill(trx, at, cycleId, state);
    }
    const round = roundOf(state);
    const when = state.status === 'expired' ? 'in hours' : 'now';
    await wishForRewrite(trx, at, [state.approvalId], 'decided', round.join('-'), when);
    const by = state.decidedBy;
    const actor = by === null ? 'timer' : actorOf(by);
    const key = [state.approvalId, ...round].join('/');
    await audit(trx, at, cycleId, `approval.${state.status}`, { ...state }, { key, actor });
  });
}

/**
 * What was shown again can be decided again. A target that goes back and forth brings the same hash again, so that only the
 * time tells one decision from another; a retry brings the same time. Empty for what was shown once.
 */
function roundOf({ drift, hash, decidedAt }: ApprovalState): readonly string[] {
  return drift === undefined ? [] : [hash.slice(0, 12), decidedAt ?? ''];
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
    .where('status', 'in', OPEN_STATUSES)
    .returning('id')
    .execute();
  const ids = pending.map(({ id }) => id);
  await wishForRewrite(trx, at, ids, 'decided');
  await callOffDrill(trx, at, cycleId);
  return ids;
}

async function closeStepWhenSettled(trx: Trx, at: string, cycleId: string): Promise<void> {
  const pending = await trx
    .selectFrom('approvals')
    .select('id')
    .where('cycle_id', '=', cycleId)
    .where('status', 'in', OPEN_STATUSES)
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

/** A decision that did not count: who tried what on which request, and why not. */
export function recordRefusal(writing: Writing, input: Args<'recordRefusal'>): Promise<void> {
  const { cycleId, key, ...entry } = input;
  return inTransaction(writing, (trx) =>
    audit(trx, writing.now(), cycleId, 'decision.refused', entry, { key, actor: `temporal:${input.by}` }),
  );
}
