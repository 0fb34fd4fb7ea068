/** Cycles from both places that know of them: the mirror, and before it the inbox's accepted events. */
import type { CycleFilter, MirrorReader, Page } from '../audit/mirror-reader.js';
import type { Inbox, WebhookRow } from '../inbox/inbox.js';
import type { CycleSummary, UrlOf } from './views/cycle-view.js';
import { toCycleSummary, toQueuedSummary } from './views/cycle-view.js';

/** Stands for the mirror's first page, where queued cycles filled the whole page before it. */
const MIRROR_START = 'mirror';

/** Newest first, queued ones (at most one page of them) in front of the first page. Throws `BadCursorError`. */
export function listCycles(
  stores: {
    readonly inbox: Pick<Inbox, 'list'>;
    readonly mirror: Pick<MirrorReader, 'listCycles' | 'laneWishes'>;
  },
  filter: CycleFilter,
  page: Page,
  urlOf: UrlOf,
): { readonly items: readonly CycleSummary[]; readonly nextCursor: string | null } {
  const queued = page.cursor === null ? queuedCycles(stores, filter, page.limit, urlOf) : [];
  const room = page.limit - queued.length;
  if (filter.status === 'queued') {
    return { items: queued, nextCursor: null };
  }
  if (room === 0) {
    return { items: queued, nextCursor: MIRROR_START };
  }
  const cursor = page.cursor === MIRROR_START ? null : page.cursor;
  const { items, nextCursor } = stores.mirror.listCycles(filter, { limit: room, cursor });
  return { items: [...queued, ...items.map((row) => toCycleSummary(row, urlOf))], nextCursor };
}

function queuedCycles(
  { inbox, mirror }: Parameters<typeof listCycles>[0],
  filter: CycleFilter,
  limit: number,
  urlOf: UrlOf,
): readonly CycleSummary[] {
  if ((filter.status !== undefined && filter.status !== 'queued') || filter.attention === true) {
    return [];
  }
  const page = { limit, cursor: null };
  const rows = (['received', 'started'] as const)
    .flatMap((status) => inbox.list({ status }, page).items)
    .filter((row) => row.cycleId !== null && fits(row, filter));
  const known = new Set(mirror.laneWishes(rows.map((row) => row.cycleId ?? '')).map((cycle) => cycle.id));
  return rows
    .flatMap((row) =>
      row.cycleId === null || known.has(row.cycleId) ? [] : [toQueuedSummary(row, row.cycleId, urlOf)],
    )
    .sort((left, right) => (left.receivedAt < right.receivedAt ? 1 : -1))
    .slice(0, limit);
}

function fits(row: WebhookRow, filter: CycleFilter): boolean {
  const { source, subject, since } = filter;
  return (
    (source === undefined || row.source === source) &&
    (subject === undefined || row.subject === subject || row.subject === `${row.source}:${subject}`) &&
    (since === undefined || row.receivedAt >= since)
  );
}
