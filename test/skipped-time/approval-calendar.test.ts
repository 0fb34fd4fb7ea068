/**
 * A request that waits over days, on a server that skips time: reminders, further
 * approvers and deadlines at the hours that the team's calendar gives, over a night, holidays, a weekend and a change of the
 * clocks, by the very timers that production sets.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { momentsOf } from '../../src/activities/approval/moments.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { berlin } from '../support/calendars.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openSkippingServer, type SkippingServer } from './support/skipping.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Easter Sundays: the Friday before and the Monday behind are holidays in Germany in each year. */
const EASTER = [
  '2027-03-28',
  '2028-04-16',
  '2029-04-01',
  '2030-04-21',
  '2031-04-13',
  '2032-03-28',
  '2033-04-17',
  '2034-04-09',
  '2035-03-25',
  '2036-04-13',
  '2037-04-05',
  '2038-04-25',
  '2039-04-10',
  '2040-04-01',
];

let server: SkippingServer;
let env: SkippingServer['env'];
beforeAll(async () => {
  server = await openSkippingServer();
  env = server.env;
}, 180_000);
afterAll(() => env?.teardown());

/** The moment of that time on a clock in Berlin, in milliseconds since the epoch. */
function inBerlin(date: string, time: string): number {
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    hour: '2-digit',
    minute: '2-digit',
  });
  const moments = [1, 2].map((hours) => Date.parse(`${date}T${time}:00Z`) - hours * HOUR);
  const found = moments.find((at) => shown.format(at) === time);
  expect(found).toBeDefined();
  return found ?? 0;
}

const daysFrom = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10);

interface Told {
  readonly what: string;
  readonly also: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Asks at three in the afternoon of the Thursday before the next Easter, and lets time pass until the cycle ends. */
async function overEaster(asking: Partial<PlannedAction>) {
  const now = await env.currentTimeMs();
  const sunday = EASTER.find((day) => Date.parse(day) > now + 5 * DAY) ?? '';
  const thursday = daysFrom(sunday, -3);
  await env.sleep(inBerlin(thursday, '15:00') - now);
  const told: Told[] = [];
  const fake = fakeActivities(
    (cycle) => [planned(cycle.cycleId, 1, transition, { calendar: berlin, ...asking })],
    {
      openApprovals: async ({ requests, askedAt }) => ({
        moments: requests.map((request) => momentsOf(request, askedAt)),
      }),
      noteApproval: async ({ askedAt, ...note }) => {
        told.push({ what: note.what, also: note.also, at: await env.currentTimeMs() });
        return askedAt === undefined ? undefined : momentsOf(note, askedAt);
      },
      settleApproval: async ({ state }) => {
        told.push({ what: state.status, also: [], at: await env.currentTimeMs() });
      },
    },
  );
  const worker = await server.worker(`calendar-${randomUUID()}`, fake.activities);
  const input = cycleInput({ approvalTimeoutMs: 7 * DAY });
  const { outcome } = await worker.runUntil(
    env.client.workflow.execute<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue: worker.options.taskQueue,
      workflowId: input.cycleId,
      args: [input],
    }),
  );
  return { told, outcome, executed: fake.executed(), sunday, thursday };
}

/** Who was told what, to the minute: a timer may fire a moment late, never early. */
function expectTold(
  told: readonly Told[],
  expected: readonly (readonly [string, readonly string[], number])[],
) {
  expect(told.map(({ what, also }) => [what, also])).toEqual(expected.map(([what, also]) => [what, also]));
  for (const [index, { at }] of told.entries()) {
    const late = at - (expected[index]?.[2] ?? 0);
    expect([index, late >= -1_000 && late < 60_000, late]).toEqual([index, true, late]);
  }
}

describe('a request that is asked on the afternoon before Easter', () => {
  test('reminds within the working day and then after the holidays, goes on in steps, and expires', async () => {
    const { told, outcome, executed, sunday, thursday } = await overEaster({
      deciders: ['ana'],
      backups: ['bo'],
      escalation: [{ afterMs: 24 * HOUR, deciders: ['cem'] }],
      waits: { remindAfterMs: HOUR, secondApproverAfterMs: 1.5 * HOUR },
    });

    // Five in the afternoon is after work: from there on everything waits for Tuesday morning.
    const tuesday = daysFrom(sunday, 2);
    expectTold(told, [
      ['reminded', [], inBerlin(thursday, '16:00')],
      ['second_approver', ['bo'], inBerlin(thursday, '16:30')],
      ['second_approver', ['bo', 'cem'], inBerlin(tuesday, '09:00')],
      ['expired', [], inBerlin(thursday, '15:00') + 7 * DAY],
    ]);
    expect([outcome, executed]).toEqual(['expired', []]);
  });

  test('is asked once more at its deadline where its rule says so, for a week again, and expires then', async () => {
    const { told, outcome, executed, sunday, thursday } = await overEaster({
      deciders: ['ana'],
      backups: ['bo'],
      waits: { remindAfterMs: 20 * HOUR, secondApproverAfterMs: 5 * DAY },
      onExpiry: 'ask_again',
    });

    const asked = inBerlin(thursday, '15:00');
    expectTold(told, [
      ['reminded', [], inBerlin(daysFrom(sunday, 2), '09:00')],
      ['second_approver', ['bo'], asked + 5 * DAY],
      ['asked_again', ['bo'], asked + 7 * DAY],
      ['reminded', ['bo'], inBerlin(daysFrom(thursday, 8), '11:00')],
      ['reminded', ['bo'], inBerlin(daysFrom(thursday, 11), '09:00')],
      ['expired', [], asked + 14 * DAY],
    ]);
    expect([outcome, executed]).toEqual(['expired', []]);
  });
});
