import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CycleInput, CycleState } from '../../src/domain/cycle.js';
import { LONGEST_WAIT_MS } from '../../src/domain/reply-tokens.js';
import {
  approveSignal,
  cancelSignal,
  DECISION_REFUSED,
  type DecideInput,
  decideUpdate,
  rejectSignal,
  stateQuery,
} from '../../src/workflows/messages.js';
import { comment, cycleInput, escalate, over, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const run = <T>(fake: FakeActivities, input: CycleInput, body: (handle: Handle) => Promise<T>) =>
  runCycle(temporal, fake, body, input);

function waiting(handle: Handle): Promise<CycleState> {
  return eventually(async () => {
    const state = await handle.query(stateQuery);
    expect(state.status).toBe('awaiting_approval');
    return state;
  });
}

function decision(state: CycleState, overrides: Partial<DecideInput> = {}): DecideInput {
  const [approval] = state.pendingApprovals;
  return {
    approvalId: approval?.approvalId ?? '',
    decision: 'approve',
    hash: approval?.hash ?? '',
    by: { id: 'local', name: 'local operator', channel: 'api' },
    ...overrides,
  };
}

async function refusalType(update: Promise<unknown>): Promise<string | null | undefined> {
  const error = await update.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  return ((error as WorkflowUpdateFailedError).cause as ApplicationFailure).type;
}

describe('what code decides by itself', () => {
  const acknowledged =
    (nothingToDo: string | null) =>
    async ({ cycleId }: CycleInput) => ({
      contextHash: 'c',
      title: 'PAY-1',
      nothingToDo,
      actions: [planned(cycleId, 8, comment, { verdict: 'auto', origin: 'command' })],
    });

  test('is carried out, and the cycle ends without asking a model', async () => {
    const input = cycleInput();
    const fake = fakeActivities(() => [], { gatherContext: acknowledged('muted by Ana since …') });

    const { result, state } = await run(fake, input, async (handle) => ({
      result: await handle.result(),
      state: await handle.query(stateQuery),
    }));

    expect(result).toEqual({ status: 'completed', outcome: 'acted', summary: 'muted by Ana since …' });
    expect(fake.executed()).toEqual([`${input.cycleId}.a8`]);
    expect(fake.calls.map((call) => call.name)).not.toContain('takeTurn');
    expect(state.actions).toMatchObject([{ actionId: `${input.cycleId}.a8`, status: 'executed' }]);
  });

  test('comes before the model where somebody is to be answered, too', async () => {
    const input = cycleInput();
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      gatherContext: acknowledged(null),
    });

    const state = await run(fake, input, async (handle) => {
      await handle.result();
      return handle.query(stateQuery);
    });

    expect(fake.executed()).toEqual([`${input.cycleId}.a8`, `${input.cycleId}.a1`]);
    expect(state.actions.map((action) => action.status)).toEqual(['executed', 'executed']);
  });

  test('is only shown where it is denied', async () => {
    const fake = fakeActivities(() => [], {
      gatherContext: async ({ cycleId }) => ({
        contextHash: 'c',
        title: 'PAY-1',
        nothingToDo: 'the breaker is open',
        actions: [planned(cycleId, 9, escalate, { verdict: 'auto', refusal: 'nobody can be told' })],
      }),
    });

    const result = await run(fake, cycleInput(), (handle) => handle.result());

    expect(result).toMatchObject({ outcome: 'denied', summary: 'the breaker is open' });
    expect(fake.executed()).toEqual([]);
  });
});

