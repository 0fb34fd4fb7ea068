import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Admission } from '../../src/audit/effects.js';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { HOUR_MS, subjectScope } from '../../src/domain/limit.js';
import { comment, cycleInput, escalate, over, planned } from '../support/builders.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

const scope = subjectScope('jira:PAY-1');
const other = subjectScope('jira:PAY-2');

function mark(actionId: string, limit: number | null, scopes = [scope], lastIntentAt: string | null = null) {
  return at.mirror.markInFlight({ actionId, lastIntentAt, gate: { scopes, limit, quietOn: [] } });
}

async function actions(count: number): Promise<readonly string[]> {
  const cycles = await Promise.all(Array.from({ length: count }, () => at.plan([comment])));
  return cycles.flatMap((rows) => rows.map((row) => row.actionId));
}

describe('an effect that is about to leave', () => {
  test('is admitted up to the limit; the next one is told which limit, since when, and when it may go', async () => {
    const [first = '', second = '', third = ''] = await actions(3);
    expect(await mark(first, 2)).toBe('admitted');
    const since = at.now();
    expect(await mark(second, 2)).toBe('admitted');

    const refused = (await mark(third, 2)) as Extract<Admission, { over: unknown }>;

    expect(refused.over).toMatchObject({ scope, limit: 2, count: 2, since });
    expect(at.reader.getAction(third)).toMatchObject({ last_intent_at: null, status: 'proposed' });
    at.time = Date.parse(refused.over.freesAt);
    expect(await mark(third, 2)).toBe('admitted');
  });

  test('counts against each of its scopes, and is stopped by any of them', async () => {
    const [first = '', second = '', third = ''] = await actions(3);
    await mark(first, 1, [scope, other]);

    expect(await mark(second, 1, [other])).toMatchObject({ over: { scope: other } });
    expect(await mark(third, 1, [subjectScope('jira:PAY-3'), scope])).toMatchObject({ over: { scope } });
  });

  test('that a person approved goes and counts', async () => {
    const [first = '', second = '', third = ''] = await actions(3);
    await mark(first, 1);

    expect(await mark(second, null)).toBe('admitted');
    expect(await mark(third, 2)).toMatchObject({ over: { count: 2 } });
  });

  test('no longer counts once the vendor provably did not take it', async () => {
    const [first = '', second = ''] = await actions(2);
    await mark(first, 1);
    await at.mirror.clearInFlight({ actionId: first, lastIntentAt: null });

    expect(await mark(second, 1)).toBe('admitted');
  });

  test('that is sent once more counts once, at the later time', async () => {
    const [first = '', second = ''] = await actions(2);
    await mark(first, 1);
    const sentAt = at.reader.getAction(first)?.last_intent_at ?? '';
    at.time += HOUR_MS - 1_000;
    expect(await mark(first, 1, [scope], sentAt)).toBe('admitted');
    at.time += 2_000;

    expect(await mark(second, 1)).toMatchObject({ over: { count: 1 } });
  });

  test('is counted by what the database holds: a restart forgets nothing', async () => {
    const [first = '', second = ''] = await actions(2);
    await mark(first, 1);
    await at.reopen();

    expect(await mark(second, 1)).toMatchObject({ over: { count: 1 } });
    expect(await at.mirror.limitReached({ scope, limit: 1, planned: 0 })).toMatchObject({ count: 1 });
  });

  test('only in simulation counts the same', async () => {
    const [first = '', second = ''] = await actions(2);
    const gate = { scopes: [scope], limit: 1, quietOn: [] };

    expect(await at.mirror.countSimulated({ actionId: first, gate })).toBe('admitted');
    expect(await at.mirror.countSimulated({ actionId: first, gate })).toBe('admitted');
    expect(await at.mirror.countSimulated({ actionId: second, gate })).toMatchObject({ over: { count: 1 } });
    expect(at.reader.getAction(first)?.last_intent_at).toBeNull();
  });

  test('is refused where the place is muted', async () => {
    const [first = ''] = await actions(1);
    await at.mirror.recordMuteCommands({
      cycleId: String(at.reader.getAction(first)?.cycle_id),
      commands: [
        {
          subject: 'jira:PAY-1',
          command: 'mute',
          saidIn: '1',
          saidAt: '2026-11-23T09:00:00.000Z',
          by: { id: 'ana', name: 'Ana' },
          eventId: 'evt_1',
        },
      ],
    });
    const gate = { scopes: [scope], limit: 1, quietOn: ['jira:PAY-2', 'jira:PAY-1'] };

    expect(await at.mirror.markInFlight({ actionId: first, lastIntentAt: null, gate })).toMatchObject({
      subject: 'jira:PAY-1',
      mute: { by: { name: 'Ana' } },
    });
    expect(await at.mirror.limitReached({ scope, limit: 1, planned: 0 })).toBeNull();
  });
});

describe('room for a plan', () => {
  test('is what is left beside effects that left and others that are planned', async () => {
    const [first = ''] = await actions(1);
    await mark(first, 3);

    expect(await at.mirror.limitReached({ scope, limit: 3, planned: 1 })).toBeNull();
    expect(await at.mirror.limitReached({ scope, limit: 3, planned: 2 })).toMatchObject({ count: 3 });
  });
});

