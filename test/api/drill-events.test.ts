/** Events of drills that wait, among what really arrived. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withDrillEvents } from '../../src/api/drill-events.js';
import type { WaitingDrill } from '../../src/audit/drills.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { comment, temporaryFolder } from '../inbox/support.js';
import { quietLog } from '../support/quiet-log.js';

let inbox: InboxStore;
let now: number;
beforeEach(() => {
  now = Date.parse('2026-12-01T10:00:00.000Z');
  inbox = openInbox({ file: `${temporaryFolder()}/inbox.db`, log: quietLog, clock: () => new Date(now) });
});
afterEach(() => inbox.close());

/** One a minute; answers the id of each. */
async function arrived(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { eventId } = await inbox.accept(
      comment({ deliveryId: `delivery-${n}`, receivedAt: new Date(now).toISOString() }),
    );
    ids.push(eventId);
    now += 60_000;
  }
  return ids;
}

/** One that was made of this event, so many seconds after the first arrived. */
function drillLike(likeEventId: string, seconds: number): WaitingDrill {
  const like = inbox.get(likeEventId)!.event!;
  const changeKey = like.changeKey?.replace(/\d+$/, (id) => String(Number(id) + 3)) ?? null;
  const event = { ...like, changeKey };
  const receivedAt = new Date(Date.parse('2026-12-01T10:00:00.000Z') + seconds * 1_000).toISOString();
  const cycle = { cycleId: 'cycle-jira-d', eventId: 'evt_drill', receivedAt, event };
  return { cycleId: 'cycle-jira-d', startedAt: receivedAt, opened: JSON.stringify({ cycle, likeEventId }) };
}

function pagesOf(read: ReturnType<typeof withDrillEvents>, limit: number, filter = {}): string[][] {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page: ReturnType<typeof read.list> = read.list(filter, { limit, cursor });
    pages.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}

test.each([1, 2, 3, 10])('on pages of %d it stands once, where it arrived', async (limit) => {
  const ids = await arrived(5);
  for (const [seconds, at] of [
    [-30, 5],
    [90, 3],
    [150, 2],
    [600, 0],
  ] as const) {
    const read = withDrillEvents(inbox, { waitingDrills: () => [drillLike(ids[0]!, seconds)] });

    const expected = [...ids].reverse();
    expected.splice(at, 0, 'evt_drill');
    expect(pagesOf(read, limit).flat()).toEqual(expected);
  }
});

test('it is found by its id and its cycle, and filters hold for it', async () => {
  const [first] = await arrived(1);
  const read = withDrillEvents(inbox, { waitingDrills: () => [drillLike(first!, 90)] });

  expect(read.get('evt_drill')).toMatchObject({
    status: 'started',
    cycleId: 'cycle-jira-d',
    deliveryId: 'd',
  });
  expect(read.byCycle('cycle-jira-d')?.id).toBe('evt_drill');
  expect(read.get('evt_drill')?.bodySha256).not.toBe(read.get(first!)?.bodySha256);
  expect(pagesOf(read, 10, { source: 'slack' }).flat()).toEqual([]);
  expect(pagesOf(read, 10, { status: 'started' }).flat()).toEqual(['evt_drill']);
});

test('where none waits, and where the other event is gone, nothing is added', async () => {
  const [first] = await arrived(1);
  const gone = { ...drillLike(first!, 90), opened: JSON.stringify({ cycle: {}, likeEventId: 'evt_gone' }) };

  for (const drills of [[], [gone]]) {
    const read = withDrillEvents(inbox, { waitingDrills: () => drills });
    expect(pagesOf(read, 10).flat()).toEqual([first]);
    expect(read.get('evt_drill')).toBeNull();
  }
});