describe('an effect that a limit denied', () => {
  const denied = { status: 'denied', remoteId: null, message: 'the breaker is open', over } as const;

  test('is followed by the escalation, where this cycle found it first', async () => {
    const input = cycleInput();
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      executeAction: async ({ planned: { actionId } }) =>
        actionId.endsWith('.a1') ? denied : { status: 'executed', remoteId: '1.1', message: 'done' },
      openBreaker: async ({ cycle }) =>
        planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'breaker' }),
    });

    const { result, state } = await run(fake, input, async (handle) => ({
      result: await handle.result(),
      state: await handle.query(stateQuery),
    }));

    expect(result.outcome).toBe('acted');
    expect(state.actions.map(({ kind, status }) => [kind, status])).toEqual([
      ['jira.comment', 'denied'],
      ['escalate', 'executed'],
    ]);
    expect(fake.calls.find((call) => call.name === 'openBreaker')?.input).toMatchObject({ over });
  });

  test('ends the cycle as denied, where another cycle told of it', async () => {
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      executeAction: async () => denied,
      openBreaker: async () => null,
    });

    expect(await run(fake, cycleInput(), (handle) => handle.result())).toMatchObject({ outcome: 'denied' });
  });
});

describe('a cycle that asks nobody', () => {
  test('carries out an automatic action and ends as acted', async () => {
    const input = cycleInput();
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })]);

    const result = await run(fake, input, (handle) => handle.result());

    expect(result).toEqual({ status: 'completed', outcome: 'acted', summary: 'Answered.' });
    expect(fake.executed()).toEqual([`${input.cycleId}.a1`]);
    expect(fake.calls.map((call) => call.name)).toEqual([
      'gatherContext',
      'takeTurn',
      'planActions',
      'executeAction',
      'finishCycle',
    ]);
  });

  test('ends as no_action when there is nothing to reason about', async () => {
    const fake = fakeActivities(() => [], {
      gatherContext: async () => ({ contextHash: 'c', title: 'PAY-9', nothingToDo: 'PAY-9 is gone' }),
    });

    const result = await run(fake, cycleInput(), (handle) => handle.result());

    expect(result).toEqual({ status: 'completed', outcome: 'no_action', summary: 'PAY-9 is gone' });
    expect(fake.calls.map((call) => call.name)).toEqual(['gatherContext', 'finishCycle']);
  });

  test('asks nobody about what another cycle asks already, and ends', async () => {
    const askedIn = { approvalId: 'a1', cycleId: 'cycle-jira-first' };
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition, { verdict: 'ask', askedIn }),
    ]);

    const result = await run(fake, cycleInput(), (handle) => handle.result());

    expect(result).toMatchObject({ status: 'completed', outcome: 'no_action' });
    expect(fake.executed()).toEqual([]);
    expect(fake.calls.map(({ name }) => name)).not.toContain('openApprovals');
  });

  test('executes nothing that policy or code denied', async () => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, comment, { verdict: 'never' }),
      planned(cycle.cycleId, 2, comment, { verdict: 'auto', refusal: 'foreign target' }),
    ]);

    const result = await run(fake, cycleInput(), (handle) => handle.result());

    expect(result.outcome).toBe('denied');
    expect(fake.executed()).toEqual([]);
  });

  test('ends as coalesced in one step when a newer event answers it', async () => {
    const fake = fakeActivities(() => []);

    const result = await run(fake, cycleInput({ coalescedInto: 'cycle-jira-newer' }), (handle) =>
      handle.result(),
    );

    expect(result).toEqual({ status: 'coalesced', outcome: null, summary: 'answered by cycle-jira-newer' });
    expect(fake.calls.map((call) => call.name)).toEqual(['finishCycle']);
  });

  test('fails, recorded with its cause, when a step cannot go on', async () => {
    const fake = fakeActivities(() => [], {
      takeTurn: async () => {
        throw ApplicationFailure.nonRetryable('the API key is not accepted', 'Integration.claude.auth');
      },
    });

    const failure = run(fake, cycleInput(), (handle) => handle.result());

    await expect(failure).rejects.toThrow();
    expect(fake.calls.at(-1)).toMatchObject({
      name: 'finishCycle',
      input: { status: 'failed', error: 'takeTurn: the API key is not accepted' },
    });
  });
});

