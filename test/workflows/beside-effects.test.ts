/** What still waits for people while something approved is carried out, on a real server. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities, ApprovalNote } from '../../src/activities/contract.js';
import type { ActionStatus } from '../../src/domain/action.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { approveSignal, cancelSignal, decideUpdate, stateQuery } from '../../src/workflows/messages.js';
import { comment, planned, slackMessage, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const run = <T>(fake: FakeActivities, body: (handle: Handle) => Promise<T>, input?: CycleInput) =>
  runCycle(temporal, fake, body, input);

const done = { status: 'executed', remoteId: null, message: 'done' } as const;

/** A vendor that is away: `a1` is carried out once it is back. */
function vendorAway() {
  let back: () => void = () => undefined;
  const returned = new Promise<void>((resolve) => {
    back = resolve;
  });
  const executeAction: Activities['executeAction'] = async ({ planned: { actionId } }) => {
    if (actionId.endsWith('.a1')) {
      const beat = setInterval(() => Context.current().heartbeat(), 500);
      await Promise.race([returned, Context.current().cancelled]).finally(() => clearInterval(beat));
    }
    return done;
  };
  return { back: () => back(), executeAction };
}

async function approve(handle: Handle, action: 'a1' | 'a2'): Promise<void> {
  await eventually(async () => {
    const { pendingApprovals } = await handle.query(stateQuery);
    expect(pendingApprovals.map(({ actionId }) => actionId)).toContain(`${handle.workflowId}.${action}`);
  });
  await handle.signal(approveSignal, { by: 'ana', actionId: `${handle.workflowId}.${action}` });
}

function standing(handle: Handle, ...statuses: readonly ActionStatus[]): Promise<void> {
  return eventually(async () => {
    const { actions } = await handle.query(stateQuery);
    expect(actions.map(({ status }) => status)).toEqual(statuses);
  });
}

const names = (fake: FakeActivities) => fake.calls.map(({ name }) => name);
const noted = (fake: FakeActivities) =>
  fake.calls.flatMap(({ name, input }) => (name === 'noteApproval' ? [(input as ApprovalNote).what] : []));

