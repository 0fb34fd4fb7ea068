/** Every shipped shape of a workflow: how it comes about, so that its history can be recorded once and replayed for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, type SearchAttributePair } from '@temporalio/common';
import type { Activities, TriageResult } from '../../src/activities/contract.js';
import type { LevelOrder } from '../../src/domain/autonomy.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import type { DrillInput } from '../../src/domain/drill.js';
import type { TrialInput } from '../../src/domain/trial.js';
import type { UndoInput } from '../../src/domain/undo.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  APPROVAL_DRILL,
  approveSignal,
  CHANGE_AUTONOMY,
  cancelSignal,
  type DecideInput,
  decideUpdate,
  PM_AWAITING_APPROVAL,
  PM_STATUS,
  RECONCILE_SWEEP,
  RUN_TRIAL,
  rejectSignal,
  stateQuery,
  UNDO_ACTION,
} from '../../src/workflows/messages.js';
import {
  comment,
  cycleInput,
  escalate,
  over,
  planned,
  slackMessage,
  transition,
} from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';

export interface Shape {
  readonly workflowType: string;
  readonly input: unknown;
  /** What the relay starts it with, where the shape depends on that. */
  readonly attributes?: SearchAttributePair[];
  readonly fake: FakeActivities;
  /** What people do while it runs. */
  drive(handle: WorkflowHandle<typeof agentCycle>): Promise<void>;
}

const nobody = async (): Promise<void> => undefined;
const asking = (overrides: Partial<Activities> = {}) =>
  fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition)], overrides);

/** An edit that another rule asks about, and other people. */
const intoAnotherRule = {
  judgeEdit: async ({ planned: before }) => ({
    planned: {
      ...before,
      action: { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done' } },
      hash: 'e'.repeat(64),
      rule: 'closing needs two',
      deciders: ['ana', 'cem'],
      needed: 2,
    },
  }),
} satisfies Partial<Activities>;

/** A reminder half a second after it was asked anew. */
const askedAnew = {
  noteApproval: async ({ approvalId, askedAt }) =>
    askedAt === undefined
      ? undefined
      : { approvalId, remindAt: [new Date(Date.parse(askedAt) + 500).toISOString()], secondAt: null },
} satisfies Partial<Activities>;

const acknowledgement = (cycleId: string) =>
  planned(cycleId, 8, comment, { verdict: 'auto', origin: 'command' });
/** The first action is stopped by a limit right before its effect. */
const denying = (overrides: Partial<Activities>) =>
  fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
    executeAction: async ({ planned: { actionId } }) =>
      actionId.endsWith('.a1')
        ? { status: 'denied', remoteId: null, message: 'the breaker is open', over }
        : { status: 'executed', remoteId: '1700000000.000100', message: 'done' },
    ...overrides,
  });

async function whenWaiting(handle: WorkflowHandle<typeof agentCycle>) {
  return eventually(async () => {
    const state = await handle.query(stateQuery);
    if (state.status !== 'awaiting_approval') {
      throw new Error(`still ${state.status}`);
    }
    return state;
  });
}

async function statusOf(
  handle: WorkflowHandle<typeof agentCycle>,
  index: number,
  wanted: string,
): Promise<void> {
  await eventually(async () => {
    const { actions } = await handle.query(stateQuery);
    if (actions[index]?.status !== wanted) {
      throw new Error(`still ${actions[index]?.status}`);
    }
  });
}

/** An effect whose vendor gives no answer. */
async function untilCancelled(): Promise<never> {
  const beat = setInterval(() => Context.current().heartbeat(), 500);
  try {
    return await Context.current().cancelled;
  } finally {
    clearInterval(beat);
  }
}

async function decideAs(
  handle: WorkflowHandle<typeof agentCycle>,
  id: string,
  decision: Partial<DecideInput>,
): Promise<void> {
  const [approval] = (await whenWaiting(handle)).pendingApprovals;
  await handle.executeUpdate(decideUpdate, {
    args: [
      {
        approvalId: approval?.approvalId ?? '',
        hash: approval?.hash ?? '',
        decision: 'approve',
        by: { id, name: id, channel: 'api' },
        ...decision,
      },
    ],
  });
}

function shape(
  fake: FakeActivities,
  drive: Shape['drive'] = nobody,
  input: Partial<CycleInput> = {},
): Shape & { readonly input: CycleInput } {
  return { workflowType: AGENT_CYCLE, fake, drive, input: cycleInput(input) };
}

function decidedIn(contextHash: string) {
  return {
    kind: 'decided',
    decision: { summary: 'Answered.', reasons: [], actions: [], uncertainty: null },
    failure: null,
    failureKind: null,
    costUsd: 0.02,
    contextHash,
  } as const;
}

