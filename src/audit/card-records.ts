/** The cards themselves: what is due, what came of it. */
import { OPEN_STATUSES } from '../domain/approval.js';
import type { Context } from '../domain/context.js';
import type { Decision } from '../domain/decision.js';
import type { PmEvent } from '../domain/event.js';
import { nextWorkingTime, type WorkCalendar } from '../domain/work-calendar.js';
import { supersedePending } from './approval-records.js';
import { getBlob } from './blobs.js';
import type { CardContent, CardMirror, CardRow } from './cards.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

/** @param tell says that a wish was committed */
export function createCardMirror(writing: Writing, tell: () => void): Omit<CardMirror, 'onWanted'> {
  const { db } = writing;
  const one = (id: string) =>
    db.selectFrom('approval_cards').selectAll().where('id', '=', id).executeTakeFirst();
  const set = async (id: string, values: Partial<CardRow>): Promise<void> => {
    await db.updateTable('approval_cards').set(values).where('id', '=', id).execute();
  };
  return {
    due: (now, limit) => due(writing, now, limit),
    nextAt: () => nextAt(writing),
    get: async (id) => (await one(id)) ?? null,
    content: (approvalId) => contentOf(writing, approvalId),
    sending: (id) => set(id, { sent_at: writing.now() }),
    notSent: (id) => set(id, { sent_at: null }),
    shown: (id, posted) => inTransaction(writing, (trx) => recordShown(trx, writing.now(), id, posted)),
    failed: (id, failure) => inTransaction(writing, (trx) => recordFailed(trx, writing.now(), id, failure)),
    postpone: (id, next) => set(id, { next_at: next }),
    end: (id, why) => set(id, { ended: why }),
    showingPending: () =>
      db
        .selectFrom('approvals')
        .innerJoin('approval_cards', 'approval_cards.approval_id', 'approvals.id')
        .select(['approvals.id as approvalId', 'approvals.cycle_id as cycleId'])
        .where('approvals.status', 'in', OPEN_STATUSES)
        .where('approval_cards.kind', '=', 'card')
        .where('approval_cards.ended', 'is', null)
        .distinct()
        .execute(),
    supersede: async (cycleId, reason) => {
      await inTransaction(writing, (trx) => supersede(trx, writing.now(), cycleId, reason));
      tell();
    },
  };
}

/** Longer than any pause between two tries, and than any that comes before the first one. */
const LONGEST_PAUSE_MS = 15 * 60_000;
const LONGEST_FIRST_PAUSE_MS = 60_000;

/**
 * Calendars of teams that do not work now, as they stand in the rows. Asked each time something is to be told, so that it also
 * holds for what was wished for by day and could not be told until the night, and whatever happens to the clock.
 */
async function resting({ db }: Writing, now: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('approval_cards')
    .innerJoin('approvals', 'approvals.id', 'approval_cards.approval_id')
    .select('approvals.calendar')
    .where('in_hours', '=', 1)
    .where('ts', 'is', null)
    .whereRef('shown', '<', 'wanted')
    .where('ended', 'is', null)
    .distinct()
    .execute();
  return rows.flatMap(({ calendar }) => (calendar !== null && isResting(calendar, now) ? [calendar] : []));
}

function isResting(calendar: string, now: string): boolean {
  const at = new Date(now);
  return nextWorkingTime(at, JSON.parse(calendar) as WorkCalendar) > at;
}

/** What is behind, but for what waits until its team works. */
function behind({ db }: Writing, calendars: readonly string[]) {
  const all = db
    .selectFrom('approval_cards')
    .innerJoin('approvals', 'approvals.id', 'approval_cards.approval_id')
    .whereRef('shown', '<', 'wanted')
    .where('ended', 'is', null);
  return calendars.length === 0
    ? all
    : all.where((is) =>
        is.or([
          is('in_hours', '=', 0),
          is('ts', 'is not', null),
          is('approvals.calendar', 'is', null),
          is('approvals.calendar', 'not in', calendars),
        ]),
      );
}

/** What is to come later than it could ever have been put off to, was so by a clock that was set back since: it is due. */
async function due(writing: Writing, now: string, limit: number): Promise<readonly CardRow[]> {
  const after = (milliseconds: number) => new Date(Date.parse(now) + milliseconds).toISOString();
  return behind(writing, await resting(writing, now))
    .selectAll('approval_cards')
    .where((eb) =>
      eb.or([
        eb('next_at', '<=', now),
        eb('next_at', '>', after(LONGEST_PAUSE_MS)),
        eb.and([eb('attempts', '=', 0), eb('next_at', '>', after(LONGEST_FIRST_PAUSE_MS))]),
      ]),
    )
    .orderBy('next_at')
    .orderBy('created_at')
    .orderBy('approval_cards.id')
    .limit(limit)
    .execute();
}

