import { describe, expect, test } from '@jest/globals';
import type { PullRequestEvent } from '../../src/domain/event.js';
import type { Delivery } from '../../src/inbox/inbox.js';
import { comment, temporaryInbox } from './support.js';

const AT = Date.parse('2026-03-02T09:00:00.000Z');

interface Told {
  readonly type?: PullRequestEvent['type'];
  readonly afterMs?: number;
  readonly actor?: string;
  readonly pull?: number;
  readonly origin?: Delivery['origin'];
}

/** A change of a pull request, under a key that no other has. */
function told({
  type = 'pr_updated',
  afterMs = 0,
  actor = '{bo}',
  pull = 1,
  origin = 'webhook',
}: Told): Delivery {
  const subject = `bitbucket:acme/pay-api/${pull}`;
  const base = comment({ subject, source: 'bitbucket', eventType: type, origin });
  const event: PullRequestEvent = {
    type,
    source: 'bitbucket',
    tenant: 'acme',
    subject,
    project: 'acme/pay-api',
    changeKey: base.changeKey,
    occurredAt: new Date(AT + afterMs).toISOString(),
    actor: { id: actor, name: null, isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: pull, title: 'Idempotency keys' },
    comment: null,
  };
  return { ...base, event };
}

describe('a change that has no more of a name than its time', () => {
  test.each(['webhook', 'reconcile'] as const)(
    'told by a %s first is the same when it comes by the other way, dated up to two seconds apart',
    async (origin) => {
      const inbox = temporaryInbox();
      const other = origin === 'webhook' ? 'reconcile' : 'webhook';
      const first = await inbox.accept(told({ origin }));

      const later = await inbox.accept(told({ origin: other, afterMs: 2_000 }));
      const earlier = await inbox.accept(told({ origin: other, afterMs: -2_000 }));

      expect([later, earlier]).toEqual([
        expect.objectContaining({ outcome: 'duplicate', eventId: first.eventId }),
        expect.objectContaining({ outcome: 'duplicate', eventId: first.eventId }),
      ]);
    },
  );

  test.each<[string, Told, Told]>([
    ['more than two seconds apart', {}, { afterMs: 2_001 }],
    ['of another pull request', {}, { pull: 2 }],
    ['of another kind', {}, { type: 'pr_approved' }],
    ['of another reviewer', { type: 'pr_approved' }, { type: 'pr_approved', actor: '{cleo}' }],
  ])('is another one where it is %s', async (_name, first, second) => {
    const inbox = temporaryInbox();
    await inbox.accept(told(first));

    expect(await inbox.accept(told({ ...second, origin: 'reconcile' }))).toMatchObject({ outcome: 'stored' });
  });

  test('is an update whoever the two name as its author: Bitbucket names different ones', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(told({ actor: '{bo}' }));

    expect(await inbox.accept(told({ actor: '{cleo}', origin: 'reconcile' }))).toMatchObject({
      outcome: 'duplicate',
    });
  });

  test('is another one where the same way told of both: two quick updates are two', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(told({}));

    expect(await inbox.accept(told({ afterMs: 500 }))).toMatchObject({ outcome: 'stored' });
  });
});

test('an update that the vendor dated ahead of our clock is found under that date', async () => {
  const inbox = temporaryInbox({ clock: () => new Date(AT - 60_000) });
  const first = await inbox.accept(told({}));

  const found = await inbox.accept(told({ origin: 'reconcile', afterMs: 1_000 }));
  const other = await inbox.accept(told({ origin: 'reconcile', afterMs: -60_000 }));

  expect(found).toMatchObject({ outcome: 'duplicate', eventId: first.eventId });
  expect(other).toMatchObject({ outcome: 'stored' });
});

test('a row says which way it came, and is found by that', async () => {
  const inbox = temporaryInbox();
  const told = await inbox.accept(comment());
  const found = await inbox.accept(comment({ origin: 'reconcile' }));
  const ids = (origin: 'webhook' | 'reconcile') =>
    inbox.list({ origin }, { limit: 5, cursor: null }).items.map(({ id }) => id);

  expect(inbox.get(found.eventId)?.origin).toBe('reconcile');
  expect([ids('webhook'), ids('reconcile')]).toEqual([[told.eventId], [found.eventId]]);
});
