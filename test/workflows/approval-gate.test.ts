/** What people can make of a waiting request besides yes and no, on a real server. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { Activities, ApprovalNote } from '../../src/activities/contract.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import { MOST_QUESTIONS } from '../../src/domain/approval-rules.js';
import type {
  ActionResult,
  CycleInput,
  CycleState,
  DriftFound,
  PlannedAction,
  ShownAction,
} from '../../src/domain/cycle.js';
import type { Judgement } from '../../src/domain/policy.js';
import { signersOf } from '../../src/domain/signers.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  approveSignal,
  DECISION_REFUSED,
  type DecideInput,
  decideUpdate,
  rejectSignal,
  stateQuery,
} from '../../src/workflows/messages.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const by = (id: string) => ({ id, name: id, channel: 'api' as const });
const EDITED_HASH = 'e'.repeat(64);
const SHOWN_AGAIN_HASH = 'd'.repeat(64);

function asking(action: Partial<PlannedAction> = {}, overrides: Parameters<typeof fakeActivities>[1] = {}) {
  return fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, action)], overrides);
}

const run = <T>(fake: FakeActivities, body: (handle: Handle) => Promise<T>, input?: CycleInput) =>
  runCycle(temporal, fake, body, input);

function waiting(
  handle: Handle,
  holds: (one: ApprovalState) => boolean = () => true,
): Promise<ApprovalState> {
  return eventually(async () => {
    const state: CycleState = await handle.query(stateQuery);
    const [one] = state.pendingApprovals;
    if (state.status !== 'awaiting_approval' || one === undefined || !holds(one)) {
      throw new Error(`still ${JSON.stringify(state)}`);
    }
    return one;
  });
}

function decide(handle: Handle, one: ApprovalState, overrides: Partial<DecideInput> = {}) {
  const input: DecideInput = {
    approvalId: one.approvalId,
    decision: 'approve',
    hash: one.hash,
    by: by('ana'),
    ...overrides,
  };
  return handle.executeUpdate(decideUpdate, { args: [input] });
}

async function refusal(update: Promise<unknown>): Promise<{ type: unknown; message: string }> {
  const error = await update.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const { type, message } = (error as WorkflowUpdateFailedError).cause as ApplicationFailure;
  return { type, message };
}

const executed: ActionResult = { status: 'executed', remoteId: '30001', message: 'done' };

/** As the effect answers where its target does not stand as it was approved. */
function drifted(before: PlannedAction, found: Partial<DriftFound> = {}): ActionResult {
  const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
  const again = { ...before, hash: SHOWN_AGAIN_HASH, version: { status: 'Done' } };
  return {
    status: 'obsolete',
    remoteId: null,
    message: 'it changed',
    drifted: { drift, planned: again, ...found },
  };
}

const notes = (fake: FakeActivities) =>
  fake.calls.filter(({ name }) => name === 'noteApproval').map(({ input }) => input as ApprovalNote);
const executedHashes = (fake: FakeActivities) =>
  fake.calls
    .filter(({ name }) => name === 'executeAction')
    .map(({ input }) => (input as { planned: ShownAction }).planned.hash);

