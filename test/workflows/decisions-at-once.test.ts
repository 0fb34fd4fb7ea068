/** Decisions over every way at the same moment, on a real server and a real mirror, with workers that die in between. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { GracefulShutdownPeriodExpiredError } from '@temporalio/worker';
import fc from 'fast-check';
import { toCard } from '../../src/cards/to-card.js';
import type { ApprovalState, Decider, SettledStatus } from '../../src/domain/approval.js';
import type { CycleOutcome } from '../../src/domain/cycle.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  approveSignal,
  cancelSignal,
  DECISION_REFUSED,
  rejectSignal,
} from '../../src/workflows/messages.js';
import { cycleInput } from '../support/builders.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Asked, CRASH_POINTS, type CrashPoint, type Office, openOffice } from './support/office.js';
import { type Answer, type Attempt, openWays, WAYS, type Ways } from './support/ways.js';

let temporal: TemporalHarness;
let office: Office;
let ways: Ways;

beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());
beforeEach(() => {
  office = openOffice();
  ways = openWays(office, temporal.client);
});
afterEach(async () => {
  await ways.stop();
  await office.dispose();
});

type Handle = WorkflowHandle<typeof agentCycle>;
interface Scenario {
  readonly attempts: readonly Attempt[];
  readonly needed: number;
  readonly crash: CrashPoint | null;
  readonly deadlineMs: number;
}

/** How long one worker works. */
const SHIFT_MS = 10_000;
const CYCLES = 200;
/** As many as one server of a test machine takes beside everything else. */
const AT_ONCE = 40;

const attempts = fc.array(
  fc.record({
    way: fc.constantFrom(...WAYS),
    decision: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('approve' as const, 'reject' as const) },
      { weight: 1, arbitrary: fc.constantFrom('edit' as const, 'ask' as const, 'snooze' as const) },
      { weight: 1, arbitrary: fc.constant('take_over' as const) },
    ),
    afterMs: fc.constantFrom(0, 0, 0, 5, 40),
    isStale: fc.oneof(
      { weight: 8, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
  { minLength: 2, maxLength: 5 },
);

const scenarios = fc.record({
  attempts,
  needed: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
  crash: fc.constantFrom(null, ...CRASH_POINTS),
  // Short ones end while the decisions come; the long ones, when nobody settled it.
  deadlineMs: fc.constantFrom(60, 400, 2_500, 2_500, 2_500),
});

interface Decided {
  readonly scenario: Scenario;
  readonly cycleId: string;
  readonly asked: Asked;
  readonly answers: readonly Answer[];
  readonly outcome: CycleOutcome | null;
}

async function live(taskQueue: string, scenario: Scenario): Promise<Decided> {
  const input = cycleInput({ approvalTimeoutMs: scenario.deadlineMs });
  const { cycleId } = input;
  const { needed } = scenario;
  office.plan(cycleId, needed === 1 ? {} : { needed }, scenario.crash);
  const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
    taskQueue,
    workflowId: cycleId,
    args: [input],
  });
  const asked = await office.opened(cycleId);
  const answers = await Promise.all(
    scenario.attempts.map(async (attempt, index) => {
      await sleep(attempt.afterMs);
      return ways.tryTo(handle, attempt, asked, `person-${index}`);
    }),
  );
  const { outcome } = await handle.result();
  return { scenario, cycleId, asked, answers, outcome };
}

const OUTCOME_OF: { readonly [S in SettledStatus]: CycleOutcome } = {
  approved: 'acted',
  rejected: 'rejected',
  expired: 'expired',
  superseded: 'no_action',
};
const SETTLEMENTS = Object.keys(OUTCOME_OF).map((status) => `approval.${status}`);
/** Of Temporal, and of the API. */
const REASONS = new Set<string>([
  ...Object.values(DECISION_REFUSED),
  'ended',
  'already_decided',
  'hash_mismatch',
  'not_allowed',
  'bad_request',
  'denied_by_policy',
]);

