/** The update `decide` typed by hand, beside the decisions that the API recorded, on a real server. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/contract.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import {
  approveSignal,
  DECISION_REFUSED,
  type DecideInput,
  decideUpdate,
  rejectSignal,
  stateQuery,
} from '../../src/workflows/messages.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

/** Ids of the updates whose decision the inbox holds. */
const recorded = new Set<string>();
const G3 = { risk: 'G3' } as const;

function asking(action: Partial<PlannedAction> = {}, overrides: Partial<Activities> = {}): FakeActivities {
  return fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, action)], {
    proveDecision: async ({ updateId }) => ({ isRecorded: recorded.has(updateId) }),
    ...overrides,
  });
}

function waiting(handle: Handle): Promise<ApprovalState> {
  return eventually(async () => {
    const { status, pendingApprovals } = await handle.query(stateQuery);
    const [one] = pendingApprovals;
    if (status !== 'awaiting_approval' || one === undefined) {
      throw new Error(`still ${status}`);
    }
    return one;
  });
}

function send(
  handle: Handle,
  one: ApprovalState,
  words: Partial<DecideInput>,
  updateId: string = randomUUID(),
) {
  const input: DecideInput = {
    approvalId: one.approvalId,
    decision: 'approve',
    hash: one.hash,
    by: { id: 'ana', name: 'Ana Lead', channel: 'api' },
    ...words,
  };
  return handle.executeUpdate(decideUpdate, { args: [input], updateId });
}

/** As the product brings one. */
function decide(handle: Handle, one: ApprovalState, words: Partial<DecideInput> = {}) {
  const updateId = randomUUID();
  recorded.add(updateId);
  return send(handle, one, words, updateId);
}

async function refusal(update: Promise<unknown>): Promise<{ type: unknown; message: string }> {
  const error: unknown = await update.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const { type, message } = (error as WorkflowUpdateFailedError).cause as ApplicationFailure;
  return { type, message };
}

const refusals = (fake: FakeActivities) =>
  fake.calls.filter(({ name }) => name === 'recordRefusal').map(({ input }) => input);
const named = (fake: FakeActivities, name: keyof Activities) =>
  fake.calls.filter((call) => call.name === name);

const unauthorised = (message: RegExp) => ({
  type: DECISION_REFUSED.unauthorised,
  message: expect.stringMatching(message),
});

describe('an update that was typed by hand', () => {
  test('decides an ordinary request, by whoever it claims, at the moment in which it came', async () => {
    const began = Date.now();
    const fake = asking();

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const state = await send(handle, one, { madeAt: '2026-01-01T00:00:00.000Z' });
      expect(state).toMatchObject({
        status: 'approved',
        decidedBy: { id: 'ana', name: 'ana', channel: 'temporal' },
      });
      expect(Date.parse(state.decidedAt ?? '')).toBeGreaterThanOrEqual(began);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });
  });

  test.each(['approve', 'reject', 'take_over', 'ask'] as const)(
    'has no say in what is of grade G3: %s is refused, seen and recorded; what was recorded decides it',
    async (decision) => {
      const fake = asking(G3);

      await runCycle(temporal, fake, async (handle) => {
        const one = await waiting(handle);
        expect(await refusal(send(handle, one, { decision, note: 'why?' }))).toEqual(
          unauthorised(/^risk G3 is not decided by an update typed by hand .*`pm-agent approve`/),
        );
        expect(await waiting(handle)).toEqual(one);
        expect(await decide(handle, one)).toMatchObject({
          status: 'approved',
          decidedBy: { id: 'ana', name: 'Ana Lead', channel: 'api' },
        });
        await handle.result();
      });

      expect(refusals(fake)).toMatchObject([
        { by: 'ana', what: decision, why: expect.stringMatching(/^risk G3/) },
      ]);
    },
  );

  test('counts for nobody where several have to approve, and does not reject there', async () => {
    const fake = asking({ needed: 2 });

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      await decide(handle, one);
      const bo = { id: 'bo', name: 'bo', channel: 'slack' } as const;
      const two = unauthorised(/^2 people have to approve, and an update typed by hand/);
      expect(await refusal(send(handle, one, { by: bo }))).toEqual(two);
      expect(await refusal(send(handle, one, { by: bo, decision: 'reject' }))).toEqual(two);
      expect((await waiting(handle)).given).toHaveLength(1);
      expect(await decide(handle, one, { by: bo })).toMatchObject({ status: 'approved' });
      await handle.result();
    });
  });

  test('has to claim one of those whom the rule names', async () => {
    const fake = asking({ deciders: ['ana'] });

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const stranger = { id: 'bo', name: 'ana', channel: 'api' } as const;
      expect(await refusal(send(handle, one, { by: stranger }))).toEqual(unauthorised(/^only ana may/));
      expect(await send(handle, one, { decision: 'reject' })).toMatchObject({ status: 'rejected' });
      await handle.result();
    });
  });

  test.each<[string, Partial<PlannedAction>]>([
    ['of grade G3', G3],
    ['what several have to approve', { needed: 2 }],
  ])('cannot edit a request into one %s: what waits stays as it was', async (_into, changes) => {
    const fake = asking(
      {},
      {
        judgeEdit: async ({ planned: before }) => ({
          planned: { ...before, ...changes, hash: 'e'.repeat(64) },
        }),
      },
    );

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const payload = { issueKey: 'PAY-1', toStatus: 'Done' };
      expect(await refusal(send(handle, one, { payload }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      expect(await waiting(handle)).toEqual(one);
      await decide(handle, one, { decision: 'reject' });
      await handle.result();
    });
  });

  test('that cannot be read is refused at once, and the cycle goes on', async () => {
    await runCycle(temporal, asking(), async (handle) => {
      const one = await waiting(handle);
      const { approvalId, hash } = one;
      const by = { id: 'ana', name: 'Ana', channel: 'api' };
      for (const typed of [
        {},
        'approve',
        { approvalId, hash, decision: 'aprove', by },
        { approvalId, hash, decision: 'approve' },
        { approvalId, hash, decision: 'ask', by, note: 7 },
        { approvalId, hash, decision: 'snooze', by, until: '2030-12-01T09:00' },
        { approvalId, hash, decision: 'snooze', by, until: 'Dec 1 2030' },
      ]) {
        expect(await refusal(handle.executeUpdate('decide', { args: [typed] }))).toEqual({
          type: DECISION_REFUSED.invalid,
          message: expect.stringMatching(/^it cannot be read: a decision is /),
        });
      }
      expect(await send(handle, one, {})).toMatchObject({ status: 'approved' });
      await handle.result();
    });
  });
});