describe('a request that several have to approve', () => {
  test('is carried out after the last of them, and each is shown meanwhile', async () => {
    const fake = asking({ needed: 2, risk: 'G3', notBy: ['bo'] });

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      expect(await decide(handle, one)).toMatchObject({
        status: 'pending',
        needed: 2,
        given: [{ by: { id: 'ana' } }],
      });
      expect(await refusal(decide(handle, one))).toMatchObject({ type: DECISION_REFUSED.settled });
      expect(await refusal(decide(handle, one, { by: by('bo') }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      await handle.signal(approveSignal, { by: 'cem' });
      expect((await waiting(handle)).given).toHaveLength(1);
      expect(await decide(handle, one, { by: by('cem') })).toMatchObject({ status: 'approved' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(fake.executed()).toHaveLength(1);
    expect(notes(fake).map(({ what, by: who }) => [what, who?.id])).toEqual([['counted', 'ana']]);
    expect(fake.calls.filter(({ name }) => name === 'recordRefusal')).toHaveLength(1);
  });

  test('is over with one rejection; a raw signal does not even reject it', async () => {
    const fake = asking({ needed: 2 });

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await decide(handle, one);
      await handle.signal(rejectSignal, { by: 'cem', reason: 'no' });
      expect((await waiting(handle)).status).toBe('pending');
      await decide(handle, one, { decision: 'reject', by: by('cem'), reason: 'no' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });

    expect(fake.executed()).toEqual([]);
  });
});

describe('an edit', () => {
  const edit = { payload: { issueKey: 'PAY-1', toStatus: 'Blocked' } };
  const judgement: Judgement = {
    question: { action: 'jira.transition', event: 'comment_created', project: 'PAY', to: 'Blocked' },
    trace: [{ rule: 'closing', fired: true, why: [] }],
  };
  const judged = async ({ planned: before }: { planned: ShownAction }) => ({
    planned: {
      ...before,
      action: { kind: 'jira.transition' as const, payload: edit.payload },
      hash: EDITED_HASH,
    },
  });

  test('is what is carried out, with its own hash, and the first hash decides nothing any more', async () => {
    const fake = asking({ needed: 2 }, { judgeEdit: judged });

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await decide(handle, one, { by: by('bo') });
      expect(await decide(handle, one, edit)).toMatchObject({
        status: 'pending',
        hash: EDITED_HASH,
        given: [{ by: { id: 'ana' } }],
      });
      expect(await refusal(decide(handle, one, { by: by('bo') }))).toMatchObject({
        type: DECISION_REFUSED.mismatch,
      });
      await decide(handle, { ...one, hash: EDITED_HASH }, { by: by('bo') });
      await handle.result();
    });

    expect(executedHashes(fake)).toEqual([EDITED_HASH]);
    expect(notes(fake).map(({ what }) => what)).toEqual(['counted', 'edited', 'counted']);
    expect(notes(fake)[1]).toMatchObject({
      by: { id: 'ana' },
      data: { from: { payload: transition.payload }, to: { hash: EDITED_HASH, payload: edit.payload } },
    });
  });

  test('under another rule asks its people alone, not those whom the former one went on to', async () => {
    const fake = asking(
      { deciders: ['ana'], needed: 2 },
      {
        openApprovals: async (input) => ({
          moments: input.requests.map(({ approvalId }) => ({
            approvalId,
            remindAt: [],
            secondAt: null,
            steps: [{ at: new Date(Date.now() + 300).toISOString(), people: ['cem'] }],
          })),
        }),
        judgeEdit: async (input) => {
          const { planned: edited } = await judged(input);
          return { planned: { ...edited, rule: 'closing', deciders: ['ana', 'bo'] }, judgement };
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await eventually(async () => expect(notes(fake)).toHaveLength(1));
      await decide(handle, one, edit);
      const second = { ...one, hash: EDITED_HASH };
      expect(await refusal(decide(handle, second, { by: by('cem') }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      await decide(handle, second, { by: by('bo') });
      await handle.result();
    });

    expect(executedHashes(fake)).toEqual([EDITED_HASH]);
    expect(notes(fake).find(({ what }) => what === 'edited')).toMatchObject({ data: { judged: judgement } });
  });

  test('under another rule goes on by its own clock, not by that of the former one', async () => {
    const soon = () => new Date(Date.now() + 400).toISOString();
    const fake = asking(
      { deciders: ['ana'], needed: 2 },
      {
        openApprovals: async (input) => ({
          moments: input.requests.map(({ approvalId }) => ({
            approvalId,
            remindAt: [],
            secondAt: null,
            steps: [{ at: soon(), people: ['cem'] }],
          })),
        }),
        noteApproval: async ({ askedAt, approvalId }) =>
          askedAt === undefined
            ? undefined
            : { approvalId, remindAt: [], secondAt: null, steps: [{ at: soon(), people: ['dan'] }] },
        judgeEdit: async (input) => {
          const { planned: edited } = await judged(input);
          return { planned: { ...edited, rule: 'closing', deciders: ['ana', 'bo'] } };
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await decide(handle, one, edit);
      await eventually(async () => expect(notes(fake).map(({ what }) => what)).toContain('second_approver'));
      const second = { ...one, hash: EDITED_HASH };
      expect(await refusal(decide(handle, second, { by: by('cem') }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      await decide(handle, second, { by: by('dan') });
      await handle.result();
    });

    expect(executedHashes(fake)).toEqual([EDITED_HASH]);
    expect(notes(fake).filter(({ what }) => what === 'second_approver')).toMatchObject([{ also: ['dan'] }]);
  });

  test('under a rule that changed and kept its name asks as that rule asks now', async () => {
    const soon = () => new Date(Date.now() + 400).toISOString();
    const fake = asking(
      { deciders: ['ana'], needed: 2, escalation: [{ afterMs: 400, deciders: ['cem'] }] },
      {
        openApprovals: async (input) => ({
          moments: input.requests.map(({ approvalId }) => ({
            approvalId,
            remindAt: [],
            secondAt: null,
            steps: [{ at: soon(), people: ['cem'] }],
          })),
        }),
        noteApproval: async ({ askedAt, approvalId }) =>
          askedAt === undefined
            ? undefined
            : { approvalId, remindAt: [], secondAt: null, steps: [{ at: soon(), people: ['dan'] }] },
        judgeEdit: async (input) => {
          const { planned: edited } = await judged(input);
          return {
            planned: {
              ...edited,
              deciders: ['ana', 'bo'],
              escalation: [{ afterMs: 400, deciders: ['dan'] }],
            },
          };
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await eventually(async () => expect(notes(fake)).toHaveLength(1));
      await decide(handle, one, edit);
      const second = { ...one, hash: EDITED_HASH };
      expect(await refusal(decide(handle, second, { by: by('cem') }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      await eventually(async () =>
        expect(notes(fake)).toContainEqual(expect.objectContaining({ also: ['dan'] })),
      );
      await decide(handle, second, { by: by('dan') });
      await handle.result();
    });

    expect(executedHashes(fake)).toEqual([EDITED_HASH]);
    expect(notes(fake).map(({ what, also }) => [what, also])).toEqual([
      ['second_approver', ['cem']],
      ['edited', []],
      ['counted', []],
      ['second_approver', ['dan']],
    ]);
  });

  test('of what was shown again is judged by what was read then', async () => {
    const judgedBy: string[] = [];
    let looks = 0;
    const fake = asking(
      {},
      {
        executeAction: async ({ planned: before }) => {
          looks += 1;
          return looks > 1 ? executed : drifted(before, { contextHash: 'read again' });
        },
        judgeEdit: async (input) => {
          judgedBy.push(input.contextHash);
          return judged(input);
        },
      },
    );

    await run(fake, async (handle) => {
      await decide(handle, await waiting(handle));
      await decide(handle, await waiting(handle, ({ status }) => status === 'reopened'), edit);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(judgedBy).toEqual(['read again']);
    expect(executedHashes(fake).at(-1)).toBe(EDITED_HASH);
    expect(fake.calls.filter(({ name }) => name === 'executeAction').at(-1)?.input).toMatchObject({
      contextHash: 'read again',
    });
  });

  test('that code or policy refuses changes nothing', async () => {
    const fake = asking(
      {},
      { judgeEdit: async () => ({ refusal: 'the policy never allows this', what: 'denied' }) },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      expect(await refusal(decide(handle, one, edit))).toEqual({
        type: DECISION_REFUSED.denied,
        message: 'the policy never allows this',
      });
      expect(await waiting(handle)).toEqual(one);
      await decide(handle, one);
      await handle.result();
    });

    expect(executedHashes(fake)).toHaveLength(1);
    expect(notes(fake)).toEqual([]);
  });

  test('loses against who decides while it is judged', async () => {
    let goOn: () => void = () => undefined;
    const judging = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const fake = asking(
      {},
      {
        judgeEdit: async (input) => {
          await judging;
          return judged(input);
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      const late = refusal(decide(handle, one, edit));
      await eventually(async () => {
        expect(fake.calls.map(({ name }) => name)).toContain('judgeEdit');
      });
      await decide(handle, one, { decision: 'reject', by: by('bo') });
      goOn();
      expect(await late).toMatchObject({ type: DECISION_REFUSED.settled });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });

    expect(fake.executed()).toEqual([]);
  });
});

describe('a person who', () => {
  test('asks is answered in place, and the request stays open', async () => {
    const fake = asking({}, { answerQuestion: async ({ question }) => `You ask ${question}` });

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      expect(await decide(handle, one, { decision: 'ask', note: 'Why now?' })).toMatchObject({
        status: 'pending',
        questions: [{ question: 'Why now?', by: { id: 'ana' } }],
      });
      await waiting(handle, ({ questions }) => questions?.[0]?.answer === 'You ask Why now?');
      await decide(handle, one);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(notes(fake).map(({ what }) => what)).toEqual(['question', 'answered']);
  });

  test('asks for the sixth time hears so, and who may not decide may not ask', async () => {
    const fake = asking({ deciders: ['ana', 'bo'] });

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      const ask = (id: string, note: string) => decide(handle, one, { decision: 'ask', note, by: by(id) });
      expect(await refusal(ask('stranger', 'Why?'))).toMatchObject({ type: DECISION_REFUSED.unauthorised });

      const asked = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((n) => ask('ana', `Question ${n}?`)));

      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_QUESTIONS);
      expect(await refusal(ask('bo', 'And now?'))).toEqual({
        type: DECISION_REFUSED.invalid,
        message: expect.stringMatching(
          /^note: 5 questions were asked on this request, and it takes no more than 5/,
        ),
      });
      await decide(handle, one);
      await handle.result();
    });

    expect(fake.calls.filter(({ name }) => name === 'answerQuestion')).toHaveLength(MOST_QUESTIONS);
    expect(fake.executed()).toHaveLength(1);
  });

  test('takes it over stops the agent: nothing is sent, and it says who', async () => {
    const fake = asking();

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      expect(await decide(handle, one, { decision: 'take_over' })).toMatchObject({
        status: 'superseded',
        decidedBy: { id: 'ana' },
        reason: 'ana does it by hand',
      });
      await expect(handle.result()).resolves.toMatchObject({ status: 'completed', outcome: 'no_action' });
    });

    expect(fake.executed()).toEqual([]);
    expect(fake.calls.find(({ name }) => name === 'settleApproval')?.input).toMatchObject({
      actionStatus: 'obsolete',
    });
  });
});

describe('time', () => {
  /** As the activity does it, in milliseconds from when the request was opened. */
  const after = (remindMs: readonly number[], secondMs: number | null) =>
    ({
      openApprovals: async ({ requests, askedAt }) => ({
        moments: requests.map(({ approvalId }) => ({
          approvalId,
          remindAt: remindMs.map((ms) => new Date(Date.parse(askedAt) + ms).toISOString()),
          secondAt: secondMs === null ? null : new Date(Date.parse(askedAt) + secondMs).toISOString(),
        })),
      }),
    }) satisfies Parameters<typeof fakeActivities>[1];

  test('reminds, then lets further people decide, and then nothing is done', async () => {
    const fake = asking({ deciders: ['ana'], backups: ['bo'] }, after([2_000, 4_000], 6_000));

    await run(
      fake,
      async (handle) => {
        const one = await waiting(handle);
        expect(await refusal(decide(handle, one, { by: by('bo') }))).toMatchObject({
          type: DECISION_REFUSED.unauthorised,
        });
        await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
      },
      cycleInput({ approvalTimeoutMs: 9_000 }),
    );

    expect(notes(fake).map(({ what, also }) => [what, also])).toEqual([
      ['reminded', []],
      ['reminded', []],
      ['second_approver', ['bo']],
    ]);
    expect(fake.executed()).toEqual([]);
  });

  test('goes on while no worker runs: the next one reminds once, and expires what nobody decided', async () => {
    const fake = asking({}, after([500], null));
    const [input, taskQueue] = [cycleInput({ approvalTimeoutMs: 7_000 }), `away-${randomUUID()}`];
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: input.cycleId,
      args: [input],
    });
    await temporal.withWorker(fake.activities, () => waiting(handle), taskQueue);
    await sleep(1_000);
    await temporal.withWorker(
      fake.activities,
      () => eventually(async () => expect(notes(fake).map(({ what }) => what)).toEqual(['reminded'])),
      taskQueue,
    );
    const result = await temporal.withWorker(fake.activities, () => handle.result(), taskQueue);

    expect(result).toMatchObject({ outcome: 'expired' });
    expect(notes(fake)).toHaveLength(1);
    expect(fake.executed()).toEqual([]);
  });

  test('at the deadline the outbox is asked for decisions of those who may decide by then', async () => {
    const fake = asking({ deciders: ['ana'], backups: ['bo', 'cem'], notBy: ['cem'] }, after([], 300));

    await run(fake, (handle) => handle.result(), cycleInput({ approvalTimeoutMs: 2_000 }));

    const looks = fake.calls.filter(({ name }) => name === 'decisionsOnTheirWay');
    expect(looks.map(({ input }) => input)).toMatchObject([
      { requests: [{ hash: notes(fake)[0]?.state.hash, deciders: ['ana', 'bo', 'cem'], notBy: ['cem'] }] },
    ]);
  });

  test('a decision that was made in time and comes in one piece with the deadline holds (F37)', async () => {
    const fake = asking({}, after([], null));
    const [input, taskQueue] = [cycleInput({ approvalTimeoutMs: 4_000 }), `away-${randomUUID()}`];
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: input.cycleId,
      args: [input],
    });
    const one = await temporal.withWorker(fake.activities, () => waiting(handle), taskQueue);
    const decided = decide(handle, one, { madeAt: new Date().toISOString() });
    await eventually(async () => {
      const { events } = await handle.fetchHistory();
      expect(events?.some(({ timerFiredEventAttributes: fired }) => Boolean(fired))).toBe(true);
    });

    await temporal.withWorker(
      fake.activities,
      async () => {
        expect(await decided).toMatchObject({ status: 'approved' });
        await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
      },
      taskQueue,
    );

    expect(fake.executed()).toHaveLength(1);
    expect(fake.calls.map(({ name }) => name)).not.toContain('decisionsOnTheirWay');
  });

  test('gives the second approver the decision', async () => {
    const fake = asking({ deciders: ['ana'], backups: ['bo'] }, after([], 200));

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await eventually(async () => {
        expect(notes(fake).map(({ what }) => what)).toEqual(['second_approver']);
      });
      await decide(handle, one, { by: by('bo') });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });
  });

  test('puts it off while the request is being written is not reminded before that is over', async () => {
    let isPutOff = false;
    const fake = asking(
      {},
      {
        // A mirror that is locked for a while, until the workflow's task is long enough to take in what came meanwhile.
        openApprovals: async ({ requests, askedAt }) => {
          if (!isPutOff) {
            throw new Error('the database is locked');
          }
          const remindAt = [new Date(Date.parse(askedAt) + 100).toISOString()];
          return { moments: requests.map(({ approvalId }) => ({ approvalId, remindAt, secondAt: null })) };
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      const until = new Date(Date.now() + 20_000).toISOString();
      const args: [DecideInput] = [
        { approvalId: one.approvalId, hash: one.hash, decision: 'snooze', until, by: by('ana') },
      ];
      const update = await handle.startUpdate(decideUpdate, { args, waitForStage: 'ACCEPTED' });
      isPutOff = true;
      expect(await update.result()).toMatchObject({ snoozedUntil: until });
      const asked = fake.calls.filter(({ name }) => name === 'openApprovals');
      expect(asked.length).toBeGreaterThan(1);
      await eventually(async () => {
        expect(notes(fake).map(({ what }) => what)).toContain('reminded');
      }, 40_000);
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
      await decide(handle, one, {});
    });

    expect(notes(fake).map(({ what }) => what)).toEqual(['snoozed', 'reminded']);
  });

  test('a snooze holds reminders back until it is over', async () => {
    const fake = asking({}, after([1_500], null));

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      const until = new Date(Date.now() + 3_000).toISOString();
      expect(await decide(handle, one, { decision: 'snooze', until })).toMatchObject({ snoozedUntil: until });
      await eventually(async () => {
        expect(notes(fake).map(({ what }) => what)).toEqual(['snoozed', 'reminded']);
      });
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
      await decide(handle, one);
      await handle.result();
    });
  });

  test("each request has its own rule's deadline, and a decision after it is refused", async () => {
    const fake = fakeActivities((cycle) => [
      planned(cycle.cycleId, 1, transition, { waits: { deadlineMs: 400 } }),
      planned(cycle.cycleId, 2, comment),
    ]);

    await run(fake, async (handle) => {
      await waiting(handle, ({ actionId }) => actionId.endsWith('.a2'));
      const settled = fake.calls.find(({ name }) => name === 'settleApproval')?.input;
      expect(settled).toMatchObject({ state: { status: 'expired' } });
      const { state } = settled as { state: ApprovalState };
      expect((await refusal(decide(handle, state))).type).toBe(DECISION_REFUSED.settled);
      await decide(handle, await waiting(handle));
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(fake.executed()).toHaveLength(1);
  });
});

describe('where nobody decides', () => {
  const inSteps = {
    openApprovals: async ({ requests, askedAt }) => ({
      moments: requests.map(({ approvalId }) => ({
        approvalId,
        remindAt: [],
        secondAt: null,
        steps: [
          { at: new Date(Date.parse(askedAt) + 1_000).toISOString(), people: ['bo'] },
          { at: new Date(Date.parse(askedAt) + 2_500).toISOString(), people: ['cem', 'bo'] },
        ],
      })),
    }),
  } satisfies Parameters<typeof fakeActivities>[1];

  test('it goes on from step to step, and each lets more people decide', async () => {
    const fake = asking({ deciders: ['ana'] }, inSteps);

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await eventually(async () => expect(notes(fake)).toHaveLength(1));
      expect(await refusal(decide(handle, one, { by: by('cem') }))).toMatchObject({
        type: DECISION_REFUSED.unauthorised,
      });
      await eventually(async () => expect(notes(fake)).toHaveLength(2));
      await decide(handle, one, { by: by('cem') });
      await handle.result();
    });

    expect(notes(fake).map(({ what, also }) => [what, also])).toEqual([
      ['second_approver', ['bo']],
      ['second_approver', ['bo', 'cem']],
    ]);
    expect(fake.executed()).toHaveLength(1);
  });

  test('it is asked once more where its rule says so, of everybody who may, and then it expires', async () => {
    const fake = asking({
      deciders: ['ana'],
      backups: ['bo'],
      waits: { secondApproverAfterMs: 86_400_000 },
      escalation: [{ afterMs: 86_400_000, deciders: ['cem'] }],
      onExpiry: 'ask_again',
    });

    await run(
      fake,
      (handle) => expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' }),
      cycleInput({ approvalTimeoutMs: 1_500 }),
    );

    expect(notes(fake).map(({ what, also }) => [what, also])).toEqual([['asked_again', ['bo', 'cem']]]);
    expect(fake.executed()).toEqual([]);
  });

  test('whoever is asked once more can decide, with the hash of before', async () => {
    const fake = asking({
      deciders: ['ana'],
      backups: ['bo'],
      waits: { secondApproverAfterMs: 86_400_000 },
      onExpiry: 'ask_again',
    });

    await run(
      fake,
      async (handle) => {
        const one = await waiting(handle);
        await eventually(async () => expect(notes(fake)).toHaveLength(1));
        await decide(handle, one, { by: by('bo') });
        await handle.result();
      },
      cycleInput({ approvalTimeoutMs: 4_000 }),
    );

    expect(fake.executed()).toHaveLength(1);
  });

  test('a person is told where its rule says so; what was asked about is not done, and the cycle ends as expired', async () => {
    const fake = asking({ onExpiry: 'escalate' });

    await run(
      fake,
      (handle) => expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' }),
      cycleInput({ approvalTimeoutMs: 500 }),
    );

    expect(fake.executed()).toEqual([expect.stringMatching(/\.x1$/)]);
    expect(fake.calls.find(({ name }) => name === 'finishCycle')?.input).toMatchObject({
      outcome: 'expired',
    });
  });

  test.each(['failed', 'unknown'] as const)(
    'a notice that ended %s leaves it expired, too',
    async (status) => {
      const fake = asking(
        { onExpiry: 'escalate' },
        { executeAction: async () => ({ status, remoteId: null, message: 'Slack does not say' }) },
      );

      await run(
        fake,
        (handle) => expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' }),
        cycleInput({ approvalTimeoutMs: 500 }),
      );
    },
  );
});

describe('a request that is asked anew', () => {
  /** As the activity does it: a reminder, and further people, so long after it was asked anew. */
  const anew = (remindMs: number, secondMs: number) =>
    ({
      noteApproval: async ({ approvalId, askedAt }) => {
        const at = (ms: number) => new Date(Date.parse(askedAt ?? '') + ms).toISOString();
        return askedAt === undefined
          ? undefined
          : { approvalId, remindAt: [at(remindMs)], secondAt: at(secondMs) };
      },
    }) satisfies Parameters<typeof fakeActivities>[1];
  const told = (fake: FakeActivities) => notes(fake).map(({ what, also }) => [what, also]);

  test('because its target changed reminds and goes on to further people from then on', async () => {
    let looks = 0;
    const executeAction: Activities['executeAction'] = async ({ planned: before }) => {
      looks += 1;
      return looks > 1 ? executed : drifted(before);
    };
    const fake = asking({ deciders: ['ana'], backups: ['bo'] }, { ...anew(3_000, 7_000), executeAction });

    await run(fake, async (handle) => {
      await decide(handle, await waiting(handle));
      const again = await waiting(handle, ({ status }) => status === 'reopened');
      await eventually(async () => expect(notes(fake)).toHaveLength(3));
      await decide(handle, again, { by: by('bo') });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(told(fake)).toEqual([
      ['reopened', []],
      ['reminded', []],
      ['second_approver', ['bo']],
    ]);
  });

  test('at its deadline reminds from then on, and asks nobody by a step who is asked already', async () => {
    const waits = { secondApproverAfterMs: 86_400_000 };
    const fake = asking(
      { deciders: ['ana'], backups: ['bo'], waits, onExpiry: 'ask_again' },
      anew(500, 1_000),
    );

    await run(
      fake,
      (handle) => expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' }),
      cycleInput({ approvalTimeoutMs: 5_000 }),
    );

    expect(told(fake)).toEqual([
      ['asked_again', ['bo']],
      ['reminded', ['bo']],
    ]);
  });
});

describe('a target that changed between the approval and the effect', () => {
  test('also where the effect itself finds that is shown again, and judged by what it read', async () => {
    const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
    const executed = { status: 'executed', remoteId: '30001', message: 'done' } as const;
    let tries = 0;
    const fake = asking(
      {},
      {
        executeAction: async ({ planned: before }) => {
          tries += 1;
          const again = { ...before, hash: SHOWN_AGAIN_HASH };
          return tries > 1
            ? executed
            : {
                ...executed,
                status: 'obsolete',
                drifted: { drift, planned: again, contextHash: 'read again' },
              };
        },
      },
    );

    await run(fake, async (handle) => {
      await decide(handle, await waiting(handle));
      const again = await waiting(handle, ({ status }) => status === 'reopened');
      expect(again).toMatchObject({ hash: SHOWN_AGAIN_HASH, drift, decidedBy: null });
      expect((await handle.query(stateQuery)).actions).toMatchObject([{ status: 'awaiting_approval' }]);
      await decide(handle, again);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    const effects = fake.calls.filter(({ name }) => name === 'executeAction').map(({ input }) => input);
    expect(effects).toMatchObject([
      { contextHash: 'context' },
      { contextHash: 'read again', planned: { hash: SHOWN_AGAIN_HASH } },
    ]);
  });

  test('is shown again, under another hash and for a new decision; nothing is done before', async () => {
    let looks = 0;
    const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
    const fake = asking(
      { needed: 2 },
      {
        executeAction: async ({ planned: before }) => {
          looks += 1;
          return looks > 1 ? executed : drifted(before);
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await decide(handle, one);
      await decide(handle, one, { by: by('bo') });
      const again = await waiting(handle, ({ status }) => status === 'reopened');
      expect(again).toMatchObject({ hash: SHOWN_AGAIN_HASH, drift, decidedBy: null });
      expect(again.given).toBeUndefined();
      expect((await handle.query(stateQuery)).actions).toMatchObject([{ status: 'awaiting_approval' }]);
      expect(await refusal(decide(handle, one))).toMatchObject({ type: DECISION_REFUSED.mismatch });
      await decide(handle, again);
      await decide(handle, again, { by: by('bo') });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    expect(executedHashes(fake)).toEqual([expect.not.stringMatching(SHOWN_AGAIN_HASH), SHOWN_AGAIN_HASH]);
    expect(fake.calls.map(({ name }) => name)).toContain('parkCycle');
    expect(fake.calls.map(({ name }) => name)).not.toContain('lookAgain');
    expect(notes(fake).find(({ what }) => what === 'reopened')).toMatchObject({ data: { drift } });
  });
});

describe('what was shown again is approved by nothing that was sent for what was shown before', () => {
  const sayingSo = (one: ApprovalState) => ({ by: 'lead-1', actionId: one.actionId, hash: one.hash });

  test.each<[string, (one: ApprovalState) => object]>([
    ['without a hash', () => ({ by: 'lead-1' })],
    ['with the hash of before', sayingSo],
  ])('a signal %s, sent once more, does not count; one with what is read now does', async (_what, sent) => {
    let looks = 0;
    const fake = asking(
      {},
      {
        executeAction: async ({ planned: before }) => {
          looks += 1;
          return looks > 1 ? executed : drifted(before);
        },
      },
    );

    await run(fake, async (handle) => {
      const one = await waiting(handle);
      await handle.signal('approve', sent(one));
      const again = await waiting(handle, ({ status }) => status === 'reopened');
      await handle.signal('approve', sent(one));
      expect(await waiting(handle)).toMatchObject({ status: 'reopened', decidedBy: null });
      expect(executedHashes(fake)).toHaveLength(1);
      const { currentDetails } = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails).toContain(`"hash":"${again.hash}"`);
      expect(currentDetails).toContain('A signal (approved) by lead-1 did not count');
      await handle.signal(approveSignal, sayingSo(again));
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
    });

    const refusals = fake.calls.filter(({ name }) => name === 'recordRefusal').map(({ input }) => input);
    expect(refusals).toMatchObject([
      { approvalId: expect.any(String), actionId: expect.stringMatching(/a1$/), by: 'lead-1' },
    ]);
    expect(executedHashes(fake)).toEqual([expect.not.stringMatching(SHOWN_AGAIN_HASH), SHOWN_AGAIN_HASH]);
  });

  test('a signal that rejects it needs no hash: nothing is sent', async () => {
    const fake = asking({}, { executeAction: async ({ planned: before }) => drifted(before) });

    await run(fake, async (handle) => {
      await waiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
      await waiting(handle, ({ status }) => status === 'reopened');
      await handle.signal(rejectSignal, { by: 'lead-1' });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'rejected' });
    });
  });
});

test('a raw signal of whoever asked for it counts under no spelling, and of anybody else by who they are', async () => {
  const people = ['bo', 'ana'].map((id) => ({
    id,
    name: `${id} Berg`,
    jira: `712020:${id}`,
    bitbucket: null,
    slack: `U0${id}`,
    roles: [],
  }));
  const fake = asking({ notBy: ['bo'], signers: signersOf(people) });

  await run(fake, async (handle) => {
    await waiting(handle);
    for (const claimed of ['bo', 'Bo', ' BO ', 'Bo Berg', '712020:bo', '<@U0BO>', 'mallory']) {
      await handle.signal(approveSignal, { by: claimed });
    }
    expect(await waiting(handle)).toMatchObject({ status: 'pending' });
    await handle.signal(approveSignal, { by: 'Ana' });
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'acted' });
  });

  const refusals = fake.calls.filter(({ name }) => name === 'recordRefusal').map(({ input }) => input);
  const asked = { why: expect.stringContaining('bo asked for it') };
  const nobody = { by: 'mallory', why: expect.stringContaining('give as "by" your id in pm-agent.yaml') };
  expect(refusals).toMatchObject([asked, asked, asked, asked, asked, asked, nobody]);
  expect(fake.calls.find(({ name }) => name === 'settleApproval')?.input).toMatchObject({
    state: { decidedBy: { id: 'ana', name: 'Ana', channel: 'temporal' } },
  });
});

test('of decisions over every way at the same moment one counts, and the others hear which (F38)', async () => {
  const fake = asking();

  await run(fake, async (handle) => {
    const one = await waiting(handle);
    const channels = ['api', 'cli', 'web', 'slack'] as const;
    const answers = await Promise.allSettled([
      ...channels.flatMap((channel) => [
        decide(handle, one, { by: { ...by(`${channel}-1`), channel } }),
        decide(handle, one, { by: { ...by(`${channel}-2`), channel }, decision: 'reject' }),
      ]),
      handle.signal(approveSignal, { by: 'signal-1' }),
      handle.signal(rejectSignal, { by: 'signal-2' }),
    ]);
    const result = await handle.result();
    const counted = answers.slice(0, 8).filter(({ status }) => status === 'fulfilled');
    const settled = fake.calls.filter(({ name }) => name === 'settleApproval');

    expect(settled).toHaveLength(1);
    expect(counted.length).toBeLessThanOrEqual(1);
    const [{ state } = { state: null }] = settled.map(({ input }) => input as { state: ApprovalState });
    expect(result.outcome).toBe(state?.status === 'approved' ? 'acted' : 'rejected');
    expect(fake.executed()).toHaveLength(state?.status === 'approved' ? 1 : 0);
  });
});
