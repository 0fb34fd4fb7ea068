import { afterEach, describe, expect, test } from '@jest/globals';
import { cycleInput, planned, transition } from '../support/builders.js';
import { berlin as calendar } from '../support/calendars.js';
import { intoLedger } from './support/into-ledger.js';
import { createWorld, type World } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const cycle = cycleInput();

async function waiting(): Promise<void> {
  const action = planned(cycle.cycleId, 1, transition);
  await intoLedger(world, cycle, action);
  await world.call('openApprovals', {
    cycleId: cycle.cycleId,
    askedAt: '2026-11-23T10:00:00.000Z',
    requests: [{ approvalId: 'ap-1', planned: action, deadline: '2026-11-24T10:00:00.000Z' }],
  });
}

describe('a cycle that waited', () => {
  test.each([
    ['holds its lane again once the relay granted it', { holder: cycle.cycleId, fence: 2 }, true],
    ['does not where another cycle holds it', { holder: 'cycle-jira-other', fence: 2 }, false],
    ['does not while nobody does', { holder: null, fence: 1 }, false],
    ['does not where the subject has no lane', null, false],
  ])('%s', async (_what, lane, holds) => {
    world = createWorld({ deps: { laneHolder: async () => lane } });
    await waiting();

    const claim = world.call('claimLane', { cycleId: cycle.cycleId, subject: cycle.event.subject });

    await expect(claim).resolves.toBe(holds);
    expect(world.reader.laneRequests().map((row) => row.id)).toEqual([cycle.cycleId]);
  });

  test.each([
    ['is told of a grant that comes within its time', 5_000, true],
    ['asks but once where it gives no time', undefined, false],
  ])('%s', async (_what, withinMs, holds) => {
    let looks = 0;
    const laneHolder = async () => ({ holder: (looks += 1) > 2 ? cycle.cycleId : null, fence: 2 });
    world = createWorld({ deps: { laneHolder } });
    await waiting();

    const { cycleId } = cycle;
    const claim = world.call('claimLane', {
      cycleId,
      subject: cycle.event.subject,
      ...(withinMs === undefined ? {} : { withinMs }),
    });

    await expect(claim).resolves.toBe(holds);
    expect(looks).toBe(holds ? 3 : 1);
  });

  test('is granted during a pause, and says so', async () => {
    const pause = { by: 'lead-1', byName: 'Lea', reason: null, since: '2026-11-23T10:00:00.000Z' };
    const laneHolder = async () => ({ holder: cycle.cycleId, fence: 1 });
    world = createWorld({ deps: { pause: () => pause, laneHolder } });
    await world.deps.mirror.startCycle(cycle, 'run-1');

    await expect(
      world.call('claimLane', { cycleId: cycle.cycleId, subject: cycle.event.subject }),
    ).resolves.toEqual({ paused: 'paused by Lea at 2026-11-23T10:00:00.000Z' });
  });
});

test('decisions, refusals and the end of a cycle stand in the mirror', async () => {
  world = createWorld();
  await waiting();

  await world.call('recordRefusal', {
    cycleId: cycle.cycleId,
    approvalId: 'ap-1',
    actionId: `${cycle.cycleId}.a1`,
    by: 'mallory',
    what: 'approve',
    why: 'only lead-1 may decide this',
    key: 'k1',
  });
  await world.call('settleApproval', {
    cycleId: cycle.cycleId,
    state: {
      approvalId: 'ap-1',
      actionId: `${cycle.cycleId}.a1`,
      hash: 'h',
      status: 'rejected',
      decidedBy: { id: 'lead-1', name: 'Lea', channel: 'api' },
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: 'not now',
      note: null,
    },
    actionStatus: 'rejected',
  });
  await world.call('finishCycle', {
    cycle,
    status: 'completed',
    outcome: 'rejected',
    summary: 'Left as it is.',
    error: null,
  });

  const detail = world.reader.getCycle(cycle.cycleId);
  expect(detail?.approvals).toMatchObject([{ status: 'rejected', decided_by: 'lead-1', reason: 'not now' }]);
  expect(detail?.actions).toMatchObject([{ status: 'rejected' }]);
  expect(detail?.cycle).toMatchObject({ status: 'completed', outcome: 'rejected', lane: 'released' });
  const refused = world.reader.auditOf(cycle.cycleId).find(({ kind }) => kind === 'decision.refused');
  expect(refused).toMatchObject({ actor: 'temporal:mallory' });
  expect(JSON.parse(String(refused?.data))).toEqual({
    approvalId: 'ap-1',
    actionId: `${cycle.cycleId}.a1`,
    by: 'mallory',
    what: 'approve',
    why: 'only lead-1 may decide this',
  });
});

