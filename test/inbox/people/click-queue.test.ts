/** Clicks: durable from the 200 on, each answered beside the others, again after a failure, once after success. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/database/open.js';
import type { ApprovalClick, Delivery } from '../../../src/inbox/inbox.js';
import { type AnswerClick, startClickQueue } from '../../../src/inbox/people/click-queue.js';
import type { InboxStore } from '../../../src/inbox/store.js';
import {
  comment,
  eventually,
  handClock,
  onTestEnd,
  recordingLog,
  temporaryFolder,
  temporaryInbox,
} from '../support.js';

const CLICK: ApprovalClick = {
  what: 'approve',
  user: { id: 'U0ANA', name: 'ana' },
  value: 'a:b',
  channel: 'C0PAY',
  reason: null,
  triggerId: '1.2',
};

function delivery(click: Partial<ApprovalClick> = {}): Delivery {
  const none = { changeKey: null, subject: null, event: null, cycleId: null };
  const { event: _event, ...rest } = comment();
  return {
    ...rest,
    ...none,
    source: 'slack',
    status: 'processed',
    reason: null,
    click: { ...CLICK, ...click },
  };
}

function start(inbox: InboxStore, answer: AnswerClick, now: () => number = () => Date.now()) {
  const log = recordingLog();
  const queue = startClickQueue({ clicks: inbox.clicks, answer, log, now });
  onTestEnd(() => queue.stop());
  return log;
}

describe('a click', () => {
  test('is stored with its delivery, which is then processed', async () => {
    const inbox = temporaryInbox();
    const one = delivery();
    const accepted = await inbox.accept(one);

    expect(inbox.clicks.pendingClicks(Date.now(), 10)).toEqual([
      { eventId: accepted.eventId, click: CLICK, receivedAt: one.receivedAt, attempts: 0 },
    ]);
    expect(inbox.get(accepted.eventId)).toMatchObject({
      status: 'processed',
      cycleId: null,
      processedAt: null,
    });
  });

  test('that comes again is one click', async () => {
    const inbox = temporaryInbox();
    const one = delivery();

    expect((await inbox.accept(one)).outcome).toBe('stored');
    expect((await inbox.accept(one)).outcome).toBe('duplicate');
    expect(inbox.clicks.pendingClicks(Date.now(), 10)).toHaveLength(1);
  });

  test('is answered as soon as it is stored, and then never again', async () => {
    const inbox = temporaryInbox();
    const answered: string[] = [];
    start(inbox, async ({ eventId }) => {
      answered.push(eventId);
      return { result: 'approved' };
    });

    const { eventId } = await inbox.accept(delivery());

    await eventually(() => inbox.get(eventId)?.processedAt !== null);
    expect(answered).toEqual([eventId]);
    expect(inbox.clicks.nextClickMs()).toBeNull();
  });

  test('that waits for a slow answer holds up no other', async () => {
    const inbox = temporaryInbox();
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    start(inbox, async ({ click }) => {
      if (click.what === 'approve') {
        await slow;
      }
      return { result: click.what };
    });
    await inbox.accept(delivery());

    const form = await inbox.accept(delivery({ what: 'ask_reason' }));

    await eventually(() => inbox.get(form.eventId)?.processedAt !== null);
    finish();
  });

  test('that cannot be answered is tried again, later and later', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const clock = handClock();
    const inbox = temporaryInbox({ file, clock });
    const { eventId } = await inbox.accept(delivery());
    let tries = 0;
    const log = start(
      inbox,
      async () => {
        tries += 1;
        throw new Error('no answer');
      },
      () => clock().getTime(),
    );
    await eventually(() => tries === 1 && inbox.clicks.nextClickMs() === clock().getTime() + 1_000);

    clock.move(1_000);
    await inbox.accept(delivery());
    const attempts = () =>
      new Map(
        inbox.clicks
          .pendingClicks(clock().getTime() + 60_000, 10)
          .map((pending) => [pending.eventId, pending.attempts]),
      );

    await eventually(() => attempts().get(eventId) === 2);
    expect(inbox.clicks.nextClickMs()).toBe(clock().getTime() + 1_000);
    expect(log.lines.map(({ message }) => message)).toContain('a click could not be answered; trying again');
  });

  test('that a crash left is answered by the next process', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const before = temporaryInbox({ file });
    const { eventId } = await before.accept(delivery());
    before.close();
    const inbox = temporaryInbox({ file });

    start(inbox, async () => ({ result: 'approved' }));

    await eventually(() => inbox.get(eventId)?.processedAt !== null);
  });

  test('that was answered stays so', async () => {
    const inbox = temporaryInbox();
    const { eventId } = await inbox.accept(delivery());
    await inbox.clicks.settleClick(eventId, 'approved');
    await inbox.clicks.postponeClick(eventId, 0, 'no more');

    expect(inbox.clicks.pendingClicks(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  test('goes with its delivery when that is removed', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const inbox = temporaryInbox({ file });
    const { eventId } = await inbox.accept(delivery());
    const other = openDatabase(file, { busyTimeoutMs: 1_000, log: recordingLog() });
    onTestEnd(() => {
      other.close();
    });

    other.prepare('DELETE FROM webhooks WHERE id = ?').run(eventId);

    expect(inbox.clicks.nextClickMs()).toBeNull();
  });
});

test('stopping waits for what is under way', async () => {
  const inbox = temporaryInbox();
  let isDone = false;
  const queue = startClickQueue({
    clicks: inbox.clicks,
    log: recordingLog(),
    now: () => Date.now(),
    answer: async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      isDone = true;
      return { result: 'approved' };
    },
  });
  const { eventId } = await inbox.accept(delivery());

  await queue.stop();

  expect(isDone).toBe(true);
  expect(inbox.get(eventId)?.processedAt).not.toBeNull();
});