describe('a cycle whose model asks to read more', () => {
  const call = (n: number, position: number) => ({
    place: `t${n}.${position}`,
    index: position - 1,
    summary: `Read for the model: read_issue ${n}.${position}`,
  });
  const readingFor = (turnsAsked: number) =>
    fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      takeTurn: async ({ turns, contextHash }) => {
        const n = turns.length + 1;
        return n <= turnsAsked
          ? { kind: 'asked', reply: `reply-${n}`, costUsd: 0.01, calls: [call(n, 1), call(n, 2)] }
          : {
              kind: 'decided',
              decision: { summary: 'Answered.', reasons: [], actions: [], uncertainty: null },
              failure: null,
              failureKind: null,
              costUsd: 0.02,
              contextHash: `${contextHash}-grown`,
            };
      },
    });

  test('takes each turn and each use of a tool as an activity of its own, and plans over what was read', async () => {
    const fake = readingFor(2);
    const input = cycleInput();

    const history = await run(fake, input, async (handle) => {
      await handle.result();
      return handle.fetchHistory();
    });

    expect(fake.calls.map(({ name }) => name)).toEqual([
      'gatherContext',
      'takeTurn',
      'useTool',
      'useTool',
      'takeTurn',
      'useTool',
      'useTool',
      'takeTurn',
      'planActions',
      'executeAction',
      'finishCycle',
    ]);
    // The client gives up first: no two tries ask at once.
    const asked = (history.events ?? [])
      .map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)
      .filter((scheduled) => scheduled?.activityType?.name === 'takeTurn');
    expect(asked).toHaveLength(3);
    for (const scheduled of asked) {
      expect(Number(scheduled?.startToCloseTimeout?.seconds) * 1_000).toBeGreaterThan(LONGEST_WAIT_MS);
    }
    expect(fake.calls.filter(({ name }) => name === 'takeTurn').at(-1)?.input).toMatchObject({
      turns: [
        {
          reply: 'reply-1',
          results: [
            { index: 0, hash: 'answer-t1.1' },
            { index: 1, hash: 'answer-t1.2' },
          ],
        },
        {
          reply: 'reply-2',
          results: [
            { index: 0, hash: 'answer-t2.1' },
            { index: 1, hash: 'answer-t2.2' },
          ],
        },
      ],
    });
    expect(fake.calls.find(({ name }) => name === 'planActions')?.input).toMatchObject({
      contextHash: 'context-grown',
    });
    const summaries = (history.events ?? []).map(({ userMetadata }) =>
      Buffer.from(userMetadata?.summary?.data ?? []).toString(),
    );
    expect(summaries).toEqual(
      expect.arrayContaining([
        '"Ask the model what should happen (turn 1)"',
        '"Read for the model: read_issue 1.2"',
        '"Ask the model what should happen (turn 3)"',
      ]),
    );
  });

  test('completes without an action where the turns end without a decision', async () => {
    const fake = fakeActivities(() => [], {
      takeTurn: async ({ contextHash }) => ({
        kind: 'decided',
        decision: { summary: '', reasons: [], actions: [], uncertainty: null },
        failure: 'the model declined to answer',
        failureKind: 'refusal',
        costUsd: 0.01,
        contextHash,
      }),
    });

    expect(await run(fake, cycleInput(), (handle) => handle.result())).toEqual({
      status: 'completed',
      outcome: 'no_action',
      summary: 'no usable decision: the model declined to answer',
    });
    expect(fake.calls.map(({ name }) => name)).not.toContain('planActions');
  });
});

describe('a cycle whose event nobody asked for', () => {
  const looked = (overrides: Parameters<typeof fakeActivities>[1]) =>
    fakeActivities(() => [], {
      gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, triage: true }),
      ...overrides,
    });

  test('ends with the first look where that says so', async () => {
    const decision = { summary: 'Small talk.', reasons: [], actions: [], uncertainty: null };
    const fake = looked({ triage: async () => ({ route: 'skip', decision }) });

    expect(await run(fake, cycleInput(), (handle) => handle.result())).toEqual({
      status: 'completed',
      outcome: 'no_action',
      summary: 'Small talk.',
    });
    expect(fake.calls.map(({ name }) => name)).toEqual([
      'gatherContext',
      'triage',
      'planActions',
      'finishCycle',
    ]);
  });

  test('is decided by the model that the first look names', async () => {
    const fake = looked({ triage: async () => ({ route: 'hard', decision: null }) });

    await run(fake, cycleInput(), (handle) => handle.result());

    expect(fake.calls.find(({ name }) => name === 'takeTurn')?.input).toMatchObject({ route: 'hard' });
  });

  test('is decided by the large model where a rule says so, and nobody looks first', async () => {
    const gathered = { contextHash: 'c', title: 'PAY-1', nothingToDo: null, hard: 'critical work' };
    const fake = fakeActivities(() => [], { gatherContext: async () => gathered });

    await run(fake, cycleInput(), (handle) => handle.result());

    expect(fake.calls.map(({ name }) => name)).not.toContain('triage');
    expect(fake.calls.find(({ name }) => name === 'takeTurn')?.input).toMatchObject({ route: 'hard' });
  });
});

