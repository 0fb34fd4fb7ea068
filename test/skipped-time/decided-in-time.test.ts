/**
 * A decision that was made in time and comes after the deadline, in both orders, on a server that skips time: it holds for as
 * long as the history holds no expiry; once it does, that stays.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  approveSignal,
  DECISION_REFUSED,
  type DecideInput,
  decideUpdate,
  stateQuery,
} from '../../src/workflows/messages.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openSkippingServer, type SkippingServer } from './support/skipping.js';

type Handle = WorkflowHandle<typeof agentCycle>;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let server: SkippingServer;
beforeEach(async () => {
  server = await openSkippingServer();
}, 180_000);
afterEach(() => server?.env.teardown());

/** The outbox as the worker reads it: on which requests a decision lies in it. */
class Outbox {
  readonly waiting = new Set<string>();
  /** Each look that found something. */
  held = 0;
}

function asking(outbox: Outbox, deadlines: readonly number[]): FakeActivities {
  return fakeActivities(
    ({ cycleId }) =>
      deadlines.map((deadlineMs, index) =>
        planned(cycleId, index + 1, index === 0 ? transition : comment, { waits: { deadlineMs } }),
      ),
    {
      decisionsOnTheirWay: async ({ requests }) => {
        const found = requests.map(({ approvalId }) => approvalId).filter((id) => outbox.waiting.has(id));
        outbox.held += found.length;
        return found;
      },
      // As production does it: from then on the gate knows that its clock was set.
      openApprovals: async ({ requests }) => ({
        moments: requests.map(({ approvalId }) => ({ approvalId, remindAt: [], secondAt: null })),
      }),
    },
  );
}

interface Cycle {
  readonly handle: Handle;
  readonly one: ApprovalState;
}

/** What happens to a cycle that waits for a person. */
async function asked(fake: FakeActivities, body: (cycle: Cycle) => Promise<void>): Promise<void> {
  const worker = await server.worker(`in-time-${randomUUID()}`, fake.activities);
  await worker.runUntil(async () => {
    const input = cycleInput();
    const handle = await server.env.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue: worker.options.taskQueue,
      workflowId: input.cycleId,
      args: [input],
    });
    const one = await eventually(async () => {
      const { status, pendingApprovals } = await handle.query(stateQuery);
      expect(status).toBe('awaiting_approval');
      return pendingApprovals[0] as ApprovalState;
    });
    await body({ handle, one });
  });
}

function decide({ handle, one }: Cycle, madeAt: number, overrides: Partial<DecideInput> = {}) {
  const { approvalId, hash } = one;
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  return handle.executeUpdate(decideUpdate, {
    args: [
      {
        approvalId,
        hash,
        by,
        decision: 'approve',
        madeAt: new Date(madeAt).toISOString(),
        ...overrides,
      },
    ],
  });
}

async function refusal(update: Promise<unknown>): Promise<{ type: unknown; message: string }> {
  const error: unknown = await update.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const { type, message } = (error as WorkflowUpdateFailedError).cause as ApplicationFailure;
  return { type, message };
}

const untilDeadline = () => server.env.sleep(HOUR + 1_000);
const now = () => server.env.currentTimeMs();
const settlement = (fake: FakeActivities) =>
  fake.calls
    .filter(({ name }) => name === 'settleApproval')
    .map(({ input }) => (input as { state: ApprovalState }).state)[0];

describe('a decision that was made in time and comes after the deadline (F37)', () => {
  test('holds for as long as the history holds no expiry, although the timer fired before it', async () => {
    const outbox = new Outbox();
    const fake = asking(outbox, [HOUR]);

    await asked(fake, async (cycle) => {
      const madeAt = await now();
      outbox.waiting.add(cycle.one.approvalId);
      await untilDeadline();
      await eventually(async () => expect(outbox.held).toBeGreaterThan(0));
      expect(await decide(cycle, madeAt)).toMatchObject({
        status: 'approved',
        decidedAt: new Date(madeAt).toISOString(),
      });
      await expect(cycle.handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(fake.executed()).toHaveLength(1);
  });

  test('changes nothing once the history holds the expiry, and hears that it was in time', async () => {
    const fake = asking(new Outbox(), [HOUR, 7 * DAY]);

    await asked(fake, async (cycle) => {
      const madeAt = await now();
      await untilDeadline();
      await eventually(async () => {
        expect((await cycle.handle.query(stateQuery)).actions[0]?.status).toBe('expired');
      });
      expect(await refusal(decide(cycle, madeAt))).toEqual({
        type: DECISION_REFUSED.settled,
        message: expect.stringMatching(
          /^expired at .*, before this decision of .* it was made in time.*Nothing was done/,
        ),
      });
      await cycle.handle.terminate();
    });

    expect(fake.executed()).toEqual([]);
  });

  test('is waited for as long as it lies in the outbox, and no longer than an hour and a half', async () => {
    const outbox = new Outbox();
    const fake = asking(outbox, [HOUR]);
    let deadline = 0;

    await asked(fake, async ({ handle, one }) => {
      deadline = (await now()) + HOUR;
      outbox.waiting.add(one.approvalId);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
    });

    expect(outbox.held).toBe(11);
    const heldFor = Date.parse(settlement(fake)?.decidedAt ?? '') - deadline;
    expect(heldFor).toBeGreaterThan(HOUR);
    expect(heldFor).toBeLessThan(2 * HOUR);
    expect(fake.executed()).toEqual([]);
  });
});

describe('whoever decides after the deadline', () => {
  test('is too late, also while the request is held for somebody else', async () => {
    const outbox = new Outbox();
    const fake = asking(outbox, [HOUR]);

    await asked(fake, async (cycle) => {
      const madeAt = await now();
      outbox.waiting.add(cycle.one.approvalId);
      await untilDeadline();
      await eventually(async () => expect(outbox.held).toBeGreaterThan(0));
      expect(await refusal(decide(cycle, await now()))).toMatchObject({
        type: DECISION_REFUSED.settled,
        message: expect.stringMatching(/^expired at/),
      });
      expect(await refusal(decide(cycle, madeAt, { decision: 'ask', note: 'Why?' }))).toMatchObject({
        type: DECISION_REFUSED.settled,
      });
      // The history says when it was sent.
      await cycle.handle.signal(approveSignal, { by: 'ana' });
      expect(await decide(cycle, madeAt, { decision: 'reject' })).toMatchObject({ status: 'rejected' });
      await expect(cycle.handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });

    expect(fake.executed()).toEqual([]);
  });
});
