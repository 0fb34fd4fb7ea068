/** What is read of requests for approval. */
import { statusesOf } from '../domain/approval.js';
import type { ApprovalCardsTable, ApprovalsTable } from './approval-tables.js';
import { decodeCursor, pageOf } from './cursor.js';
import { endedDrills, waitingDrills } from './drill-reading.js';
import type { ApprovalFilter, ApprovalOrder, MirrorReader, Page, Paged } from './mirror-reader.js';
import { measuredSince, workSince } from './oversight-reading.js';
import type { ActionsTable } from './schema.js';
import type { All } from './trial-reading.js';

export function approvalReading(
  all: All,
): Pick<
  MirrorReader,
  | 'listApprovals'
  | 'getApproval'
  | 'cardsOf'
  | 'actionsToldIn'
  | 'measuredSince'
  | 'workSince'
  | 'endedDrills'
  | 'waitingDrills'
> {
  return {
    listApprovals: (filter, page) => listApprovals(all, filter, page),
    measuredSince: (since) => measuredSince(all, since),
    workSince: (since) => workSince(all, since),
    endedDrills: (limit) => endedDrills(all, limit),
    waitingDrills: () => waitingDrills(all),
    getApproval: (id) => all<ApprovalsTable>('SELECT * FROM approvals WHERE id = ?', id)[0] ?? null,
    cardsOf: (id) =>
      all<ApprovalCardsTable>(
        `SELECT * FROM approval_cards WHERE approval_id = ? AND kind = 'card' ORDER BY created_at, id`,
        id,
      ),
    actionsToldIn: (ts) =>
      all<ActionsTable>(
        `SELECT actions.* FROM actions WHERE id IN (SELECT action_id FROM approvals WHERE id IN
         (SELECT approval_id FROM approval_cards WHERE ts = ?)) ORDER BY proposed_at, seq LIMIT 20`,
        ts,
      ),
  };
}

/** By which column, and what comes after a row. */
const ORDERS: {
  readonly [O in ApprovalOrder]: {
    readonly by: 'asked_at' | 'deadline';
    readonly beyond: string;
    readonly way: string;
  };
} = {
  newest: { by: 'asked_at', beyond: '<', way: 'DESC' },
  deadline: { by: 'deadline', beyond: '>', way: 'ASC' },
};

function listApprovals(
  all: All,
  { status, sort = 'newest' }: ApprovalFilter,
  page: Page,
): Paged<ApprovalsTable> {
  const after = decodeCursor(page.cursor);
  const { by, beyond, way } = ORDERS[sort];
  const rows = all<ApprovalsTable>(
    `SELECT * FROM approvals WHERE (? IS NULL OR status IN (SELECT value FROM json_each(?)))
     AND (? IS NULL OR (${by}, id) ${beyond} (?, ?)) ORDER BY ${by} ${way}, id ${way} LIMIT ?`,
    status ?? null,
    JSON.stringify(status === undefined ? [] : statusesOf(status)),
    after?.at ?? null,
    after?.at ?? null,
    after?.id ?? null,
    page.limit + 1,
  );
  return pageOf(rows, page.limit, (row) => ({ at: row[by], id: row.id }));
}