/** Whose decisions made it end so. */
function decidersOf(settlement: string | null): readonly Decider[] {
  const { decidedBy = null, given = [] } = JSON.parse(settlement ?? '{}') as Partial<ApprovalState>;
  return [...(decidedBy === null ? [] : [decidedBy]), ...given.map(({ by }) => by)];
}

/** Nothing vouches for what is typed in Temporal. */
function isClaimBy({ attempts: made }: Scenario, id: string): boolean {
  const way = made[Number(id.replace('person-', ''))]?.way;
  return way === 'update' || way === 'temporal';
}

/** Everything that does not hold of one cycle, each as a sentence. */
async function broken({ scenario, cycleId, asked, answers, outcome }: Decided): Promise<readonly string[]> {
  const row = office.reader.getApproval(asked.approvalId);
  const content = await office.mirror.cards.content(asked.approvalId);
  const settled = office.reader.auditOf(cycleId).filter(({ kind }) => SETTLEMENTS.includes(kind));
  const status = row?.status as SettledStatus;
  const done = office.effects.get(`${cycleId}.a1`) ?? [];
  const card =
    content === null
      ? null
      : toCard(content, {
          people: [],
          output: { linkHosts: [], mentions: [], secrets: [] },
          cycleUrl: () => null,
          acts: { jira: true, bitbucket: true, slack: true },
        });
  const counted = answers.flatMap((answer) => (answer !== null && 'state' in answer ? [answer.state] : []));
  const finals = counted.filter((state) => OUTCOME_OF[state.status as SettledStatus] !== undefined);
  const told = answers.flatMap((answer) => (answer !== null && 'told' in answer ? [answer.told] : []));
  const approvedHashes = settled.flatMap(({ kind, data }) =>
    kind === 'approval.approved' ? [(JSON.parse(data ?? '{}') as ApprovalState).hash] : [],
  );
  const deciders = decidersOf(settled[0]?.data ?? null);
  const checks: readonly (readonly [boolean, string])[] = [
    [settled.length === 1, `${settled.length} settlements in the audit log`],
    [settled[0]?.kind === `approval.${status}`, `audit says ${settled[0]?.kind}, the row ${status}`],
    [outcome === OUTCOME_OF[status], `the workflow says ${outcome}, the row ${status}`],
    [card?.settled?.status === status, `the card says ${card?.settled?.status}, the row ${status}`],
    [card?.settled?.by?.name === (row?.decided_by_name ?? undefined), 'the card names another person'],
    [done.length === (status === 'approved' ? 1 : 0), `${done.length} effects of what was ${status}`],
    [done.every((hash) => approvedHashes.includes(hash)), 'an effect of another hash than was approved'],
    [done.every((hash) => hash === row?.hash), 'an effect of another hash than the row shows'],
    [finals.every((state) => state.status === status), 'two people were told two ends'],
    [
      told.every((end) => OUTCOME_OF[end as SettledStatus] === undefined || end === status),
      `somebody in Slack was told ${told.join(', ')}`,
    ],
    [
      new Set(finals.map(({ decidedBy }) => decidedBy?.id)).size <= 1,
      'two people were told that they decided',
    ],
    [
      answers.every((answer) => answer === null || !('refused' in answer) || REASONS.has(answer.refused)),
      `a refusal that says nothing: ${JSON.stringify(answers)}`,
    ],
    [
      scenario.attempts.length === 0 ||
        deciders.every(({ id, channel }) => isClaimBy(scenario, id) === (channel === 'temporal')),
      `what was typed in Temporal counted as what the API recorded, or the other way round: ${JSON.stringify(deciders)}`,
    ],
    [
      scenario.needed === 1 || deciders.every(({ channel }) => channel !== 'temporal'),
      `a claim counted among several: ${JSON.stringify(deciders)}`,
    ],
    [
      scenario.attempts.every(({ isStale }, index) => !isStale || !('state' in (answers[index] ?? {}))),
      'a decision on what was never shown counted',
    ],
  ];
  return checks.flatMap(([holds, sentence]) =>
    holds ? [] : [`${cycleId}: ${sentence} (${JSON.stringify(scenario)})`],
  );
}