describe('a note on a request', () => {
  const note = {
    approvalId: 'ap-1',
    cycleId: cycle.cycleId,
    planned: planned(cycle.cycleId, 1, transition, {
      waits: { remindAfterMs: 3_600_000, secondApproverAfterMs: 7_200_000 },
    }),
    deadline: '2026-11-25T10:00:00.000Z',
    also: [],
    what: 'reopened',
    by: null,
    data: {},
    key: 'ap-1/1',
    state: {
      approvalId: 'ap-1',
      actionId: `${cycle.cycleId}.a1`,
      hash: 'd'.repeat(64),
      status: 'reopened',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
    },
  } as const;

  test('that is asked anew answers when who is told of it, from then on', async () => {
    world = createWorld();
    await waiting();

    const moments = world.call('noteApproval', { ...note, askedAt: '2026-11-24T10:00:00.000Z' });

    await expect(moments).resolves.toEqual({
      approvalId: 'ap-1',
      remindAt: ['2026-11-24T11:00:00.000Z', '2026-11-24T12:00:00.000Z', '2026-11-24T13:00:00.000Z'],
      secondAt: '2026-11-24T12:00:00.000Z',
    });
  });

  test('of one approval of several gives a card to everybody who may give the next', async () => {
    const person = (id: string, slack: string) => ({
      id,
      name: id,
      jira: null,
      bitbucket: null,
      slack,
      roles: [],
    });
    world = createWorld({ deps: { people: [person('ana', 'U0ANA'), person('bo', 'U0BO')], teams: [] } });
    await waiting();
    const underAnother = planned(cycle.cycleId, 1, transition, {
      rule: 'closing',
      policyVersion: 'v2',
      deciders: ['ana', 'bo'],
      needed: 2,
    });
    const edited = {
      ...note,
      planned: underAnother,
      state: { ...note.state, status: 'pending', needed: 2 },
    } as const;

    await world.call('noteApproval', { ...edited, what: 'edited' });
    await world.call('noteApproval', { ...edited, what: 'counted', key: 'ap-1/2' });

    const wanted = await world.mirror.cards.due('2026-11-26T00:00:00.000Z', 10);
    expect(
      wanted
        .filter(({ kind }) => kind === 'card')
        .map(({ place }) => place)
        .toSorted(),
    ).toEqual(['U0ANA', 'U0BO']);
  });

  test('of an edit keeps the rule and the policy under which it is approved', async () => {
    world = createWorld();
    await waiting();
    const underAnother = planned(cycle.cycleId, 1, transition, {
      rule: 'closing',
      policyVersion: 'v2',
      risk: 'G3',
    });

    await world.call('noteApproval', {
      ...note,
      planned: underAnother,
      what: 'edited',
      state: { ...note.state, status: 'pending', needed: 2 },
    });

    const entry = world.reader.auditOf(cycle.cycleId).find(({ kind }) => kind === 'approval.edited');
    expect(JSON.parse(entry?.data ?? '{}')).toMatchObject({
      rule: 'closing',
      policyVersion: 'v2',
      risk: 'G3',
      needed: 2,
    });
    expect(world.reader.getCycle(cycle.cycleId)?.actions).toMatchObject([
      { rule: 'closing', policy_version: 'v2' },
    ]);
  });

  test('that goes on as it was asked answers nothing: its clock runs already', async () => {
    world = createWorld();
    await waiting();

    await expect(world.call('noteApproval', note)).resolves.toBeUndefined();
  });
});

describe('at the deadline', () => {
  const look = (now: string) => {
    world = createWorld({ deps: { decidedInTime: () => ['ap-2'], clock: () => new Date(now) } });
    const overdue = { deadline: '2026-11-30T14:00:00.000Z', hash: 'h', deciders: null, notBy: [] };
    const requests = [
      { approvalId: 'ap-1', ...overdue, calendar },
      { approvalId: 'ap-2', ...overdue },
    ];
    return world.call('decisionsOnTheirWay', { requests });
  };

  test('decisions on their way are told, and at night from when on people hear of it', async () => {
    await expect(look('2026-11-30T19:00:00.000Z')).resolves.toEqual({
      onTheirWay: ['ap-2'],
      tellableFrom: { 'ap-1': '2026-12-01T08:00:00.000Z' },
    });
  });

  test('by day it is the decisions alone, which is what an older worker reads', async () => {
    await expect(look('2026-11-30T14:00:00.000Z')).resolves.toEqual(['ap-2']);
  });
});