async function nextAt(writing: Writing): Promise<string | null> {
  const row = await behind(writing, await resting(writing, writing.now()))
    .select((eb) => eb.fn.min('next_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? null;
}

async function contentOf({ db }: Writing, approvalId: string): Promise<CardContent | null> {
  const approval = await db
    .selectFrom('approvals')
    .selectAll()
    .where('id', '=', approvalId)
    .executeTakeFirst();
  if (approval === undefined) {
    return null;
  }
  const action = await db
    .selectFrom('actions')
    .selectAll()
    .where('id', '=', approval.action_id)
    .executeTakeFirstOrThrow();
  const cycle = await db
    .selectFrom('cycles')
    .selectAll()
    .where('id', '=', approval.cycle_id)
    .executeTakeFirstOrThrow();
  const entries = await db
    .selectFrom('audit_log')
    .select(['kind', 'data'])
    .where('cycle_id', '=', approval.cycle_id)
    .where('kind', 'in', ['event.received', 'decision.made', 'approval.reopened'])
    .orderBy('seq')
    .execute();
  const context = await contextOf(db, shownBy(approvalId, entries) ?? cycle.context_hash);
  const dataOf = (kind: string) =>
    JSON.parse(entries.findLast((entry) => entry.kind === kind)?.data ?? '{}') as Record<string, unknown>;
  return {
    approval,
    action,
    cycle,
    event: (dataOf('event.received')['event'] as PmEvent | undefined) ?? null,
    decision: (dataOf('decision.made')['decision'] as Decision | undefined) ?? null,
    facts: context?.facts ?? null,
    flags: context?.flags ?? [],
  };
}

/** What is shown again is shown as it was read then. */
function shownBy(
  approvalId: string,
  entries: readonly { readonly kind: string; readonly data: string | null }[],
): string | null {
  const reopened = entries
    .filter(({ kind }) => kind === 'approval.reopened')
    .map(
      ({ data }) =>
        JSON.parse(data ?? '{}') as { readonly approvalId?: string; readonly contextHash?: string },
    )
    .findLast((one) => one.approvalId === approvalId);
  return reopened?.contextHash ?? null;
}

async function contextOf(db: Writing['db'], hash: string | null): Promise<Context | null> {
  const blob = hash === null ? null : await getBlob(db, hash);
  return blob === null ? null : (JSON.parse(blob.toString('utf8')) as Context);
}

async function recordShown(
  trx: Trx,
  at: string,
  id: string,
  { channel, ts, version }: Parameters<CardMirror['shown']>[1],
): Promise<void> {
  const before = await trx
    .selectFrom('approval_cards')
    .innerJoin('approvals', 'approvals.id', 'approval_cards.approval_id')
    .select(['approval_cards.kind', 'approvals.id as approvalId', 'approvals.cycle_id as cycleId'])
    .where('approval_cards.id', '=', id)
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('approval_cards')
    .set((eb) => ({
      channel,
      ts,
      shown: version,
      sent_at: null,
      attempts: 0,
      error: null,
      next_at: at,
      told_at: eb.fn.coalesce('told_at', eb.val(at)),
    }))
    .where('id', '=', id)
    .execute();
  if (before.kind === 'card') {
    const data = { approvalId: before.approvalId, channel, ts };
    await audit(trx, at, before.cycleId, 'approval.card_posted', data, { key: id });
  }
}

async function recordFailed(
  trx: Trx,
  at: string,
  id: string,
  { code, message, nextAt: next }: Parameters<CardMirror['failed']>[1],
): Promise<void> {
  const row = await trx
    .updateTable('approval_cards')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), error: message, next_at: next }))
    .where('id', '=', id)
    .returning(['approval_id'])
    .executeTakeFirstOrThrow();
  const approval = await trx
    .selectFrom('approvals')
    .select(['id', 'cycle_id'])
    .where('id', '=', row.approval_id)
    .executeTakeFirstOrThrow();
  const data = { approvalId: approval.id, message };
  await audit(trx, at, approval.cycle_id, 'approval.card_failed', data, { key: `${id}/${code}` });
}

async function supersede(trx: Trx, at: string, cycleId: string, reason: string): Promise<void> {
  for (const id of await supersedePending(trx, at, cycleId, reason)) {
    const data = { approvalId: id, reason };
    await audit(trx, at, cycleId, 'approval.superseded', data, { key: id, actor: 'timer' });
  }
  await trx
    .updateTable('actions')
    .set({ status: 'obsolete', ended_at: at })
    .where('cycle_id', '=', cycleId)
    .where('status', '=', 'awaiting_approval')
    .execute();
}
