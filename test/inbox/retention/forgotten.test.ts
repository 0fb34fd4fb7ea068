/** What was deleted cannot come in again as if it were new: a captured delivery is good for ever, for its signature has no date. */
import { describe, expect, test } from '@jest/globals';
import type { PmEvent } from '../../../src/domain/event.js';
import type { Delivery } from '../../../src/inbox/inbox.js';
import { comment, temporaryInbox } from '../support.js';
import { DAY_MS, oldInbox } from './support.js';

function happened(at: string | null, overrides: Partial<Delivery> = {}): Delivery {
  const delivery = comment(overrides as Parameters<typeof comment>[0]);
  return { ...delivery, event: { ...delivery.event, occurredAt: at } as PmEvent };
}

/** The inbox after an event was answered and, 31 days later, deleted. */
async function afterDeletion(delivery: Delivery) {
  const old = oldInbox();
  const { eventId } = await old.inbox.accept(delivery);
  old.database.exec(`UPDATE webhooks SET status = 'processed', relay = NULL`);
  old.clock.move(31 * DAY_MS);
  await old.forget();
  expect(old.left()).toEqual([]);
  return { ...old, eventId };
}

const ANSWERED_AT = '2026-03-02T08:59:00.000Z';

describe('a delivery that comes again after its event was deleted', () => {
  test.each([
    ['byte for byte', (first: Delivery) => first],
    [
      'under a new delivery id and another name',
      (first: Delivery) => ({
        ...first,
        deliveryId: 'new',
        eventType: 'pr_updated',
        headers: { 'x-event-key': 'other' },
      }),
    ],
  ])('%s is held back with the reason, and has no cycle', async (_how, again) => {
    const first = happened(ANSWERED_AT);
    const { inbox } = await afterDeletion(first);

    const accepted = await inbox.accept(again(first));

    const reason =
      'it happened at 2026-03-02T08:59:00.000Z: whether it was answered then is not known any more, events that arrived until 2026-03-02T09:00:00.000Z are deleted (retention.events)';
    expect(accepted).toMatchObject({ outcome: 'stored', cycleId: null, quarantined: reason });
    expect(inbox.get(accepted.eventId)).toMatchObject({ status: 'quarantined', reason, event: null });
    expect(inbox.queued(10)).toEqual([]);
  });

  test('is held back also where rows that arrived before it were deleted after it', async () => {
    const { inbox, store, forget } = oldInbox();
    const again = happened('2026-01-20T09:00:00.000Z');
    await store(31);
    await store(90);

    await forget();

    expect(await inbox.accept(again)).toHaveProperty('quarantined');
  });

  test('from a vendor whose clock ran hours ahead of ours is held back too', async () => {
    const first = happened('2026-03-02T13:00:00.000Z');
    const { inbox } = await afterDeletion(first);

    expect(await inbox.accept(first)).toHaveProperty('quarantined');
  });

  test('and does not say when it happened is known by its body', async () => {
    const first = happened(null, { source: 'bitbucket', eventType: 'push', changeKey: null });
    const { inbox } = await afterDeletion(first);

    expect(await inbox.accept({ ...first, deliveryId: 'new' })).toMatchObject({
      quarantined: 'the same body came before; its event was deleted since (retention.events)',
    });
    expect(await inbox.accept(happened(null, { source: 'bitbucket', eventType: 'push' }))).toMatchObject({
      outcome: 'stored',
      cycleId: expect.stringMatching(/^cycle-bitbucket-/),
    });
  });

  test.each<[string, Partial<Delivery>]>([
    ['of Slack, which signs when it sent it', { source: 'slack', eventType: 'slash_command' }],
    ['that the sweep found, which is no body of a vendor', { origin: 'reconcile' }],
  ])('leaves no number of its body: not one %s', async (_what, delivery) => {
    const { database } = await afterDeletion(happened(null, delivery));

    expect(database.prepare('SELECT * FROM forgotten_bodies').all()).toEqual([]);
  });

  test('found by the sweep, which was off for months, is held back too', async () => {
    const { inbox } = await afterDeletion(happened(ANSWERED_AT));

    const found = await inbox.accept(happened(ANSWERED_AT, { origin: 'reconcile' }));

    expect(found).toHaveProperty('quarantined');
  });
});

describe('what cannot have been answered and deleted is accepted:', () => {
  test('what happened since', async () => {
    const { inbox } = await afterDeletion(happened(ANSWERED_AT));

    expect(await inbox.accept(happened('2026-03-04T09:00:00.000Z'))).toMatchObject({
      outcome: 'stored',
      cycleId: expect.any(String),
    });
  });

  test('anything, however old, where nothing was ever deleted', async () => {
    const inbox = temporaryInbox();

    expect(await inbox.accept(happened('2015-01-01T00:00:00.000Z'))).toMatchObject({
      cycleId: expect.any(String),
    });
  });

  test('anything, where only what no cycle answered was deleted', async () => {
    const { inbox, store, forget, left } = oldInbox();
    await store(31, { status: 'ignored', relay: null, event: null, cycle_id: null });
    await forget();
    expect(left()).toEqual([]);

    expect(await inbox.accept(happened('2015-01-01T00:00:00.000Z'))).toMatchObject({
      cycleId: expect.any(String),
    });
  });

  test('and what is known still is a duplicate as ever, however old', async () => {
    const { inbox, store, forget, left } = oldInbox();
    const open = await store(40, { status: 'started', relay: null }, { deliveryId: 'open' });
    await store(31);
    await forget();
    expect(left()).toEqual([open]);

    expect(await inbox.accept(comment({ deliveryId: 'open' }))).toMatchObject({
      outcome: 'duplicate',
      eventId: open,
    });
  });
});