describe('an operator who is nobody of pm-agent.yaml', () => {
  const ops = { id: 'ops', name: 'Ops', channel: 'api' } as const;
  const asked = (action: Partial<PlannedAction>, overrides: Partial<Activities> = {}) =>
    asking(action, {
      proveDecision: async ({ decision: { by } }) => ({ isRecorded: true, isPerson: by.id !== 'ops' }),
      ...overrides,
    });

  test('is none of the several who have to approve, and hears how to become one', async () => {
    await runCycle(temporal, asked({ needed: 2, ...G3 }), async (handle) => {
      const one = await waiting(handle);
      expect(await refusal(decide(handle, one, { by: ops }))).toEqual(
        unauthorised(/"ops" is none of `people` in pm-agent\.yaml.*`pm-agent token create --person <id>`/),
      );
      expect(await waiting(handle)).toEqual(one);
      await decide(handle, one);
      expect(await refusal(decide(handle, one, { by: ops }))).toEqual(unauthorised(/^2 different people/));
      const bo = { id: 'bo', name: 'bo', channel: 'slack' } as const;
      expect(await decide(handle, one, { by: bo })).toMatchObject({
        status: 'approved',
        given: [{ by: { id: 'ana' } }, { by: { id: 'bo' } }],
      });
      await handle.result();
    });
  });

  test('may still reject there', async () => {
    await runCycle(temporal, asked({ needed: 2 }), async (handle) => {
      const one = await waiting(handle);
      expect(await decide(handle, one, { by: ops, decision: 'reject' })).toMatchObject({
        status: 'rejected',
      });
      await handle.result();
    });
  });

  test('approves where one is enough', async () => {
    await runCycle(temporal, asked(G3), async (handle) => {
      const one = await waiting(handle);
      expect(await decide(handle, one, { by: ops })).toMatchObject({ status: 'approved', decidedBy: ops });
      await handle.result();
    });
  });

  test('cannot edit a request into one that several have to approve', async () => {
    const fake = asked(
      {},
      {
        judgeEdit: async ({ planned: before }) => ({
          planned: { ...before, needed: 2, hash: 'e'.repeat(64) },
        }),
      },
    );

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const payload = { issueKey: 'PAY-1', toStatus: 'Done' };
      expect(await refusal(decide(handle, one, { by: ops, payload }))).toEqual(
        unauthorised(/^2 different people/),
      );
      expect(await waiting(handle)).toEqual(one);
      await decide(handle, one, { decision: 'reject' });
      await handle.result();
    });
  });
});

