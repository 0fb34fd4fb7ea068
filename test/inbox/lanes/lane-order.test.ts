import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventType } from '../../../src/domain/event.js';
import { orderWaiting, type Waiting } from '../../../src/inbox/lanes/lane-order.js';

const NOTHING = { answeredMs: null, answeredBy: null };

function waiting(seq: number, occurredMs: number | null, eventType: EventType = 'comment_created'): Waiting {
  return { seq, cycleId: `cycle-jira-${seq}`, eventType, occurredMs, arrivedMs: 1_000 + seq };
}

describe('of events that wait', () => {
  test('the newest by the vendor’s clock leads, whatever order they arrived in (F33)', () => {
    const created = waiting(3, 100, 'issue_created');
    const updated = waiting(1, 300, 'issue_updated');
    const comment = waiting(2, 200);

    const order = orderWaiting([updated, comment, created], NOTHING);

    expect(order.leader).toEqual({ ...updated, isLate: false });
    expect(order.older).toEqual([comment, created]);
    expect(order.late).toEqual([]);
  });

  test('the later arrival leads among equals, and arrival stands in for a time that the vendor does not name', () => {
    expect(orderWaiting([waiting(1, 300), waiting(2, 300)], NOTHING).leader?.seq).toBe(2);
    expect(orderWaiting([waiting(5, null), waiting(6, 900)], NOTHING).leader?.seq).toBe(5);
  });

  test('between two without a time the later arrival leads, also where our clock was set back in between (F35)', () => {
    const before = { ...waiting(1, null), arrivedMs: 3_600_000 };
    const after = { ...waiting(2, null), arrivedMs: 1_000 };

    expect(orderWaiting([before, after], NOTHING).leader?.seq).toBe(2);
  });

  test('none is none', () => {
    expect(orderWaiting([], NOTHING)).toEqual({ leader: null, older: [], late: [] });
  });
});

describe('after a newer event was answered', () => {
  const answered = { answeredMs: 500, answeredBy: 'cycle-jira-newer' };

  test('an older change of state folds into that cycle: it saw the state that came of it', () => {
    const update = waiting(1, 400, 'issue_updated');

    expect(orderWaiting([update], answered)).toEqual({ leader: null, older: [], late: [update] });
  });

  test('an older comment still wants its answer, and its cycle is told that it is late', () => {
    const comment = waiting(1, 400);

    expect(orderWaiting([comment], answered).leader).toEqual({ ...comment, isLate: true });
  });

  test('an older beginning of something is not replaced by how it stands now', () => {
    const created = waiting(1, 400, 'issue_created');

    expect(orderWaiting([created], answered).leader).toEqual({ ...created, isLate: true });
  });

  test('what happened since is not late, nor what has no time', () => {
    expect(orderWaiting([waiting(1, 500, 'issue_updated')], answered).leader?.isLate).toBe(false);
    expect(orderWaiting([waiting(1, null, 'issue_updated')], answered).leader?.isLate).toBe(false);
  });
});

const rows = fc.array(
  fc.record({
    occurredMs: fc.option(fc.nat(1_000)),
    eventType: fc.constantFrom<EventType>('comment_created', 'issue_updated', 'issue_created', 'pr_updated'),
  }),
  { maxLength: 30 },
);

test('whatever waits: each event is answered once, and nothing older than the leader leads', () => {
  fc.assert(
    fc.property(rows, fc.option(fc.nat(1_000)), (given, answeredMs) => {
      const all = given.map(({ occurredMs, eventType }, n) => waiting(n + 1, occurredMs, eventType));
      const { leader, older, late } = orderWaiting(all, { answeredMs, answeredBy: 'x' });
      const seqs = [...(leader === null ? [] : [leader]), ...older, ...late].map((row) => row.seq);

      expect(seqs.toSorted((left, right) => left - right)).toEqual(all.map((row) => row.seq));
      const timeOf = (row: Waiting) => row.occurredMs ?? row.arrivedMs;
      expect(older.every((row) => leader !== null && timeOf(row) <= timeOf(leader))).toBe(true);
      expect(leader === null).toBe(all.length === late.length);
    }),
  );
});
