/** Activities as plain objects typed by the contract. `calls` records what the workflow asked for. */
import type { Activities } from '../../src/activities/contract.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';

export interface FakeActivities {
  readonly activities: Activities;
  readonly calls: { readonly name: keyof Activities; readonly input: unknown }[];
  executed(): readonly string[];
}

export function fakeActivities(
  plan: (cycle: CycleInput) => readonly PlannedAction[],
  overrides: Partial<Activities> = {},
): FakeActivities {
  const calls: { name: keyof Activities; input: unknown }[] = [];
  const implementation: Activities = {
    gatherContext: async () => ({ contextHash: 'context', title: 'PAY-1 Checkout fails', nothingToDo: null }),
    decide: async () => ({
      decision: { summary: 'Answered.', reasons: [], actions: [], uncertainty: null },
      costUsd: 0.01,
      failure: null,
    }),
    triage: async () => ({ route: 'normal', decision: null }),
    takeTurn: async ({ contextHash }) => ({
      kind: 'decided',
      decision: { summary: 'Answered.', reasons: [], actions: [], uncertainty: null },
      failure: null,
      failureKind: null,
      costUsd: 0.01,
      contextHash,
    }),
    useTool: async ({ call: { index, place } }) => ({ index, hash: `answer-${place}` }),
    planActions: async ({ cycle }) => ({ actions: plan(cycle), deadlineMs: null }),
    judgeEdit: async () => ({ refusal: 'nothing can be edited here', what: 'denied' }),
    lookAgain: async () => null,
    answerQuestion: async () => 'Because it is.',
    executeAction: async () => ({ status: 'executed', remoteId: '30001', message: 'done' }),
    openApprovals: async () => undefined,
    noteApproval: async () => undefined,
    decisionsOnTheirWay: async () => [],
    proveDecision: async () => ({ isRecorded: true }),
    signalSentAt: async () => ({ at: null }),
    settleApproval: async () => undefined,
    recordRefusal: async () => undefined,
    openBreaker: async () => null,
    tellExpired: async ({ planned }) => ({
      ...planned,
      actionId: planned.actionId.replace('.a', '.x'),
      verdict: 'auto',
      origin: 'expired',
    }),
    noteUnanalysed: async () => ({ escalation: null, againAfterMs: null }),
    tellAllDenied: async () => null,
    tellOverBudget: async () => null,
    answerAsker: async () => null,
    parkCycle: async () => undefined,
    claimLane: async () => true,
    finishCycle: async () => undefined,
    undoAction: async () => ({ status: 'executed', remoteId: null, message: 'taken back' }),
    openDrill: async () => ({ refusal: 'nothing lends itself to a drill' }),
    changeAutonomy: async () => ({ changed: true }),
    planSweep: async () => ({ startedAt: '2026-11-23T10:00:00.000Z', scopes: [] }),
    sweepPage: async () => ({ cursor: null, looked: 0, found: 0 }),
    planTrial: async () => ({ cases: [], promptHash: null }),
    runCase: async () => undefined,
    giveUpCase: async () => undefined,
    endTrial: async () => undefined,
    ...overrides,
  };
  const activities = Object.fromEntries(
    (Object.keys(implementation) as (keyof Activities)[]).map((name) => [
      name,
      async (input: never) => {
        calls.push({ name, input });
        return (implementation[name] as (value: never) => unknown)(input);
      },
    ]),
  ) as unknown as Activities;
  return {
    activities,
    calls,
    executed: () =>
      calls
        .filter((call) => call.name === 'executeAction')
        .map((call) => (call.input as { planned: PlannedAction }).planned.actionId),
  };
}
