/**
 * The mirror as people read it. A workflow that is terminated, or lost for good, writes nothing any more, so the mirror
 * shows its cycle as running for ever; that it is over stands in the inbox alone. Here the one is laid over the other.
 */

import type { ApprovalsTable } from '../audit/approval-tables.js';
import { encodeCursor } from '../audit/cursor.js';
import type { CycleDetail, MirrorReader, Page, Paged } from '../audit/mirror-reader.js';
import type { ActionsTable, CyclesTable, StepsTable } from '../audit/schema.js';
import { isOpen as isWaiting, statusesOf } from '../domain/approval.js';
import type { Inbox } from '../inbox/inbox.js';
import { isLost } from '../inbox/relay/lost.js';

interface LostEnd {
  readonly reason: string | null;
  readonly at: string | null;
}

type Read = Pick<MirrorReader, 'getCycle' | 'listCycles' | 'getApproval' | 'listApprovals'>;

/** `mirror`, with lost cycles `failed` for the reason in the inbox, and what they asked for `superseded`; filters follow. */
export function withInboxEnds<M extends Read>(mirror: M, inbox: Pick<Inbox, 'byCycle'>): M & Read {
  const endOf: EndOf = (cycleId) => {
    const row = inbox.byCycle(cycleId);
    return row !== null && isLost(row) ? { reason: row.reason, at: row.processedAt } : null;
  };
  const cycle = (row: CyclesTable) => endCycle(row, endOf);
  const approval = (row: ApprovalsTable) => endApproval(row, endOf);
  return {
    ...mirror,
    getCycle: (id) => {
      const detail = mirror.getCycle(id);
      return detail === null ? null : endDetail(detail, endOf);
    },
    listCycles: (filter, page) =>
      listed({
        page,
        wanted: filter.status,
        statuses: filter.status === 'failed' ? ['failed', 'running', 'awaiting_approval'] : [filter.status],
        read: (status, part) =>
          mirror.listCycles(status === undefined ? filter : { ...filter, status }, part),
        overlay: cycle,
        positionOf: (row) => ({ at: row.received_at, id: row.id }),
      }),
    getApproval: (id) => {
      const row = mirror.getApproval(id);
      return row === null ? null : approval(row);
    },
    listApprovals: (filter, page) =>
      listed({
        page,
        wanted: filter.status,
        statuses: filter.status === 'superseded' ? ['superseded', 'pending'] : [filter.status],
        read: (status, part) =>
          mirror.listApprovals(status === undefined ? filter : { ...filter, status }, part),
        overlay: approval,
        positionOf: (row) => ({ at: filter.sort === 'deadline' ? row.deadline : row.asked_at, id: row.id }),
        isAscending: filter.sort === 'deadline',
      }),
  };
}

type EndOf = (cycleId: string) => LostEnd | null;

function isOpen(row: CyclesTable): boolean {
  return row.status === 'running' || row.status === 'awaiting_approval';
}

function endCycle(row: CyclesTable, endOf: EndOf): CyclesTable {
  const end = isOpen(row) ? endOf(row.id) : null;
  return end === null ? row : { ...row, status: 'failed', error: end.reason, ended_at: end.at };
}

function endApproval(row: ApprovalsTable, endOf: EndOf): ApprovalsTable {
  const end = isWaiting(row.status) ? endOf(row.cycle_id) : null;
  return end === null ? row : { ...row, status: 'superseded', decided_at: end.at, reason: end.reason };
}

function endDetail(detail: CycleDetail, endOf: EndOf): CycleDetail {
  const end = isOpen(detail.cycle) ? endOf(detail.cycle.id) : null;
  if (end === null) {
    return detail;
  }
  const known = () => end;
  return {
    ...detail,
    cycle: endCycle(detail.cycle, known),
    steps: detail.steps.map((step) => endStep(step, end)),
    actions: detail.actions.map(endAction),
    approvals: detail.approvals.map((row) => endApproval(row, known)),
  };
}

function endStep(step: StepsTable, end: LostEnd): StepsTable {
  const isUnderWay = step.status === 'running' || step.status === 'waiting';
  return isUnderWay ? { ...step, status: 'failed', ended_at: end.at } : step;
}

function endAction(action: ActionsTable): ActionsTable {
  return action.status === 'awaiting_approval' ? { ...action, status: 'obsolete' } : action;
}

interface Listing<T, S> {
  readonly page: Page;
  readonly wanted: S | undefined;
  /** What the mirror may hold the wanted rows under. */
  readonly statuses: readonly (S | undefined)[];
  readonly read: (status: S | undefined, page: Page) => Paged<T>;
  readonly overlay: (row: T) => T;
  readonly positionOf: (row: T) => { readonly at: string; readonly id: string };
  /** Left out: the newest first. */
  readonly isAscending?: boolean;
}

/** One page of what has the wanted status once the ends are laid over, in the mirror's order. */
function listed<T extends { readonly status: S }, S extends string>(listing: Listing<T, S>): Paged<T> {
  const { limit } = listing.page;
  const later = listing.isAscending === true ? 1 : -1;
  const parts = listing.statuses.map((status) => filled(listing, status));
  const rows = parts
    .flatMap((part) => part.items)
    .sort((left, right) => (isBefore(listing.positionOf(left), listing.positionOf(right)) ? -later : later));
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit || parts.some((part) => part.nextCursor !== null);
  return {
    items,
    nextCursor: hasMore && last !== undefined ? encodeCursor(listing.positionOf(last)) : null,
  };
}

/** Reads on until the page is full or nothing is left. */
function filled<T extends { readonly status: S }, S extends string>(
  { page, wanted, read, overlay }: Listing<T, S>,
  status: S | undefined,
): Paged<T> {
  const items: T[] = [];
  let { cursor } = page;
  do {
    const part = read(status, { limit: page.limit - items.length, cursor });
    items.push(
      ...part.items
        .map(overlay)
        .filter((row) => wanted === undefined || statusesOf(wanted).includes(row.status)),
    );
    cursor = part.nextCursor;
  } while (cursor !== null && items.length < page.limit);
  return { items, nextCursor: cursor };
}

function isBefore(
  left: { readonly at: string; readonly id: string },
  right: { readonly at: string; readonly id: string },
): boolean {
  return left.at === right.at ? left.id < right.id : left.at < right.at;
}