/** By which way came what settled it; none where nobody did. */
function wayOfWhoWon({ scenario, asked }: Decided): readonly string[] {
  const by = office.reader.getApproval(asked.approvalId)?.decided_by ?? '';
  const attempt = scenario.attempts[Number(by.replace('person-', '') || Number.NaN)];
  return attempt === undefined ? [] : [attempt.way];
}

/** All of them, so many beside each other; in the order in which they end. */
async function someAtOnce<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const rest = [...all];
  const done: R[] = [];
  const takeOneAfterTheOther = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
      done.push(await work(one));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeOneAfterTheOther));
  return done;
}

/** Workers come and go, and none remembers what the one before it had in mind. */
async function withDyingWorkers<T>(body: (taskQueue: string) => Promise<T>): Promise<T> {
  const taskQueue = `at-once-${randomUUID()}`;
  const all = body(taskQueue).then((value) => ({ value }));
  for (;;) {
    const over = await temporal
      .withWorker(
        office.activities,
        () => Promise.race([all, sleep(SHIFT_MS, null, { ref: false })]),
        taskQueue,
      )
      .catch(diedHard);
    if (over !== null) {
      return over.value;
    }
  }
}

/** The SDK's core can lose a local activity that is under way when a worker is asked to end: then it is ended by force. */
function diedHard(error: unknown): null {
  if (error instanceof GracefulShutdownPeriodExpiredError) {
    return null;
  }
  throw error;
}

describe('200 generated cycles, decided over every way while workers die', () => {
  test('have one outcome each, four views that agree, and no effect without an approval of its hash (F37, F38, F39)', async () => {
    const generated = fc.sample(scenarios, { numRuns: CYCLES, seed: 20_261_129 });
    const decided = await withDyingWorkers((taskQueue) =>
      someAtOnce(generated, (scenario) => live(taskQueue, scenario)),
    );
    await ways.emptied();
    const problems = (await Promise.all(decided.map(broken))).flat();

    expect(problems).toEqual([]);
    const outcomes = new Set(decided.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(Object.values(OUTCOME_OF)));
    expect(new Set(decided.flatMap(wayOfWhoWon))).toEqual(new Set(WAYS));
    const refused = decided.flatMap(({ answers }) =>
      answers.filter((one) => one !== null && 'refused' in one),
    );
    expect(refused.length).toBeGreaterThan(50);
  }, 240_000);
});

/** One cycle that waits, with a worker for as long as `body` runs. */
function waitingCycle<T>(
  body: (handle: Handle, asked: Asked) => Promise<T>,
  input = cycleInput(),
  asking: Parameters<Office['plan']>[1] = {},
): Promise<T> {
  office.plan(input.cycleId, asking, null);
  return temporal.withWorker(office.activities, async (taskQueue) => {
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: input.cycleId,
      args: [input],
    });
    return body(handle, await office.opened(input.cycleId));
  });
}

const approve: Attempt = { way: 'update', decision: 'approve', afterMs: 0, isStale: false };
const statusOf = ({ approvalId }: Asked) => office.reader.getApproval(approvalId)?.status;

/** Until the deadline where no worker runs: the one that asked has to be gone before it, on a busy machine too. */
const AWAY_MS = 10_000;

