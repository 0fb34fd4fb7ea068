import { expect, test } from '@jest/globals';
import type { CycleInput } from '../../../src/domain/cycle.js';
import { cycleInputOf } from '../../../src/inbox/relay/cycle-input.js';
import { staticDetailsOf, staticSummaryOf } from '../../../src/inbox/relay/cycle-summary.js';
import { comment, commentEvent, temporaryInbox } from '../support.js';

async function claimedInputs(events: number, text = 'Is this done?'): Promise<readonly CycleInput[]> {
  const inbox = temporaryInbox();
  for (let n = 0; n < events; n += 1) {
    const event = { ...commentEvent('jira:PAY-1', `change-${n}`), comment: { id: String(n), text } };
    await inbox.accept(comment({ changeKey: event.changeKey, event }));
  }
  const { tables } = inbox;
  const timing = { now: Date.now() + 60_000, windowMs: 0, capMs: 0 };
  await tables.write(() => tables.lanes.claimReady(timing, 1));
  return tables.rows.nextStarts(100).map((row) => cycleInputOf(row, tables.rows, 24));
}

test('the leading event carries the newest twenty of the others, oldest first', async () => {
  const [leader] = await claimedInputs(26);

  expect(leader?.event).toMatchObject({ comment: { id: '25' } });
  expect(leader?.alsoAnswers.map(({ event }) => ('comment' in event ? event.comment?.id : null))).toEqual(
    Array.from({ length: 20 }, (_, n) => String(n + 5)),
  );
  expect(leader).toMatchObject({
    coalescedInto: null,
    shownStatus: 'running',
    fence: 1,
    approvalTimeoutMs: 24,
  });
});

test('long events are carried only as far as a small input allows', async () => {
  const [leader] = await claimedInputs(12, 'x'.repeat(20_000));

  expect(JSON.stringify(leader).length).toBeLessThan(128 * 1024);
  expect(leader?.alsoAnswers).toHaveLength(4);
});

test('a folded event knows who answers it and carries nothing', async () => {
  const [leader, folded] = await claimedInputs(2);

  expect(folded).toMatchObject({
    coalescedInto: leader?.cycleId,
    shownStatus: 'coalesced',
    alsoAnswers: [],
    fence: leader?.fence,
  });
});

test('the summary is one sentence of at most 200 bytes, whatever the subject is', async () => {
  const [leader, folded] = await claimedInputs(3);
  const long = { ...leader!, event: commentEvent(`jira:${'ß'.repeat(300)}`, null) };

  expect(staticSummaryOf(leader!)).toBe('Answers comment created on PAY-1 (jira) and 2 earlier.');
  expect(staticSummaryOf(folded!)).toMatch(
    /^Notes comment created on PAY-1 .*newer event's cycle answers too\.$/,
  );
  expect(Buffer.byteLength(staticSummaryOf(long))).toBeLessThanOrEqual(200);
  expect(staticSummaryOf(long)).toMatch(/ß…$/);
  expect(staticDetailsOf(folded!)).toContain(leader?.cycleId);
});

test('an event that comes after a newer one was answered says so', async () => {
  const inbox = temporaryInbox();
  const { tables } = inbox;
  const at = (changeKey: string, occurredAt: string) =>
    comment({ changeKey, event: { ...commentEvent('jira:PAY-1', changeKey), occurredAt } });
  const claim = async () => {
    await tables.write(() => tables.lanes.claimReady({ now: Date.now() + 60_000, windowMs: 0, capMs: 0 }, 1));
    return tables.rows.nextStarts(10).map((row) => cycleInputOf(row, tables.rows, 24));
  };
  const newer = at('newer', '2026-03-02T10:00:00.000Z');
  await inbox.accept(newer);
  const [first] = await claim();
  await tables.write(() =>
    tables.rows.finish(newer.cycleId, { reason: null, at: new Date(), isAnswered: true }),
  );
  await inbox.accept(at('older', '2026-03-02T09:00:00.000Z'));

  const [late] = await claim();

  expect(first?.newerAnswered).toBeNull();
  expect(late?.newerAnswered).toBe(newer.cycleId);
});
