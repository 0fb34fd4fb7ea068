/**
 * The inbox as people read it: with an event for each drill that waits. The inbox holds none, since nothing arrived; a request
 * without one would say that it is a drill. It is made of the event of the cycle that the drill is like, and is gone when
 * the drill is over.
 */
import { createHash } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ShownDrill } from '../domain/drill.js';
import type { Inbox, WebhookFilter, WebhookRow } from '../inbox/inbox.js';

type Read = Pick<Inbox, 'get' | 'raw' | 'list' | 'byCycle'>;

/** `inbox`, with these among what arrived, in the order of their arrival. */
export function withDrillEvents<I extends Read>(
  inbox: I,
  mirror: Pick<MirrorReader, 'waitingDrills'>,
): I & Read {
  const made = () => mirror.waitingDrills().flatMap((drill) => madeOf(inbox, drill) ?? []);
  const found = (is: (row: WebhookRow) => boolean) => made().find(({ row }) => is(row)) ?? null;
  return {
    ...inbox,
    get: (id) => inbox.get(id) ?? found((row) => row.id === id)?.row ?? null,
    raw: (id) => inbox.raw(id) ?? found((row) => row.id === id)?.raw ?? null,
    byCycle: (id) => inbox.byCycle(id) ?? found((row) => row.cycleId === id)?.row ?? null,
    list(filter, page) {
      const listed = inbox.list(filter, page);
      const upTo = page.cursor === null ? null : (newerThan(inbox, filter, page.cursor)?.receivedAt ?? null);
      const last = listed.nextCursor === null ? null : (listed.items.at(-1)?.receivedAt ?? null);
      const between = made()
        .map(({ row }) => row)
        .filter((row) => fits(row, filter))
        .filter(
          ({ receivedAt }) => (upTo === null || receivedAt < upTo) && (last === null || receivedAt >= last),
        );
      const items = [...listed.items, ...between].sort((left, right) =>
        left.receivedAt < right.receivedAt ? 1 : left.receivedAt > right.receivedAt ? -1 : 0,
      );
      return { ...listed, items: between.length === 0 ? listed.items : items };
    },
  };
}

/** The last one of the page before: what is older than that comes after it. */
function newerThan(inbox: Read, filter: WebhookFilter, cursor: string): WebhookRow | undefined {
  return inbox.list(filter, { limit: 1, cursor: String(Number(cursor) + 1) }).items[0];
}

function fits(row: WebhookRow, { status, source, subject, origin }: WebhookFilter): boolean {
  return (
    (status === undefined || row.status === status) &&
    (source === undefined || row.source === source) &&
    (subject === undefined || row.subject === subject) &&
    (origin === undefined || row.origin === origin)
  );
}

interface Made {
  readonly row: WebhookRow;
  readonly raw: Buffer | null;
}

/** Null for a drill from before its likeness was kept, and where the other event was deleted. */
function madeOf(
  inbox: Pick<Inbox, 'get' | 'raw'>,
  { cycleId, startedAt, opened }: ReturnType<MirrorReader['waitingDrills']>[number],
): Made | null {
  const { cycle, likeEventId } = JSON.parse(opened) as ShownDrill;
  const like = likeEventId === undefined ? null : inbox.get(likeEventId);
  if (like === null || likeEventId === undefined) {
    return null;
  }
  const deliveryId = cycleId.slice(`cycle-${like.source}-`.length);
  const { event, receivedAt } = cycle;
  const renamed = (text: string) =>
    renamedIn(text, { like, deliveryId, changeKey: event.changeKey, receivedAt });
  const bytes = inbox.raw(likeEventId);
  const raw = bytes === null ? null : Buffer.from(renamed(bytes.toString('utf8')), 'utf8');
  return {
    raw,
    row: {
      ...like,
      id: cycle.eventId,
      deliveryId,
      bodySha256: raw === null ? like.bodySha256 : createHash('sha256').update(raw).digest('hex'),
      changeKey: event.changeKey,
      headers: JSON.parse(renamed(JSON.stringify(like.headers))) as WebhookRow['headers'],
      status: 'started',
      reason: null,
      event,
      cycleId,
      coalescedInto: null,
      receivedAt,
      startedAt: startedAt ?? receivedAt,
      processedAt: null,
    },
  };
}

/** Delivery, change and time are its own. */
function renamedIn(
  text: string,
  to: {
    readonly like: WebhookRow;
    readonly deliveryId: string;
    readonly changeKey: string | null;
    readonly receivedAt: string;
  },
): string {
  const { like, deliveryId, changeKey, receivedAt } = to;
  const [was, is] = differenceOf(like.changeKey, changeKey);
  return text
    .replaceAll(like.deliveryId, deliveryId)
    .replaceAll(was, is)
    .replace(/("timestamp"\s*:\s*)\d{13}/, (_, before: string) => `${before}${Date.parse(receivedAt)}`);
}

/** The number that differs in two names of one form; the delivery's own where none does. */
function differenceOf(one: string | null, other: string | null): readonly [string, string] {
  const [left, right] = [one ?? '', other ?? ''].map((name) => name.match(/\d+/g) ?? []);
  const at = (left ?? []).findIndex((number, index) => number !== right?.[index]);
  return at === -1 ? [NOWHERE, NOWHERE] : [left?.[at] ?? NOWHERE, right?.[at] ?? NOWHERE];
}

const NOWHERE = '\u0000';
