/** What a deadline brings outside working hours: the lead is told when they work, and who is asked once more has all of the wait. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Activities, ApprovalNote } from '../../src/activities/contract.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { approveSignal, cancelSignal, stateQuery } from '../../src/workflows/messages.js';
import { comment, cycleInput, escalate, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { FOUND_BY_STATUS, type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const run = <T>(fake: FakeActivities, body: (handle: Handle) => Promise<T>, input?: CycleInput) =>
  runCycle(temporal, fake, body, input, FOUND_BY_STATUS);

/** The team begins to work so long after it was asked first; each look is answered by the clock, as in production. */
class Team {
  worksFrom: number | null = null;
  looks = 0;
  private readonly afterMs: number;

  constructor(afterMs: number) {
    this.afterMs = afterMs;
  }

  readonly tellExpired: Activities['tellExpired'] = async ({ cycle, planned: about }) => {
    this.looks += 1;
    this.worksFrom ??= Date.now() + this.afterMs;
    const ordinal = Number(about.actionId.split('.a')[1]);
    const notice = {
      ...planned(cycle.cycleId, ordinal, escalate, { verdict: 'auto', origin: 'expired' }),
      actionId: about.actionId.replace('.a', '.x'),
    };
    return Date.now() < this.worksFrom
      ? { ...notice, notBefore: new Date(this.worksFrom).toISOString() }
      : notice;
  };
}