describe('a cycle that waits for a person', () => {
  const asking = () => fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition)]);

  test('executes once after the update approves it, and refuses a second decision with who was first', async () => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition),
      planned(cycle.cycleId, 2, comment),
    ]);
    const input = cycleInput();

    await run(fake, input, async (handle) => {
      const state = await waiting(handle);
      const first = await handle.executeUpdate(decideUpdate, { args: [decision(state)] });
      expect(first).toMatchObject({ status: 'approved', decidedBy: { id: 'local', channel: 'api' } });
      const second = handle.executeUpdate(decideUpdate, { args: [decision(state, { decision: 'reject' })] });
      expect(await refusalType(second)).toBe(DECISION_REFUSED.settled);
      await handle.signal(rejectSignal, { by: 'lead-1', actionId: `${input.cycleId}.a2` });
      await expect(handle.result()).resolves.toMatchObject({ status: 'completed', outcome: 'acted' });
    });

    expect(fake.executed()).toEqual([`${input.cycleId}.a1`]);
    expect(fake.calls.map((call) => call.name)).toContain('claimLane');
  });

  test('executes after a raw signal, recorded as claimed through Temporal', async () => {
    const fake = asking();

    await run(fake, cycleInput(), async (handle) => {
      await waiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(fake.calls.find((call) => call.name === 'settleApproval')?.input).toMatchObject({
      state: { status: 'approved', decidedBy: { id: 'lead-1', channel: 'temporal' } },
      actionStatus: 'approved',
    });
  });

  test('does nothing after a rejection', async () => {
    const fake = asking();

    await run(fake, cycleInput(), async (handle) => {
      await waiting(handle);
      await handle.signal(rejectSignal, { by: 'lead-1', reason: 'wrong target' });
      await expect(handle.result()).resolves.toMatchObject({ status: 'completed', outcome: 'rejected' });
    });

    expect(fake.executed()).toEqual([]);
  });

  test('expires without an effect when nobody decides in time', async () => {
    const fake = asking();

    const result = await run(fake, cycleInput({ approvalTimeoutMs: 300 }), (handle) => handle.result());

    expect(result).toMatchObject({ status: 'completed', outcome: 'expired' });
    expect(fake.executed()).toEqual([]);
  });

  test('refuses an unknown approval, another hash and a person whom the rule does not name', async () => {
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['lead-1'] })]);

    await run(fake, cycleInput(), async (handle) => {
      const state = await waiting(handle);
      const decide = (overrides: Partial<DecideInput>) =>
        refusalType(handle.executeUpdate(decideUpdate, { args: [decision(state, overrides)] }));
      expect(await decide({ approvalId: 'nope' })).toBe(DECISION_REFUSED.unknown);
      expect(await decide({ hash: 'nope' })).toBe(DECISION_REFUSED.mismatch);
      expect(await decide({ by: { id: 'bo', name: 'Bo', channel: 'slack' } })).toBe(
        DECISION_REFUSED.unauthorised,
      );
      await handle.signal(approveSignal, { by: 'bo' });
      expect((await handle.query(stateQuery)).status).toBe('awaiting_approval');
      await handle.signal(approveSignal, { by: 'lead-1' });
      await handle.result();
    });

    expect(fake.calls.filter((call) => call.name === 'recordRefusal')).toHaveLength(1);
    expect(fake.executed()).toHaveLength(1);
  });

  test('never takes a raw signal for grade G3, or one that makes no sense', async () => {
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { risk: 'G3' })]);

    await run(fake, cycleInput(), async (handle) => {
      const state = await waiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
      await handle.signal('approve', null);
      await handle.signal('approve', 'yes');
      expect((await handle.query(stateQuery)).status).toBe('awaiting_approval');
      await handle.executeUpdate(decideUpdate, { args: [decision(state)] });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });
  });

  test.each([
    ['an empty actionId', { actionId: '' }, '"actionId"'],
    ['an actionId that is no text', { actionId: 1 }, '"actionId"'],
    ['a hash that is no text', { hash: 123 }, '"hash"'],
    ['a member that no signal has', { actionID: 'a1' }, '"actionID"'],
  ])('takes no signal with %s for one that is about everything', async (_what, more, named) => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition),
      planned(cycle.cycleId, 2, comment),
    ]);

    await run(fake, cycleInput(), async (handle) => {
      await waiting(handle);
      await handle.signal('approve', { by: 'lead-1', ...more });
      expect((await handle.query(stateQuery)).pendingApprovals).toHaveLength(2);
      await handle.signal(rejectSignal, { by: 'lead-1' });
      await handle.result();
    });

    expect(fake.executed()).toEqual([]);
    const refusals = fake.calls.filter((call) => call.name === 'recordRefusal');
    expect(refusals).toHaveLength(2);
    expect(JSON.stringify(refusals)).toContain(JSON.stringify(named).slice(1, -1));
  });

  test('decides each of several requests on its own', async () => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition),
      planned(cycle.cycleId, 2, comment),
    ]);
    const input = cycleInput();

    const result = await run(fake, input, async (handle) => {
      await waiting(handle);
      await handle.signal(rejectSignal, { by: 'lead-1', actionId: `${input.cycleId}.a1` });
      await handle.signal(approveSignal, { by: 'lead-1', actionId: `${input.cycleId}.a2` });
      return handle.result();
    });

    expect(result.outcome).toBe('acted');
    expect(fake.executed()).toEqual([`${input.cycleId}.a2`]);
  });

  test('gives its lane back, and shows what still waits, after one of two was carried out', async () => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition),
      planned(cycle.cycleId, 2, comment),
    ]);
    const input = cycleInput();

    await run(fake, input, async (handle) => {
      await waiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1', actionId: `${input.cycleId}.a1` });
      const state = await eventually(async () => {
        const now = await handle.query(stateQuery);
        expect(now.actions[0]?.status).toBe('executed');
        expect(now.status).toBe('awaiting_approval');
        return now;
      });
      expect(state.pendingApprovals.map((approval) => approval.actionId)).toEqual([`${input.cycleId}.a2`]);
      await handle.signal(approveSignal, { by: 'lead-1' });
      await handle.result();
    });

    const names = fake.calls.map((call) => call.name).filter((name) => /Lane|park|execute/.test(name));
    expect(names).toEqual(['claimLane', 'executeAction', 'parkCycle', 'claimLane', 'executeAction']);
  });

  test('stops when it is cancelled, with what waits superseded', async () => {
    const fake = asking();

    const result = await run(fake, cycleInput(), async (handle) => {
      await waiting(handle);
      await handle.signal(cancelSignal, { by: 'lead-1', reason: 'not needed' });
      return handle.result();
    });

    expect(result.status).toBe('cancelled');
    expect(fake.calls.find((call) => call.name === 'settleApproval')?.input).toMatchObject({
      state: { status: 'superseded' },
      actionStatus: 'obsolete',
    });
    expect(fake.executed()).toEqual([]);
  });

  test('waits for its lane before it acts', async () => {
    let grants = 0;
    const fake = fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition)], {
      claimLane: async () => (grants += 1) > 2,
    });

    await run(fake, cycleInput(), async (handle) => {
      await waiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
      await handle.result();
    });

    const names = fake.calls.map((call) => call.name);
    expect(names.filter((name) => name === 'claimLane')).toHaveLength(3);
    expect(names.indexOf('executeAction')).toBeGreaterThan(names.lastIndexOf('claimLane'));
  });
});