describe('while a vendor is away', () => {
  test('another request is reminded of, asked once more and expires by its own clock', async () => {
    const { back, executeAction } = vendorAway();
    const fake = fakeActivities(
      ({ cycleId }) => [
        planned(cycleId, 1, transition),
        planned(cycleId, 2, comment, { waits: { deadlineMs: 4_000 }, onExpiry: 'ask_again' }),
      ],
      {
        executeAction,
        openApprovals: async ({ requests, askedAt }) => ({
          moments: requests.map(({ approvalId }) => ({
            approvalId,
            remindAt: [new Date(Date.parse(askedAt) + 2_000).toISOString()],
            secondAt: null,
          })),
        }),
      },
    );

    await run(fake, async (handle) => {
      await approve(handle, 'a1');
      await standing(handle, 'executing', 'expired');
      back();
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(noted(fake)).toEqual(['reminded', 'asked_again']);
    expect(fake.executed()).toHaveLength(1);
  }, 60_000);

  test('what is approved on another target is carried out; on the same one it waits, and both are told', async () => {
    const { back, executeAction } = vendorAway();
    const fake = fakeActivities(
      ({ cycleId }) => [
        planned(cycleId, 1, transition),
        planned(cycleId, 2, slackMessage),
        planned(cycleId, 3, comment),
      ],
      { executeAction },
    );

    await run(fake, async (handle) => {
      await approve(handle, 'a1');
      await standing(handle, 'executing', 'awaiting_approval', 'awaiting_approval');
      const { status, summary } = await handle.query(stateQuery);
      expect(status).toBe('awaiting_approval');
      expect(summary).toMatch(
        /waiting for approval of 2 actions; carrying out meanwhile: Move PAY-1 to In Review$/,
      );
      const { currentDetails } = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails).toContain('It is in progress.');
      expect(currentDetails).toContain('Carried out meanwhile: Move PAY-1 to In Review.');
      await approve(handle, 'a2');
      await standing(handle, 'executing', 'executed', 'awaiting_approval');
      await handle.signal(approveSignal, { by: 'ana' });
      await standing(handle, 'executing', 'executed', 'approved');
      await eventually(async () =>
        expect((await handle.query(stateQuery)).summary).toContain('(approved; waits for its turn)'),
      );
      back();
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(fake.executed().map((id) => id.slice(-2))).toEqual(['a1', 'a2', 'a3']);
    // The lane was not given back while something was carried out, nor where nobody was waited for any more.
    expect(names(fake)).not.toContain('parkCycle');
  }, 60_000);

  test('a cycle that is cancelled takes what waits from people at once, and ends after the effect', async () => {
    const { executeAction } = vendorAway();
    const fake = fakeActivities(
      ({ cycleId }) => [planned(cycleId, 1, transition), planned(cycleId, 2, comment)],
      { executeAction },
    );

    await run(fake, async (handle) => {
      await approve(handle, 'a1');
      await standing(handle, 'executing', 'awaiting_approval');
      await handle.signal(cancelSignal, { by: 'ana' });
      await expect(handle.result()).resolves.toMatchObject({ status: 'cancelled' });
    });

    expect(
      fake.calls.find(({ name, input }) => name === 'settleApproval' && isOf(input, '.a2'))?.input,
    ).toMatchObject({
      state: { status: 'superseded' },
    });
    expect(names(fake).at(-1)).toBe('finishCycle');
  }, 60_000);
});

function isOf(input: unknown, end: string): boolean {
  return (input as { readonly state: { readonly actionId: string } }).state.actionId.endsWith(end);
}

test('while the lane is held by another cycle a request can be decided, and expires', async () => {
  let isFree = false;
  const fake = fakeActivities(
    ({ cycleId }) => [
      planned(cycleId, 1, transition),
      planned(cycleId, 2, comment, { waits: { deadlineMs: 3_000 } }),
    ],
    { claimLane: async () => isFree },
  );

  await run(fake, async (handle) => {
    await approve(handle, 'a1');
    await standing(handle, 'approved', 'expired');
    isFree = true;
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
  });

  expect(fake.executed()).toHaveLength(1);
}, 60_000);

test('what is shown again while another one is still carried out can be decided again, and is carried out', async () => {
  const away = vendorAway();
  let looks = 0;
  const fake = fakeActivities(
    ({ cycleId }) => [planned(cycleId, 1, transition), planned(cycleId, 2, slackMessage)],
    {
      executeAction: async (input) => {
        if (input.planned.actionId.endsWith('.a1')) {
          return away.executeAction(input);
        }
        looks += 1;
        const again = { ...input.planned, hash: 'd'.repeat(64) };
        const drift = [{ member: 'message', was: 'a', is: 'b' }];
        return looks > 1 ? done : { ...done, status: 'obsolete', drifted: { drift, planned: again } };
      },
    },
  );

  await run(fake, async (handle) => {
    await eventually(async () => expect((await handle.query(stateQuery)).pendingApprovals).toHaveLength(2));
    await handle.signal(approveSignal, { by: 'ana' });
    const again = await eventually(async () => {
      const [one] = (await handle.query(stateQuery)).pendingApprovals;
      expect(one).toMatchObject({ status: 'reopened', hash: 'd'.repeat(64) });
      return one;
    });
    await handle.executeUpdate(decideUpdate, {
      args: [
        {
          approvalId: again?.approvalId ?? '',
          hash: again?.hash ?? '',
          decision: 'approve',
          by: { id: 'ana', name: 'Ana', channel: 'api' },
        },
      ],
    });
    await standing(handle, 'executing', 'executed');
    away.back();
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
  });
}, 60_000);

test('where carrying out fails for good the cycle fails, what waits is superseded and nothing is left under way', async () => {
  const fake = fakeActivities(
    ({ cycleId }) => [planned(cycleId, 1, transition), planned(cycleId, 2, comment)],
    {
      executeAction: async () => {
        throw ApplicationFailure.nonRetryable('a bug', 'Bug');
      },
    },
  );

  await run(fake, async (handle) => {
    await approve(handle, 'a1');
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  });

  expect(fake.calls.find(({ name }) => name === 'finishCycle')?.input).toMatchObject({
    status: 'failed',
    error: 'executeAction: a bug',
  });
  expect(
    fake.calls.find(({ name, input }) => name === 'settleApproval' && isOf(input, '.a2'))?.input,
  ).toMatchObject({
    state: { status: 'superseded' },
  });
}, 60_000);