const expiring = { onExpiry: 'escalate', waits: { deadlineMs: 500 } } as const;
const kinds = (fake: FakeActivities) => fake.executed().map((id) => id.split('.').at(-1));
const calls = (fake: FakeActivities, wanted: string) => fake.calls.filter(({ name }) => name === wanted);
const detailsOf = async (handle: Handle) =>
  (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

describe("the lead's notice of what nobody decided", () => {
  test('waits until the team works, and says so; then it is told, and the cycle ends as expired', async () => {
    const team = new Team(3_000);
    const fake = fakeActivities(({ cycleId }) => [planned(cycleId, 1, transition, expiring)], {
      tellExpired: team.tellExpired,
    });

    await run(fake, async (handle) => {
      const state = await eventually(async () => {
        const now = await handle.query(stateQuery);
        expect(now.summary).toContain("the team's lead is told at");
        return now;
      });
      const from = new Date(team.worksFrom ?? 0).toISOString();
      expect(state).toMatchObject({
        status: 'running',
        pendingApprovals: [],
        actions: [{ status: 'expired' }, { kind: 'escalate', status: 'proposed' }],
      });
      expect(state.summary).toContain(from);
      expect(await detailsOf(handle)).toContain(
        `Nobody decided on "Move PAY-1 to In Review" in time. The team's lead is told at ${from}.`,
      );
      expect(fake.executed()).toEqual([]);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
      expect(Date.now()).toBeGreaterThanOrEqual(team.worksFrom ?? Number.POSITIVE_INFINITY);
      const { searchAttributes } = await handle.describe();
      expect(searchAttributes['PmAwaitingApproval']).toEqual([false]);
      expect(await detailsOf(handle)).not.toContain('is told at');
    });

    expect(kinds(fake)).toEqual(['x1']);
    // Given back for the wait, and taken by nobody for the notice.
    expect(calls(fake, 'parkCycle').at(-1)?.input).toMatchObject({
      waitsFor: expect.stringContaining("the team's lead is told at"),
    });
    expect(calls(fake, 'claimLane')).toEqual([]);
  });

  test('is found as running while it waits, and not as what waits for a person', async () => {
    const fake = fakeActivities(({ cycleId }) => [planned(cycleId, 1, transition, expiring)], {
      tellExpired: new Team(60_000).tellExpired,
    });

    await run(fake, async (handle) => {
      await eventually(async () => {
        const { searchAttributes } = await handle.describe();
        expect(searchAttributes).toMatchObject({ PmAwaitingApproval: [false], PmStatus: ['running'] });
        expect((await handle.query(stateQuery)).summary).toContain('is told at');
      }, 30_000);
      await handle.terminate();
    });
  });

  test('waits beside the other requests: they are decided and carried out meanwhile', async () => {
    const team = new Team(5_000);
    const fake = fakeActivities(
      ({ cycleId }) => [planned(cycleId, 1, transition, expiring), planned(cycleId, 2, comment)],
      { tellExpired: team.tellExpired },
    );

    await run(fake, async (handle) => {
      await eventually(async () => {
        expect(team.looks).toBe(1);
        expect(await detailsOf(handle)).toContain('is told at');
        expect((await handle.query(stateQuery)).status).toBe('awaiting_approval');
      });
      await handle.signal(approveSignal, { by: 'ana' });
      await eventually(async () => expect(kinds(fake)).toEqual(['a2']));
      expect(Date.now()).toBeLessThan(team.worksFrom ?? 0);
      await eventually(async () =>
        expect(calls(fake, 'parkCycle').at(-1)?.input).toMatchObject({ waitsFor: expect.any(String) }),
      );
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(kinds(fake)).toEqual(['a2', 'x1']);
  });

  test('is told in time while another request still waits, which then goes on to wait', async () => {
    const team = new Team(2_000);
    const fake = fakeActivities(
      ({ cycleId }) => [planned(cycleId, 1, transition, expiring), planned(cycleId, 2, comment)],
      { tellExpired: team.tellExpired },
    );

    await run(fake, async (handle) => {
      await eventually(async () => expect(kinds(fake)).toEqual(['x1']));
      await eventually(async () => {
        const { status, pendingApprovals } = await handle.query(stateQuery);
        expect([status, pendingApprovals.length]).toEqual(['awaiting_approval', 1]);
      });
      expect(await detailsOf(handle)).not.toContain('is told at');
      await handle.signal(approveSignal, { by: 'ana' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(kinds(fake)).toEqual(['x1', 'a2']);
  });

  test('is not told by a cycle that was cancelled meanwhile', async () => {
    const fake = fakeActivities(({ cycleId }) => [planned(cycleId, 1, transition, expiring)], {
      tellExpired: new Team(60_000).tellExpired,
    });

    await run(fake, async (handle) => {
      await eventually(async () => expect((await handle.query(stateQuery)).summary).toContain('is told at'));
      await handle.signal(cancelSignal, { by: 'ana' });
      await expect(handle.result()).resolves.toMatchObject({ status: 'cancelled' });
      expect(await detailsOf(handle)).not.toContain('is told at');
    });

    expect(fake.executed()).toEqual([]);
  });

  test('that no rule lets go any more when it may leave is not sent', async () => {
    const team = new Team(1_500);
    const fake = fakeActivities(({ cycleId }) => [planned(cycleId, 1, transition, expiring)], {
      tellExpired: async (input) => {
        const notice = await team.tellExpired(input);
        return notice.notBefore === undefined ? { ...notice, verdict: 'never' } : notice;
      },
    });

    await run(fake, (handle) => expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' }));

    expect([team.looks, fake.executed()]).toEqual([2, []]);
  });
});

test('who is asked once more at night has as long again from when they are told', async () => {
  const toldFrom = Date.now() + 30_000;
  const waitMs = 1_500;
  const fake = fakeActivities(
    ({ cycleId }) => [planned(cycleId, 1, transition, { deciders: ['ana'], onExpiry: 'ask_again' })],
    {
      decisionsOnTheirWay: async ({ requests }) => ({
        onTheirWay: [],
        tellableFrom: Object.fromEntries(
          requests.map(({ approvalId }) => [approvalId, new Date(toldFrom).toISOString()]),
        ),
      }),
    },
  );

  const note = await run(
    fake,
    async (handle) => {
      const [asked] = await eventually(async () => {
        const found = calls(fake, 'noteApproval');
        expect(found).toHaveLength(1);
        return found;
      });
      await handle.signal(approveSignal, { by: 'ana' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
      return asked?.input as ApprovalNote;
    },
    cycleInput({ approvalTimeoutMs: waitMs }),
  );

  expect(note).toMatchObject({
    what: 'asked_again',
    askedAt: new Date(toldFrom).toISOString(),
    deadline: new Date(toldFrom + waitMs).toISOString(),
  });
});
