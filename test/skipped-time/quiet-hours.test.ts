/**
 * Quiet hours over the end of a working day, on a server that skips time: by the real activities over a real mirror, with a worker
 * that was away when something fell due, and with deadlines at night. The server skips nothing while a task waits for a worker, so
 * one that was away is one whose clock, or whose moments, have moved on when it comes to it.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities, RecordActivities } from '../../src/activities/contract.js';
import { createRecordActivities } from '../../src/activities/record.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { BUILT_IN_POLICY } from '../../src/domain/policy.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { facts } from '../activities/support/vendor-data.js';
import { openTestMirror, type TestMirror } from '../audit/support.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { office } from '../support/calendars.js';
import { eventually } from '../support/eventually.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openSkippingServer, type SkippingServer } from './support/skipping.js';

type Handle = WorkflowHandle<typeof agentCycle>;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

const ana = { id: 'ana', name: 'Ana', jira: null, bitbucket: null, slack: 'U0ANA', roles: ['lead'] };
const bo = { id: 'bo', name: 'Bo', jira: null, bitbucket: null, slack: 'U0BO', roles: [] };
const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: 'ana',
  rules: '',
  calendar: office,
};

let server: SkippingServer;
let mirror: TestMirror;
beforeEach(async () => {
  server = await openSkippingServer();
  mirror = openTestMirror();
}, 180_000);
afterEach(async () => {
  await server?.env.teardown();
  await mirror.close();
});

const now = () => server.env.currentTimeMs();

type Told = { readonly what: string; readonly at: number }[];

/** The worker was away: what fell due before comes to it then. */
type Away = { readonly until: number } | null;

/** The real ones write to the mirror, by the server's clock. */
function overMirror(told: Told, contextHash: string, away: () => Away): Partial<Activities> {
  const activities = createRecordActivities({
    mirror: mirror.mirror,
    laneHolder: async () => null,
    pause: () => null,
    decidedInTime: () => [],
    recordedDecision: () => null,
    policy: { ...BUILT_IN_POLICY, version: 'p1' },
    agent: { name: 'PM Agent', language: 'en' },
    output: { linkHosts: [], mentions: [], secrets: [] },
    people: [ana, bo],
    teams: [team],
    pages: { jira: 'https://acme.atlassian.net', bitbucket: 'https://bitbucket.org' },
    acts: { jira: true, bitbucket: true, slack: true },
    clock: () => new Date(mirror.time),
  });
  const byTheServer =
    <N extends keyof RecordActivities>(name: N) =>
    async (input: never): Promise<never> => {
      mirror.time = Math.max(await now(), away()?.until ?? 0);
      return (await activities[name](input)) as never;
    };
  const notBefore = (at: string) => new Date(Math.max(Date.parse(at), away()?.until ?? 0)).toISOString();
  return {
    gatherContext: async () => ({ contextHash, title: 'PAY-1', nothingToDo: null }),
    openApprovals: async (input) => {
      mirror.time = await now();
      const opened = await activities.openApprovals(input);
      const late = opened?.moments.map((moments) => ({
        ...moments,
        remindAt: [...new Set(moments.remindAt.map(notBefore))],
        secondAt: moments.secondAt === null ? null : notBefore(moments.secondAt),
      }));
      return { moments: late ?? [] };
    },
    noteApproval: async (note) => {
      told.push({ what: note.what, at: await now() });
      return byTheServer('noteApproval')(note as never);
    },
    settleApproval: byTheServer('settleApproval'),
    decisionsOnTheirWay: byTheServer('decisionsOnTheirWay'),
    tellExpired: byTheServer('tellExpired'),
    parkCycle: byTheServer('parkCycle'),
    executeAction: async ({ planned: { actionId } }) => {
      told.push({ what: actionId.split('.').at(-1) ?? '', at: await now() });
      return { status: 'executed', remoteId: '1.1', message: 'told' };
    },
  };
}

interface Asked {
  readonly handle: Handle;
  readonly cycleId: string;
  /** Three in the afternoon of a Monday, when it was asked. */
  readonly monday: number;
  readonly told: Told;
  /** From now on. */
  readonly goAway: (untilMs: number) => void;
}

