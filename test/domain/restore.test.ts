import { expect, test } from '@jest/globals';
import { unknownUntil } from '../../src/domain/restore.js';

const restore = { at: '2026-11-23T12:00:00.000Z', takenAt: '2026-11-23T10:00:00.000Z', fenceFloor: 1 };
const RECEIVED_LATER = '2026-11-23T18:00:00.000Z';

test.each([
  ['before the backup', '2026-11-23T09:00:00.000Z', restore.at],
  ['in the part that was lost', '2026-11-23T11:00:00.000Z', restore.at],
  ['a moment after the restore, by a clock that may go wrong', '2026-11-23T12:09:00.000Z', restore.at],
  ['well after the restore', '2026-11-23T12:11:00.000Z', null],
])('what happened %s may have been answered unknown to the ledger, or not', (_when, occurredAt, until) => {
  expect(unknownUntil(restore, { event: { occurredAt }, receivedAt: RECEIVED_LATER })).toBe(until);
});

test('what has no time is judged by when it came, as long as a vendor may go on delivering', () => {
  const event = { occurredAt: null };

  expect(unknownUntil(restore, { event, receivedAt: '2026-11-24T11:00:00.000Z' })).toBe(restore.at);
  expect(unknownUntil(restore, { event, receivedAt: '2026-11-24T13:00:00.000Z' })).toBeNull();
});

test('without a restore the ledger knows all', () => {
  const event = { occurredAt: '2020-01-01T00:00:00.000Z' };

  expect(unknownUntil(null, { event, receivedAt: RECEIVED_LATER })).toBeNull();
});