describe('a decision and the deadline (F37):', () => {
  test('the decision that comes first holds, and time changes nothing any more', async () => {
    await waitingCycle(
      async (handle, asked) => {
        expect(await ways.tryTo(handle, approve, asked, 'ana')).toMatchObject({
          state: { status: 'approved' },
        });
        expect(await handle.result()).toMatchObject({ outcome: 'acted' });
        expect(statusOf(asked)).toBe('approved');
      },
      cycleInput({ approvalTimeoutMs: 5_000 }),
    );
  });

  test('what comes after it is refused, and nothing was sent', async () => {
    await waitingCycle(
      async (handle, asked) => {
        expect(await handle.result()).toMatchObject({ outcome: 'expired' });
        expect(await ways.tryTo(handle, approve, asked, 'ana')).toEqual({ refused: 'ended' });
        expect(statusOf(asked)).toBe('expired');
        expect(office.effects.size).toBe(0);
      },
      cycleInput({ approvalTimeoutMs: 300 }),
    );
  });

  test.each<['before' | 'after', CycleOutcome]>([
    ['before', 'acted'],
    ['after', 'expired'],
  ])('a signal sent %s it, while no worker runs, makes it end as %s', async (when, expected) => {
    const taskQueue = `away-${randomUUID()}`;
    const input = cycleInput({ approvalTimeoutMs: AWAY_MS });
    office.plan(input.cycleId, {}, null);
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: input.cycleId,
      args: [input],
    });
    const asked = await temporal.withWorker(office.activities, () => office.opened(input.cycleId), taskQueue);
    const deadline = Date.parse(office.reader.getApproval(asked.approvalId)?.deadline ?? '');
    await sleep(when === 'after' ? deadline - Date.now() + 100 : 0);
    await handle.signal(rejectSignal.name, { by: 'bo', hash: '0'.repeat(64) });
    await handle.signal(approveSignal, { by: 'ana', hash: asked.hash });
    await sleep(Math.max(0, deadline - Date.now() + 200));
    const { outcome } = await temporal.withWorker(office.activities, () => handle.result(), taskQueue);
    const scenario: Scenario = { attempts: [], needed: 1, crash: null, deadlineMs: AWAY_MS };

    expect(outcome).toBe(expected);
    expect(await broken({ scenario, cycleId: input.cycleId, asked, answers: [null], outcome })).toEqual([]);
    const decidedAt = Date.parse(office.reader.getApproval(asked.approvalId)?.decided_at ?? '');
    expect(decidedAt < deadline).toBe(when === 'before');
  });
});

test('a decision after the deadline, while no worker ran, counts for the request that is asked once more then', async () => {
  const taskQueue = `away-${randomUUID()}`;
  const input = cycleInput({ approvalTimeoutMs: AWAY_MS });
  office.plan(input.cycleId, { onExpiry: 'ask_again' }, null);
  const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
    taskQueue,
    workflowId: input.cycleId,
    args: [input],
  });
  const asked = await temporal.withWorker(office.activities, () => office.opened(input.cycleId), taskQueue);
  const deadline = Date.parse(office.reader.getApproval(asked.approvalId)?.deadline ?? '');
  await sleep(deadline - Date.now() + 100);
  await ways.tryTo(handle, { ...approve, way: 'outbox' }, asked, 'ana');
  await sleep(200);

  const { outcome } = await temporal.withWorker(office.activities, () => handle.result(), taskQueue);
  await ways.emptied();

  expect(outcome).toBe('acted');
  expect(office.reader.getApproval(asked.approvalId)).toMatchObject({
    status: 'approved',
    asked_again: 1,
    decided_by: 'ana',
  });
});

describe('a decision on something else than what waits (F39):', () => {
  test('on the words before an edit is refused, and the edit needs approvals of its own', async () => {
    await waitingCycle(
      async (handle, asked) => {
        const first = await ways.tryTo(handle, { ...approve, way: 'api', decision: 'edit' }, asked, 'ana');
        const { hash } = (first as { readonly state: ApprovalState }).state;
        expect(await ways.tryTo(handle, approve, asked, 'bo')).toEqual({
          refused: DECISION_REFUSED.mismatch,
        });
        expect(office.effects.size).toBe(0);
        await ways.tryTo(handle, { ...approve, way: 'api' }, { ...asked, hash }, 'bo');
        await handle.result();
        expect([...office.effects.values()]).toEqual([[hash]]);
      },
      cycleInput(),
      { needed: 2 },
    );
  });

  test('in a cycle that was cancelled is refused, and nothing is done', async () => {
    await waitingCycle(async (handle, asked) => {
      await handle.signal(cancelSignal, { by: 'ana' });
      await handle.result();
      expect(await ways.tryTo(handle, approve, asked, 'ana')).toEqual({ refused: 'ended' });
      expect(statusOf(asked)).toBe('superseded');
      expect(office.effects.size).toBe(0);
    });
  });
});