function triagedShape(triaged: TriageResult): Shape {
  return shape(
    fakeActivities(() => [], {
      gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, triage: true }),
      triage: async () => triaged,
    }),
  );
}

/** The model declines, and the event is critical: so often until it decides. */
function criticalShape(overrides: Partial<Activities>): Shape {
  const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest' };
  let turns = 0;
  return shape(
    fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, critical }),
      takeTurn: async ({ contextHash }) => {
        turns += 1;
        const undecided = { failure: 'the model could not be asked', failureKind: 'unavailable' } as const;
        return { ...decidedIn(contextHash), ...(turns > 2 ? {} : undecided) };
      },
      noteUnanalysed: async ({ cycle, failures }) => ({
        escalation:
          failures.length === 1
            ? planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'critical' })
            : null,
        againAfterMs: 100,
      }),
      ...overrides,
    }),
  );
}

/** The model was waited for: what was read is read anew, and may be critical by then. */
function anewShape({ critical = false, ...anew }: { critical?: boolean; givesWayMs?: number }): Shape {
  const why = { rule: 'critical work', why: 'PAY-1 has the priority Highest' };
  let turns = 0;
  return shape(
    fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
      gatherContext: async ({ round = 0 }) => ({
        contextHash: `c${round}`,
        title: 'PAY-1',
        nothingToDo: null,
        ...(critical && round > 0 ? { critical: why } : {}),
      }),
      takeTurn: async ({ contextHash, soon }) => {
        turns += 1;
        if (turns === 1) {
          return { kind: 'anew', why: 'what was read is out of date', ...anew };
        }
        const undecided = { failure: 'the model could not be asked', failureKind: 'unavailable' } as const;
        return { ...decidedIn(contextHash), ...(soon === true ? undecided : {}) };
      },
    }),
  );
}

/** Two projects and a repository, each of `pages` pages, begun by a schedule. */
function sweepShape(pages: number, overrides: Partial<Activities> = {}): Shape {
  const between = { since: '2026-11-23T09:40:00.000Z', reportSince: '2026-11-23T09:30:00.000Z' };
  const fake = fakeActivities(() => [], {
    planSweep: async () => ({
      startedAt: '2026-11-23T10:00:00.000Z',
      scopes: [
        { kind: 'issues', place: 'PAY', ...between },
        { kind: 'issues', place: 'WEB', ...between },
        { kind: 'pull_requests', place: 'acme/pay-api', ...between },
      ],
    }),
    sweepPage: async ({ cursor }) => {
      const next = Number(cursor ?? 0) + 1;
      return { cursor: next < pages ? String(next) : null, looked: 20, found: 1 };
    },
    ...overrides,
  });
  return { workflowType: RECONCILE_SWEEP, fake, drive: nobody, input: null };
}

function trialShape(overrides: Partial<Activities>): Shape {
  const cases = Array.from({ length: 6 }, (_, index) => `case-${index + 1}`);
  return {
    workflowType: RUN_TRIAL,
    fake: fakeActivities(() => [], {
      planTrial: async () => ({ cases, promptHash: null }),
      ...overrides,
    }),
    drive: nobody,
    input: {
      trialId: 'replay-1',
      kind: 'replay',
      askedBy: 'lead-1',
      model: null,
      prompt: null,
      last: 6,
      families: [],
    } satisfies TrialInput,
  };
}

const drillInput: DrillInput = {
  drillId: 'drill-1',
  cycleId: 'cycle-jira-drill',
  startedBy: 'lead-1',
  approvalTimeoutMs: 60_000,
};

function drillShape(drive: Shape['drive'], deadlineMs = 60_000): Shape {
  const cycle = cycleInput({ cycleId: drillInput.cycleId });
  const { drill: _, ...shown } = planned(cycle.cycleId, 1, transition);
  const opened = { cycle, contextHash: 'c', title: 'PAY-1', summary: 'It is done.', team: null, deadlineMs };
  return {
    workflowType: APPROVAL_DRILL,
    fake: fakeActivities(() => [], {
      openDrill: async () => ({ ...opened, planned: { ...shown, drill: 'it was not done' } }),
    }),
    drive,
    input: drillInput,
  };
}

/** As the relay starts a cycle where Temporal knows the search attributes. */
const SHOWN_ATTRIBUTES: readonly SearchAttributePair[] = [
  { key: PM_STATUS, value: 'running' },
  { key: PM_AWAITING_APPROVAL, value: false },
];