/** Whatever cycles do at the same time, and however their attempts end. */
const moves = fc.array(
  fc.record({
    action: fc.nat(11),
    does: fc.constantFrom('send', 'send', 'send', 'fail', 'again', 'approved'),
    waits: fc.integer({ min: 0, max: 25 * 60_000 }),
    together: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test('never more effects than the limit left in any hour, whatever the interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(moves, fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
      const world = openTestMirror();
      try {
        const rows = (await Promise.all(Array.from({ length: 12 }, () => world.plan([comment])))).flat();
        for (const { action, does, waits, together } of steps) {
          world.time += waits;
          const several = Array.from({ length: together }, (_, n) => rows[(action + n) % rows.length]);
          await Promise.all(
            several.filter((row) => row !== undefined).map((row) => act(world, row, does, limit)),
          );
        }
        const free = new Set(steps.filter((step) => step.does === 'approved').map((step) => step.action));
        expect(mostInAnHour(world, free, rows)).toBeLessThanOrEqual(limit);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 40 },
  );
});

async function act(world: TestMirror, row: PlannedAction, does: string, limit: number): Promise<void> {
  const { actionId } = row;
  const sentAt = world.reader.getAction(actionId)?.last_intent_at ?? null;
  const gate = { scopes: [scope], limit: does === 'approved' ? null : limit, quietOn: [] };
  if (does === 'fail') {
    await world.mirror.clearInFlight({ actionId, lastIntentAt: null });
  } else if (sentAt === null || does === 'again') {
    await world.mirror.markInFlight({ actionId, lastIntentAt: sentAt, gate });
  }
}

/** By the ledger's own times of what left, apart from what counts them. */
function mostInAnHour(
  world: TestMirror,
  approved: ReadonlySet<number>,
  rows: readonly PlannedAction[],
): number {
  const times = rows
    .filter((_row, index) => !isNear(approved, index))
    .map((row) => world.reader.getAction(row.actionId)?.last_intent_at ?? null)
    .filter((time) => time !== null)
    .map((time) => Date.parse(time));
  return Math.max(
    0,
    ...times.map((end) => times.filter((time) => time > end - HOUR_MS && time <= end).length),
  );
}

/** Actions that a step may have approved beside the one that it names. */
function isNear(approved: ReadonlySet<number>, index: number): boolean {
  return [0, 1, 2, 3].some((back) => approved.has((index - back + 12) % 12));
}

describe('a breaker', () => {
  async function open(cycleId: string, words = 'Look at PAY-1.') {
    const action = { ...escalate, payload: { ...escalate.payload, text: words } } as typeof escalate;
    const escalation = planned(cycleId, 9, action, { verdict: 'auto', origin: 'breaker' });
    return { escalation, opened: await at.mirror.openBreaker({ cycleId, over, escalation }) };
  }

  async function cycle(): Promise<string> {
    const input = cycleInput();
    await at.mirror.startCycle(input, 'run-1');
    return input.cycleId;
  }

  function openings(): readonly unknown[] {
    return at.reader
      .listAudit({ limit: 100, cursor: null })
      .items.filter((row) => row.kind === 'breaker.opened')
      .map((row) => JSON.parse(row.data ?? 'null') as unknown);
  }

  test('opens once: one audit row, one escalation in the ledger, for the cycle that found it', async () => {
    const first = await cycle();
    const { escalation, opened } = await open(first);
    const later = await open(await cycle());

    expect(opened).toEqual(escalation);
    expect(later.opened).toBeNull();
    expect(openings()).toEqual([
      expect.objectContaining({ scope: 'subject:jira:PAY-1', limit: 6, told: 'slack:U0LEAD' }),
    ]);
    expect(at.reader.getCycle(first)?.actions).toMatchObject([{ kind: 'escalate', status: 'proposed' }]);
    expect(at.reader.getAction(later.escalation.actionId)).toBeNull();
  });

  test('gives the same cycle the same escalation again, also after a restart and in other words', async () => {
    const id = await cycle();
    const { opened } = await open(id);
    await at.reopen();

    expect((await open(id, 'Look at PAY-1, please.')).opened).toEqual(opened);
    expect(openings()).toHaveLength(1);
  });

  test('found by many at once opens once', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => cycle()));

    const found = await Promise.all(ids.map((id) => open(id)));

    expect(found.filter(({ opened }) => opened !== null)).toHaveLength(1);
    expect(openings()).toHaveLength(1);
  });

  test('opens again after an hour', async () => {
    await open(await cycle());
    at.time += HOUR_MS;

    expect((await open(await cycle())).opened).not.toBeNull();
    expect(openings()).toHaveLength(2);
  });

  test('that can tell nobody says so in its row and in the ledger', async () => {
    const id = await cycle();
    const escalation = planned(id, 9, escalate, { origin: 'breaker', refusal: 'nobody can be told' });

    await at.mirror.openBreaker({ cycleId: id, over, escalation });

    expect(openings()).toEqual([expect.objectContaining({ told: null })]);
    expect(at.reader.getAction(escalation.actionId)).toMatchObject({
      status: 'denied',
      result: '{"message":"nobody can be told"}',
    });
  });
});

test('an update in the middle of a loop counts what left before it', async () => {
  const [row] = await at.plan([comment], {
    event: { ...cycleInput().event, subject: 'jira:issue-10001' },
  });
  at.database.prepare('UPDATE actions SET last_intent_at = ? WHERE id = ?').run(at.now(), row?.actionId);
  // As before there were limits.
  at.database.exec('DROP TABLE counted_effects; DROP TABLE breakers; DROP TABLE mute_commands');

  at.database.exec(MIRROR_MIGRATIONS.find(({ id }) => id === 3)?.sql ?? '');
  await at.reopen();

  const limitOf = (subject: string) =>
    at.mirror.limitReached({ scope: subjectScope(subject), limit: 1, planned: 0 });
  expect(await limitOf('jira:PAY-1')).toMatchObject({ count: 1 });
  expect(await limitOf('jira:issue-10001')).toMatchObject({ count: 1 });
});