describe('while the inbox is asked whose a decision is', () => {
  /** The first look takes until `goOn`. */
  function slowly(): { readonly fake: FakeActivities; readonly goOn: () => void } {
    let goOn: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let looks = 0;
    const fake = asking(
      {},
      {
        proveDecision: async ({ updateId }) => {
          looks += 1;
          await (looks === 1 ? until : undefined);
          return { isRecorded: recorded.has(updateId) };
        },
      },
    );
    return { fake, goOn: () => goOn() };
  }
  const looked = (fake: FakeActivities) =>
    eventually(async () => expect(named(fake, 'proveDecision')).toHaveLength(1));

  test('nobody overtakes it: of two decisions and two signals that come meanwhile one settles, the first', async () => {
    const { fake, goOn } = slowly();

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const first = decide(handle, one, { decision: 'reject', reason: 'no' });
      await looked(fake);
      const others = [
        refusal(decide(handle, one, { by: { id: 'bo', name: 'bo', channel: 'api' } })),
        refusal(send(handle, one, { by: { id: 'cem', name: 'cem', channel: 'api' } })),
      ];
      await handle.signal(approveSignal, { by: 'dora' });
      await handle.signal(rejectSignal, { by: 'dora' });
      goOn();

      expect(await first).toMatchObject({ status: 'rejected', decidedBy: { id: 'ana', channel: 'api' } });
      for (const other of await Promise.all(others)) {
        expect(other).toMatchObject({
          type: DECISION_REFUSED.settled,
          message: expect.stringMatching(/^already rejected by Ana Lead/),
        });
      }
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });

    expect(named(fake, 'settleApproval')).toHaveLength(1);
    expect(fake.executed()).toEqual([]);
  });

  test('a signal waits its turn, and counts where what came before it did not', async () => {
    const { fake, goOn } = slowly();

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const first = decide(handle, one, {
        decision: 'snooze',
        until: new Date(Date.now() + 50_000).toISOString(),
      });
      await looked(fake);
      await handle.signal(approveSignal, { by: 'dora' });
      goOn();

      expect(await first).toMatchObject({ status: expect.any(String) });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });
  });
});

describe('where the inbox cannot say at once whose a decision is', () => {
  /** What the inbox answers the first look with, one after the other; then what it holds. */
  function proving(...first: (() => Promise<{ readonly isRecorded: boolean }>)[]): FakeActivities {
    return asking(
      {},
      {
        proveDecision: async ({ updateId }) =>
          (await first.shift()?.()) ?? { isRecorded: recorded.has(updateId) },
      },
    );
  }
  const failing = () => Promise.reject(new Error('database is locked'));

  test('it is asked until it answers, and the decision is taken once, before what came after it', async () => {
    const fake = proving(failing, failing);

    await runCycle(temporal, fake, async (handle) => {
      const one = await waiting(handle);
      const first = decide(handle, one, { decision: 'reject', reason: 'no' });
      await eventually(async () => expect(named(fake, 'proveDecision').length).toBeGreaterThan(0));
      await handle.signal(approveSignal, { by: 'dora' });

      expect(await first).toMatchObject({ status: 'rejected', decidedBy: { id: 'ana', channel: 'api' } });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });

    expect(named(fake, 'proveDecision')).toHaveLength(3);
    expect(named(fake, 'settleApproval')).toHaveLength(1);
    expect(fake.executed()).toEqual([]);
  });

  const TIMEOUT_MS = 3_000;

  /** Answers once the deadline of what waits is over. */
  async function afterDeadline(updateIsRecorded: boolean) {
    let goOn: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const fake = proving(() => until.then(() => ({ isRecorded: updateIsRecorded })));
    const made = await runCycle(
      temporal,
      fake,
      async (handle) => {
        const one = await waiting(handle);
        const deciding = send(handle, one, {});
        await eventually(async () => expect(named(fake, 'proveDecision')).toHaveLength(1));
        await sleep(TIMEOUT_MS + 200);
        expect((await handle.query(stateQuery)).pendingApprovals).toMatchObject([{ status: 'pending' }]);
        goOn();
        const state = await deciding;
        return { state, result: await handle.result() };
      },
      cycleInput({ approvalTimeoutMs: TIMEOUT_MS }),
    );
    return { ...made, fake };
  }

  test.each([
    ['recorded', true, { id: 'ana', name: 'Ana Lead', channel: 'api' }],
    ['typed by hand', false, { id: 'ana', name: 'ana', channel: 'temporal' }],
  ] as const)(
    'one that was %s and came in time counts, also where the answer comes after the deadline',
    async (_how, isRecorded, decidedBy) => {
      const { state, result, fake } = await afterDeadline(isRecorded);

      expect(state).toMatchObject({ status: 'approved', decidedBy });
      expect(result).toMatchObject({ outcome: 'acted' });
      expect(fake.executed()).toHaveLength(1);
    },
  );
});

test('each update that did not count is recorded by a number of its own, however many of one person there are', async () => {
  const fake = asking(G3);

  await runCycle(temporal, fake, async (handle) => {
    const one = await waiting(handle);
    const tries = Array.from({ length: 25 }, () => refusal(send(handle, one, {})));
    expect(new Set((await Promise.all(tries)).map(({ type }) => type))).toEqual(
      new Set([DECISION_REFUSED.unauthorised]),
    );
    expect(await decide(handle, one)).toMatchObject({ status: 'approved' });
    await handle.result();
  });

  const keys = refusals(fake).map((one) => (one as { readonly key: string }).key);
  expect(keys).toHaveLength(25);
  expect(new Set(keys).size).toBe(25);
});