/** As the relay starts it where Temporal knows the search attributes. */
function foldedShape(input: Pick<CycleInput, 'shownStatus'>): Shape {
  return {
    ...shape(
      fakeActivities(() => []),
      nobody,
      { coalescedInto: 'cycle-jira-newer', ...input },
    ),
    attributes: [
      { key: PM_STATUS, value: 'coalesced' },
      { key: PM_AWAITING_APPROVAL, value: false },
    ],
  };
}

export const SHAPES: Readonly<Record<string, () => Shape>> = {
  'auto-acted': () =>
    shape(fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })])),
  'approved-by-update': () =>
    shape(asking(), async (handle) => {
      const [approval] = (await whenWaiting(handle)).pendingApprovals;
      await handle.executeUpdate(decideUpdate, {
        args: [
          {
            approvalId: approval?.approvalId ?? '',
            hash: approval?.hash ?? '',
            decision: 'approve',
            by: { id: 'local', name: 'local operator', channel: 'api' },
          },
        ],
      });
    }),
  'approved-by-signal': () =>
    shape(asking(), async (handle) => {
      await whenWaiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
    }),
  'approved-after-a-wait-for-the-lane': () => {
    let claims = 0;
    return shape(asking({ claimLane: async () => (claims += 1) > 1 }), async (handle) => {
      await whenWaiting(handle);
      await handle.signal(approveSignal, { by: 'lead-1' });
    });
  },
  'approved-one-by-one': () => {
    const made = shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition), planned(cycle.cycleId, 2, comment)]),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'lead-1', actionId: `${made.input.cycleId}.a1` });
        await eventually(async () => {
          const { actions } = await handle.query(stateQuery);
          if (actions[0]?.status !== 'executed') {
            throw new Error('not yet');
          }
        });
        await handle.signal(approveSignal, { by: 'lead-1' });
      },
    );
    return made;
  },
  rejected: () =>
    shape(asking(), async (handle) => {
      await whenWaiting(handle);
      await handle.signal(rejectSignal, { by: 'lead-1', reason: 'not needed' });
    }),
  'refused-then-rejected': () =>
    shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['lead-1'] })]),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'stranger' });
        await handle.signal(rejectSignal, { by: 'lead-1' });
      },
    ),
  'signalled-unreadably-then-rejected': () =>
    shape(asking(), async (handle) => {
      await whenWaiting(handle);
      await handle.signal('approve', { by: 'lead-1', actionId: '' });
      await handle.signal(rejectSignal, { by: 'lead-1' });
    }),
  'typed-by-hand-then-approved': () => {
    let looks = 0;
    return shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { risk: 'G3' })], {
        proveDecision: async () => ({ isRecorded: (looks += 1) > 1 }),
      }),
      async (handle) => {
        await decideAs(handle, 'ana', {}).catch(() => undefined);
        await decideAs(handle, 'ana', {});
      },
    );
  },
  'signalled-while-it-is-looked-at': () => {
    let goOn: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const fake = asking({ proveDecision: () => until.then(() => ({ isRecorded: true })) });
    return shape(fake, async (handle) => {
      const snooze = { decision: 'snooze', until: new Date(Date.now() + 50_000).toISOString() } as const;
      const decided = decideAs(handle, 'ana', snooze);
      await eventually(async () => {
        if (!fake.calls.some(({ name }) => name === 'proveDecision')) {
          throw new Error('nobody looks yet');
        }
      });
      await handle.signal(approveSignal, { by: 'lead-1' });
      await sleep(1_000);
      goOn();
      await decided;
    });
  },
  'signalled-in-time-and-seen-late': () => {
    // The task that notes the first signal takes longer than the deadline is away: the second one is seen after it.
    const fake = asking({
      openApprovals: async ({ requests }) => ({
        moments: requests.map(({ approvalId }) => ({ approvalId, remindAt: [], secondAt: null })),
      }),
      recordRefusal: () => sleep(5_000),
      signalSentAt: async () => ({ at: new Date(sentAt).toISOString() }),
    });
    let sentAt = 0;
    return shape(
      fake,
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal('approve', { by: 'lead-1', actionId: '' });
        await eventually(async () => {
          if (!fake.calls.some(({ name }) => name === 'recordRefusal')) {
            throw new Error('not yet refused');
          }
        });
        sentAt = Date.now();
        await handle.signal(approveSignal, { by: 'lead-1' });
      },
      { approvalTimeoutMs: 4_000 },
    );
  },
  expired: () => shape(asking(), nobody, { approvalTimeoutMs: 200 }),
  cancelled: () =>
    shape(asking(), async (handle) => {
      await whenWaiting(handle);
      await handle.signal(cancelSignal, { by: 'lead-1' });
    }),
  'approved-by-two': () =>
    shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { needed: 2, risk: 'G3' })]),
      async (handle) => {
        await decideAs(handle, 'ana', {});
        await decideAs(handle, 'bo', {});
      },
    ),
  'edited-then-approved': () =>
    shape(
      asking({
        judgeEdit: async ({ planned: before }) => ({
          planned: {
            ...before,
            action: { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Blocked' } },
            hash: 'e'.repeat(64),
          },
        }),
      }),
      (handle) => decideAs(handle, 'ana', { payload: { issueKey: 'PAY-1', toStatus: 'Blocked' } }),
    ),
  'asked-snoozed-then-taken-over': () =>
    shape(asking(), async (handle) => {
      await decideAs(handle, 'ana', { decision: 'ask', note: 'Why now?' });
      await eventually(async () => {
        const [one] = (await whenWaiting(handle)).pendingApprovals;
        if (one?.questions?.[0]?.answer !== 'Because it is.') {
          throw new Error('not yet answered');
        }
      });
      const until = new Date(Date.now() + 20_000).toISOString();
      await decideAs(handle, 'ana', { decision: 'snooze', until });
      await decideAs(handle, 'bo', { decision: 'take_over' });
    }),
  'reopened-then-approved': () => {
    let looks = 0;
    return shape(
      asking({
        lookAgain: async ({ planned: before }) => {
          looks += 1;
          const again = { ...before, hash: 'd'.repeat(64), version: { status: 'Done' } };
          return looks > 1
            ? null
            : { drift: [{ member: 'status', was: 'To Do', is: 'Done' }], planned: again };
        },
      }),
      async (handle) => {
        await decideAs(handle, 'ana', {});
        await eventually(async () => {
          if ((await whenWaiting(handle)).pendingApprovals[0]?.status !== 'reopened') {
            throw new Error('not yet shown again');
          }
        });
        await decideAs(handle, 'ana', {});
      },
    );
  },
  'approved-during-a-pause': () =>
    shape(
      asking({ claimLane: async () => ({ paused: 'paused by Lea at 2026-11-23T10:00:00.000Z' }) }),
      async (handle) => {
        await decideAs(handle, 'ana', {});
      },
    ),
  'signalled-by-whoever-asked-under-another-spelling': () =>
    shape(
      fakeActivities((cycle) => [
        planned(cycle.cycleId, 1, transition, {
          notBy: ['bo'],
          signers: { bo: ['bo', 'bo berg'], ana: ['ana'] },
        }),
      ]),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'Bo' });
        await handle.signal(approveSignal, { by: 'Ana' });
      },
    ),
  'reopened-then-signalled-unread-then-approved': () => {
    let tries = 0;
    return shape(
      asking({
        executeAction: async ({ planned: before }) => {
          tries += 1;
          const again = { ...before, hash: 'd'.repeat(64), version: { status: 'Done' } };
          const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
          return tries > 1
            ? { status: 'executed', remoteId: '30001', message: 'done' }
            : {
                status: 'obsolete',
                remoteId: null,
                message: 'it changed',
                drifted: { drift, planned: again },
              };
        },
      }),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'lead-1' });
        await eventually(async () => {
          if ((await whenWaiting(handle)).pendingApprovals[0]?.status !== 'reopened') {
            throw new Error('not yet shown again');
          }
        });
        await handle.signal(approveSignal, { by: 'lead-1' });
        await handle.signal(approveSignal, { by: 'lead-1', hash: 'd'.repeat(64) });
      },
    );
  },
  'reminded-then-approved-while-one-is-carried-out': () => {
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const made = shape(
      fakeActivities(
        (cycle) => [
          planned(cycle.cycleId, 1, transition),
          planned(cycle.cycleId, 2, slackMessage),
          planned(cycle.cycleId, 3, comment, { waits: { deadlineMs: 4_000 } }),
        ],
        {
          openApprovals: async ({ requests, askedAt }) => ({
            moments: requests.map(({ approvalId }) => ({
              approvalId,
              remindAt: [new Date(Date.parse(askedAt) + 2_000).toISOString()],
              secondAt: null,
            })),
          }),
          executeAction: async ({ planned: { actionId } }) => {
            await (actionId.endsWith('.a1') ? held : undefined);
            return { status: 'executed', remoteId: '30001', message: 'done' };
          },
        },
      ),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'lead-1', actionId: `${made.input.cycleId}.a1` });
        await sleep(3_000);
        await handle.signal(approveSignal, { by: 'lead-1', actionId: `${made.input.cycleId}.a2` });
        await statusOf(handle, 1, 'executed');
        await statusOf(handle, 2, 'expired');
        goOn();
      },
    );
    return made;
  },
  'drifted-before-the-effect-then-approved': () => {
    let looks = 0;
    return shape(
      asking({
        executeAction: async ({ planned: before }) => {
          looks += 1;
          const result = { status: 'executed', remoteId: null, message: 'done' } as const;
          const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
          const again = { ...before, hash: 'd'.repeat(64), version: { status: 'Done' } };
          return looks > 1
            ? result
            : { ...result, status: 'obsolete', drifted: { drift, planned: again, contextHash: 'c2' } };
        },
      }),
      async (handle) => {
        await decideAs(handle, 'ana', {});
        await eventually(async () => {
          if ((await whenWaiting(handle)).pendingApprovals[0]?.status !== 'reopened') {
            throw new Error('not yet shown again');
          }
        });
        await decideAs(handle, 'ana', {});
      },
    );
  },
  'cancelled-while-one-is-carried-out': () => {
    const made = shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition), planned(cycle.cycleId, 2, slackMessage)],
        { executeAction: untilCancelled },
      ),
      async (handle) => {
        await whenWaiting(handle);
        await handle.signal(approveSignal, { by: 'lead-1', actionId: `${made.input.cycleId}.a1` });
        await statusOf(handle, 0, 'executing');
        await handle.signal(cancelSignal, { by: 'lead-1' });
      },
    );
    return made;
  },
  'reminded-widened-then-expired': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], backups: ['bo'] })],
        {
          openApprovals: async ({ requests, askedAt }) => ({
            moments: requests.map(({ approvalId }) => ({
              approvalId,
              remindAt: [new Date(Date.parse(askedAt) + 1_000).toISOString()],
              secondAt: new Date(Date.parse(askedAt) + 2_000).toISOString(),
            })),
          }),
        },
      ),
      nobody,
      { approvalTimeoutMs: 4_000 },
    ),
  'escalated-in-steps-then-asked-again': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], onExpiry: 'ask_again' })],
        {
          openApprovals: async ({ requests, askedAt }) => ({
            moments: requests.map(({ approvalId }) => ({
              approvalId,
              remindAt: [],
              secondAt: null,
              steps: [{ at: new Date(Date.parse(askedAt) + 1_000).toISOString(), people: ['bo'] }],
            })),
          }),
        },
      ),
      nobody,
      { approvalTimeoutMs: 2_000 },
    ),
  'expired-then-told': () =>
    shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { onExpiry: 'escalate' })], {
        tellExpired: async ({ cycle }) =>
          planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'expired' }),
      }),
      nobody,
      { approvalTimeoutMs: 200 },
    ),
  /** One is told later, and meanwhile another is approved and carried out. */
  'expired-then-told-in-working-hours': () => {
    let notBefore: string | null = null;
    const made = shape(
      fakeActivities(
        ({ cycleId }) => [
          planned(cycleId, 1, transition, { onExpiry: 'escalate', waits: { deadlineMs: 1_500 } }),
          planned(cycleId, 2, comment),
        ],
        {
          tellExpired: async ({ cycle }) => {
            const notice = planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'expired' });
            const isLater = notBefore === null;
            notBefore ??= new Date(Date.now() + 4_000).toISOString();
            return isLater ? { ...notice, notBefore } : notice;
          },
        },
      ),
      async (handle) => {
        await eventually(async () => {
          if (notBefore === null) {
            throw new Error('not yet expired');
          }
        });
        await decideAs(handle, 'ana', {});
      },
    );
    return { ...made, attributes: [...SHOWN_ATTRIBUTES] };
  },
  'asked-again-in-working-hours': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], onExpiry: 'ask_again' })],
        {
          ...askedAnew,
          decisionsOnTheirWay: async ({ requests }) => ({
            onTheirWay: [],
            tellableFrom: Object.fromEntries(
              requests.map(({ approvalId }) => [approvalId, new Date(Date.now() + 1_000).toISOString()]),
            ),
          }),
        },
      ),
      nobody,
      { approvalTimeoutMs: 1_500 },
    ),
  'reopened-then-reminded': () => {
    let looks = 0;
    return shape(
      asking({
        ...askedAnew,
        lookAgain: async ({ planned: before }) => {
          looks += 1;
          const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
          return looks > 1 ? null : { drift, planned: { ...before, hash: 'd'.repeat(64) } };
        },
      }),
      async (handle) => {
        await decideAs(handle, 'ana', {});
        await eventually(async () => {
          if ((await whenWaiting(handle)).pendingApprovals[0]?.status !== 'reopened') {
            throw new Error('not yet shown again');
          }
        });
        await sleep(1_000);
        await decideAs(handle, 'ana', {});
      },
    );
  },
  'asked-again-then-reminded': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], onExpiry: 'ask_again' })],
        askedAnew,
      ),
      nobody,
      { approvalTimeoutMs: 1_500 },
    ),
  'expired-after-a-look': () => shape(asking(), nobody, { approvalTimeoutMs: 200 }),
  'held-then-approved': () => {
    let looks = 0;
    return shape(
      asking({
        decisionsOnTheirWay: async ({ requests }) => {
          looks += 1;
          return requests.map(({ approvalId }) => approvalId);
        },
      }),
      async (handle) => {
        const madeAt = new Date().toISOString();
        const [one] = (await whenWaiting(handle)).pendingApprovals;
        await eventually(async () => {
          if (looks < 2) {
            throw new Error('not yet looked for');
          }
        });
        await decideAs(handle, 'ana', { approvalId: one?.approvalId ?? '', madeAt });
      },
      { approvalTimeoutMs: 2_000 },
    );
  },
  'held-then-expired': () => {
    let looks = 0;
    return shape(
      asking({
        decisionsOnTheirWay: async ({ requests }) => {
          looks += 1;
          return looks > 1 ? [] : requests.map(({ approvalId }) => approvalId);
        },
      }),
      nobody,
      { approvalTimeoutMs: 200 },
    );
  },
  'edited-into-another-rule-then-approved': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], backups: ['bo'] })],
        {
          openApprovals: async ({ requests, askedAt }) => ({
            moments: requests.map(({ approvalId }) => ({
              approvalId,
              remindAt: [],
              secondAt: new Date(Date.parse(askedAt) + 500).toISOString(),
            })),
          }),
          ...intoAnotherRule,
        },
      ),
      async (handle) => {
        await sleep(1_500);
        await decideAs(handle, 'bo', { payload: { issueKey: 'PAY-1', toStatus: 'Done' } });
        await decideAs(handle, 'ana', {});
      },
    ),
  'edited-into-another-rule-then-asked-by-its-clock': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], backups: ['bo'] })],
        {
          ...askedAnew,
          ...intoAnotherRule,
        },
      ),
      async (handle) => {
        await decideAs(handle, 'ana', { payload: { issueKey: 'PAY-1', toStatus: 'Done' } });
        await sleep(1_000);
        await decideAs(handle, 'cem', {});
      },
    ),
  'edited-under-a-changed-rule-then-approved': () =>
    shape(
      fakeActivities(
        (cycle) => [planned(cycle.cycleId, 1, transition, { deciders: ['ana'], backups: ['bo'] })],
        {
          openApprovals: async ({ requests, askedAt }) => ({
            moments: requests.map(({ approvalId }) => ({
              approvalId,
              remindAt: [],
              secondAt: new Date(Date.parse(askedAt) + 500).toISOString(),
            })),
          }),
          ...askedAnew,
          judgeEdit: async (input) => {
            const { planned: written } = await intoAnotherRule.judgeEdit(input);
            return { planned: { ...written, rule: input.planned.rule, backups: ['dan'] } };
          },
        },
      ),
      async (handle) => {
        await sleep(1_500);
        await decideAs(handle, 'ana', { payload: { issueKey: 'PAY-1', toStatus: 'Done' } });
        await sleep(1_000);
        await decideAs(handle, 'cem', {});
      },
    ),
  'snoozed-then-reminded-then-approved': () =>
    shape(asking(), async (handle) => {
      const until = new Date(Date.now() + 1_500).toISOString();
      await decideAs(handle, 'ana', { decision: 'snooze', until });
      await sleep(2_500);
      await decideAs(handle, 'ana', {});
    }),
  'put-off-while-it-was-written': () => {
    let isPutOff = false;
    return shape(
      asking({
        // Locked, until the workflow's task is long enough to take in what came meanwhile.
        openApprovals: async ({ requests, askedAt }) => {
          if (!isPutOff) {
            throw new Error('the database is locked');
          }
          const remindAt = [new Date(Date.parse(askedAt) + 100).toISOString()];
          return { moments: requests.map(({ approvalId }) => ({ approvalId, remindAt, secondAt: null })) };
        },
      }),
      async (handle) => {
        const [one] = (await whenWaiting(handle)).pendingApprovals;
        const { approvalId = '', hash = '' } = one ?? {};
        const until = new Date(Date.now() + 20_000).toISOString();
        const by = { id: 'ana', name: 'ana', channel: 'api' } as const;
        const put = await handle.startUpdate(decideUpdate, {
          args: [{ approvalId, hash, decision: 'snooze', until, by }],
          waitForStage: 'ACCEPTED',
        });
        isPutOff = true;
        await put.result();
        await sleep(22_000);
        await decideAs(handle, 'ana', {});
      },
    );
  },
  'asked-again-then-approved': () =>
    shape(
      fakeActivities(
        (cycle) => [
          planned(cycle.cycleId, 1, transition, {
            deciders: ['ana'],
            backups: ['bo'],
            waits: { secondApproverAfterMs: 86_400_000 },
            onExpiry: 'ask_again',
          }),
        ],
        askedAnew,
      ),
      async (handle) => {
        await whenWaiting(handle);
        await sleep(4_000);
        await decideAs(handle, 'bo', {});
      },
      { approvalTimeoutMs: 3_000 },
    ),
  'reopened-then-expired': () =>
    shape(
      asking({
        ...askedAnew,
        lookAgain: async ({ planned: before }) => ({
          drift: [{ member: 'status', was: 'To Do', is: 'Done' }],
          planned: { ...before, hash: 'd'.repeat(64) },
        }),
      }),
      (handle) => decideAs(handle, 'ana', {}),
      { approvalTimeoutMs: 3_000 },
    ),
  'counted-then-cancelled': () =>
    shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition, { needed: 2 })]),
      async (handle) => {
        await decideAs(handle, 'ana', {});
        await handle.signal(cancelSignal, { by: 'lead-1' });
      },
    ),
  'no-action': () => shape(fakeActivities(() => [])),
  'read-more-in-turns': () => {
    const call = (n: number) => ({ place: `t1.${n}`, index: n - 1, summary: `Read for the model: ${n}` });
    return shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
        takeTurn: async ({ turns, contextHash }) =>
          turns.length === 0
            ? { kind: 'asked', reply: 'reply-1', costUsd: 0.01, calls: [call(1), call(2)] }
            : turns.length === 1
              ? { kind: 'asked', reply: 'reply-2', costUsd: 0.01, calls: [] }
              : decidedIn(contextHash),
      }),
    );
  },
  'skipped-by-triage': () => triagedShape({ route: 'skip', decision: decidedIn('c').decision }),
  'triaged-as-hard': () => triagedShape({ route: 'hard', decision: null }),
  'undecided-in-turns': () =>
    shape(
      fakeActivities(() => [], {
        takeTurn: async ({ contextHash }) => ({
          ...decidedIn(contextHash),
          failure: 'the model declined to answer',
          failureKind: 'refusal',
        }),
      }),
    ),
  'critical-told-then-analysed': () => criticalShape({}),
  'critical-told-and-never-analysed': () =>
    criticalShape({
      noteUnanalysed: async ({ cycle }) => ({
        escalation: planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'critical' }),
        againAfterMs: null,
      }),
    }),
  'critical-told-by-another': () =>
    criticalShape({ noteUnanalysed: async () => ({ escalation: null, againAfterMs: null }) }),
  'critical-and-all-denied': () => {
    const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest' };
    return shape(
      fakeActivities(
        (cycle) => [
          planned(cycle.cycleId, 1, transition, { verdict: 'never' }),
          planned(cycle.cycleId, 2, comment, { verdict: 'auto' }),
        ],
        {
          gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, critical }),
          executeAction: async ({ planned: { actionId } }) =>
            actionId.endsWith('.a2')
              ? { status: 'denied', remoteId: null, message: 'PAY-1 is muted' }
              : { status: 'executed', remoteId: '1700000000.000100', message: 'done' },
          tellAllDenied: async ({ cycle }) =>
            planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'critical' }),
        },
      ),
    );
  },
  'asked-anew-then-answered': () => anewShape({}),
  'gave-way-then-critical': () => anewShape({ givesWayMs: 100, critical: true }),
  'over-budget-then-answered': () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, asked: 0 }),
        takeTurn: async ({ contextHash }) => ({
          ...decidedIn(contextHash),
          failure: 'over budget, so the model was not asked',
          failureKind: 'over_budget',
        }),
        tellOverBudget: async ({ cycle }) =>
          planned(cycle.cycleId, 9, comment, { verdict: 'auto', origin: 'command' }),
      }),
    ),
  'unanswered-then-told': () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, asked: 0 }),
        takeTurn: async ({ contextHash }) => ({
          ...decidedIn(contextHash),
          failure: 'the context is larger than the model can read',
          failureKind: 'context_too_large',
        }),
        answerAsker: async ({ cycle }) =>
          planned(cycle.cycleId, 9, comment, { verdict: 'auto', origin: 'asked' }),
      }),
    ),
  'failed-then-told': () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async () => {
          throw ApplicationFailure.nonRetryable('Jira does not accept the token', 'Integration.jira.auth');
        },
        answerAsker: async ({ cycle }) =>
          planned(cycle.cycleId, 9, comment, { verdict: 'auto', origin: 'asked' }),
      }),
    ),
  'nothing-to-do': () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async () => ({ contextHash: 'c', title: 'PAY-9', nothingToDo: 'PAY-9 is gone' }),
      }),
    ),
  acknowledged: () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async ({ cycleId }) => ({
          contextHash: 'c',
          title: 'PAY-1',
          nothingToDo: 'muted by Ana',
          actions: [acknowledgement(cycleId)],
        }),
      }),
    ),
  'acknowledged-then-answered': () =>
    shape(
      fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
        gatherContext: async ({ cycleId }) => ({
          contextHash: 'c',
          title: 'PAY-1',
          nothingToDo: null,
          actions: [acknowledgement(cycleId)],
        }),
      }),
    ),
  'denied-then-escalated': () =>
    shape(
      denying({
        openBreaker: async ({ cycle }) =>
          planned(cycle.cycleId, 9, escalate, { verdict: 'auto', origin: 'breaker' }),
      }),
    ),
  'denied-while-the-breaker-is-open': () => shape(denying({ openBreaker: async () => null })),
  coalesced: () =>
    shape(
      fakeActivities(() => []),
      nobody,
      { coalescedInto: 'cycle-jira-newer' },
    ),
  'coalesced-and-shown-so': () => foldedShape({ shownStatus: 'coalesced' }),
  'coalesced-by-an-older-start': () => foldedShape({}),
  'failed-vendor': () =>
    shape(
      fakeActivities(() => [], {
        gatherContext: async () => {
          throw ApplicationFailure.nonRetryable('Jira does not accept the token', 'Integration.jira.auth');
        },
      }),
    ),
  'sweep-of-several-pages': () => sweepShape(3),
  'sweep-gone-on-in-a-new-run': () => sweepShape(40),
  'sweep-with-a-place-refused': () =>
    sweepShape(1, {
      sweepPage: async ({ scope }) => {
        if (scope.place === 'PAY') {
          throw ApplicationFailure.nonRetryable('no project PAY', 'Integration.jira.invalid');
        }
        return { cursor: null, looked: 1, found: 0 };
      },
    }),
  'sweep-with-a-vendor-away': () =>
    sweepShape(1, {
      sweepPage: async ({ scope }) => {
        if (scope.kind === 'issues') {
          throw ApplicationFailure.create({ message: 'gave no answer', nextRetryDelay: 10 });
        }
        return { cursor: null, looked: 1, found: 0 };
      },
    }),
  undone: () => ({
    workflowType: UNDO_ACTION,
    fake: fakeActivities(() => []),
    drive: nobody,
    input: {
      actionId: 'cycle-jira-1.a1',
      undoId: 'cycle-jira-1.a1.u1',
      by: { id: 'lead-1', name: 'Ana Lindqvist', channel: 'cli' },
    } satisfies UndoInput,
  }),
  'drill-missed': () => drillShape((handle) => decideAs(handle, 'ana', {})),
  'drill-caught-by-signal': () =>
    drillShape(async (handle) => {
      await whenWaiting(handle);
      await handle.signal(rejectSignal, { by: 'ana', reason: 'it is not done' });
    }),
  'drill-that-nobody-decided': () => drillShape(nobody, 200),
  'drill-of-nothing': () => ({
    workflowType: APPROVAL_DRILL,
    fake: fakeActivities(() => []),
    drive: nobody,
    input: drillInput,
  }),
  'autonomy-changed': () => ({
    workflowType: CHANGE_AUTONOMY,
    fake: fakeActivities(() => []),
    drive: nobody,
    input: {
      id: 'order-1',
      kind: 'jira.comment',
      project: 'PAY',
      from: 'approve',
      to: 'announce',
      by: { id: 'lead-1', name: 'Ana Lindqvist' },
      actor: 'cli:lead-1',
      why: 'thirty in a row',
      evidence: { run: 30 },
    } satisfies LevelOrder,
  }),
  'trial-of-some-cases': () => trialShape({}),
  'trial-with-a-case-given-up': () =>
    trialShape({
      runCase: async ({ caseId }) => {
        if (caseId === 'case-2') {
          throw ApplicationFailure.nonRetryable('the key is not accepted', 'Integration.claude.auth');
        }
      },
    }),
};