/** Asks at three in the afternoon of a Monday. */
async function onMonday(
  asking: Partial<PlannedAction>,
  body: (asked: Asked) => Promise<void>,
  awayMs: number | null = null,
): Promise<void> {
  const begun = await now();
  const days = (8 - new Date(begun).getUTCDay()) % 7 || 7;
  const monday = Math.floor(begun / DAY) * DAY + days * DAY + 15 * HOUR;
  await server.env.sleep(monday - begun);
  mirror.time = monday;
  let away: Away = awayMs === null ? null : { until: monday + awayMs };
  const cycle = cycleInput({ approvalTimeoutMs: 5 * HOUR });
  const action = planned(cycle.cycleId, 1, transition, { calendar: office, deciders: ['ana'], ...asking });
  const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
  await mirror.mirror.startCycle(cycle, 'run-1');
  await mirror.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [action], team: 'payments' });
  const context = JSON.stringify({ facts, items: [], omitted: [] });
  const contextHash = await mirror.mirror.putBlob('context', context);
  const told: Told = [];
  const fake = fakeActivities(
    () => [action],
    overMirror(told, contextHash, () => away),
  );
  const worker = await server.worker(`quiet-${randomUUID()}`, fake.activities);
  await worker.runUntil(async () => {
    const handle = await server.env.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue: worker.options.taskQueue,
      workflowId: cycle.cycleId,
      args: [cycle],
    });
    await eventually(async () =>
      expect(mirror.reader.getCycle(cycle.cycleId)?.cycle.status).toBe('awaiting_approval'),
    );
    await tellAll();
    const goAway = (untilMs: number) => {
      away = { until: untilMs };
    };
    await body({ handle, cycleId: cycle.cycleId, monday, told, goAway });
  });
}

async function until(moment: number): Promise<void> {
  await server.env.sleep(moment - (await now()));
}

/** As the card loop does: all that may be told now stands there then. Answers what was not a mere rewriting. */
async function tellAll(): Promise<readonly string[]> {
  mirror.time = await now();
  const rows = await mirror.mirror.cards.due(mirror.now(), 100);
  for (const { id, wanted } of rows) {
    await mirror.mirror.cards.shown(id, { channel: 'C0PAY', ts: randomUUID(), version: wanted });
  }
  return rows.flatMap(({ kind, place, ts }) => (ts === null ? [`${kind} in ${place}`] : [])).toSorted();
}

const near = (moment: number) => ({
  asymmetricMatch: (at: unknown) =>
    typeof at === 'number' && at >= moment - 1_000 && at < moment + 2 * MINUTE,
});

test('a worker that was away from before four until eight disturbs nobody then: one reminder, and a card, in the morning', async () => {
  await onMonday(
    {
      backups: ['bo'],
      waits: { remindAfterMs: HOUR, secondApproverAfterMs: 1.5 * HOUR, deadlineMs: 2 * DAY },
    },
    async ({ handle, monday, told }) => {
      const [evening, morning] = [monday + 5 * HOUR, monday + 18 * HOUR];
      await until(evening + MINUTE);
      await eventually(async () => expect(told.length).toBeGreaterThan(0));
      expect(await tellAll()).toEqual([]);
      await until(morning + MINUTE);
      await eventually(async () => expect(told).toHaveLength(2));
      expect(await tellAll()).toEqual(['card in U0BO', 'reminder in C0PAY']);
      expect(told).toEqual([
        { what: 'second_approver', at: near(evening) },
        { what: 'reminded', at: near(morning) },
      ]);
      await handle.terminate();
    },
    5 * HOUR,
  );
});

describe('a deadline at eight in the evening', () => {
  test('tells the lead on the next morning where the rule says so', async () => {
    await onMonday({ onExpiry: 'escalate' }, async ({ handle, cycleId, monday, told }) => {
      await until(monday + 6 * HOUR);
      await eventually(async () =>
        expect(mirror.reader.getCycle(cycleId)?.cycle.summary).toContain("the team's lead is told at"),
      );
      expect(await tellAll()).toEqual([]);
      expect(told).toEqual([]);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
      expect(told).toEqual([{ what: 'x1', at: near(monday + 18 * HOUR) }]);
      expect(await tellAll()).toEqual(['decided in C0PAY']);
    });
  });

  test('tells the lead a day later where no worker ran until the next evening', async () => {
    await onMonday({ onExpiry: 'escalate' }, async ({ handle, cycleId, monday, told, goAway }) => {
      await until(monday + 6 * HOUR);
      await eventually(async () =>
        expect(mirror.reader.getCycle(cycleId)?.cycle.summary).toContain('is told at'),
      );
      goAway(monday + DAY + 4 * HOUR);
      await handle.result();
      expect(told).toEqual([{ what: 'x1', at: near(monday + DAY + 18 * HOUR) }]);
    });
  });

  test('that asks once more tells it on the next morning, and has as long again from then on', async () => {
    await onMonday(
      {
        backups: ['bo'],
        waits: { secondApproverAfterMs: DAY, remindAfterMs: 20 * HOUR },
        onExpiry: 'ask_again',
      },
      async ({ handle, cycleId, monday, told }) => {
        const [evening, morning] = [monday + 5 * HOUR, monday + 18 * HOUR];
        await until(evening + MINUTE);
        await eventually(async () => expect(told).toHaveLength(1));
        expect(await tellAll()).toEqual([]);
        await until(morning + MINUTE);
        expect(await tellAll()).toEqual(['card in U0BO', 'reminder in C0PAY']);
        await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
        const expired = mirror.reader.getCycle(cycleId)?.approvals[0]?.decided_at ?? '';
        expect(Date.parse(expired)).toEqual(near(morning + 5 * HOUR));
        expect(told).toEqual([{ what: 'asked_again', at: near(evening) }]);
      },
    );
  });
});
