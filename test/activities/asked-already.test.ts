/** Two cycles that would ask people the very same thing, over the real plan and the real mirror. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { Policy } from '../../src/domain/policy.js';
import { comment, cycleInput, planned as plannedBy } from '../support/builders.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

const HOUR_MS = 3_600_000;
const ASK: Policy = { version: 'v', default: 'ask', deadlineMs: 4 * HOUR_MS, rules: [] };

let world: World;
beforeEach(() => {
  world = createWorld({ deps: { policy: ASK } });
});
afterEach(() => world.dispose());

const MOVES: readonly Action[] = [
  { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'one' } },
  { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'two' } },
  { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } },
];

interface Planned {
  readonly cycle: CycleInput;
  readonly one: PlannedAction;
  /** Null where it was not asked. */
  readonly approvalId: string | null;
}

/** A cycle that proposes this alone, and asks where its plan says so. */
async function propose(action: Action, { leftMs = 4 * HOUR_MS } = {}): Promise<Planned> {
  const cycle = cycleInput();
  const one = await plan(cycle, action);
  const isAsked = one.askedIn === undefined;
  const approvalId = randomUUID().replaceAll('-', '');
  if (isAsked) {
    const deadline = new Date(world.deps.clock().getTime() + leftMs).toISOString();
    await world.mirror.openApprovals({
      cycleId: cycle.cycleId,
      requests: [{ approvalId, planned: one, deadline }],
    });
  } else {
    await end(cycle);
  }
  return { cycle, one, approvalId: isAsked ? approvalId : null };
}

async function plan(cycle: CycleInput, action: Action): Promise<PlannedAction> {
  const contextHash = await world.storeContext(context());
  const reasons = [{ text: 'why', evidence: ['issue'] }];
  const decision = { summary: 'do it', reasons, actions: [action], uncertainty: null };
  await world.mirror.startCycle(cycle, 'run-1');
  const { actions } = await world.call('planActions', { cycle, contextHash, decision });
  return actions[0]!;
}

function end(cycle: CycleInput): Promise<void> {
  const over = {
    status: 'completed',
    outcome: 'no_action',
    summary: 'over',
    error: null,
    runId: 'run-1',
  } as const;
  return world.mirror.finishCycle({ cycle, ...over });
}

/** As its workflow settles it; the cycle ends with it. */
async function settle({ cycle, one, approvalId }: Planned, status: 'approved' | 'rejected' | 'expired') {
  const by = status === 'expired' ? null : ({ id: 'ana', name: 'Ana', channel: 'api' } as const);
  const state = {
    approvalId: approvalId!,
    actionId: one.actionId,
    hash: one.hash,
    status,
    decidedBy: by,
    decidedAt: world.deps.clock().toISOString(),
    reason: null,
    note: null,
  };
  await world.mirror.settleApproval({ cycleId: cycle.cycleId, state, actionStatus: status });
  await end(cycle);
}

const actionOf = ({ one }: Planned) => world.reader.getAction(one.actionId);

describe('what another cycle asks already', () => {
  test('is not asked a second time: it says which request decides it, and is over', async () => {
    const first = await propose(MOVES[0]!);
    const second = await propose(MOVES[0]!);

    expect(first.one.askedIn).toBeUndefined();
    expect(second.one.askedIn).toEqual({ approvalId: first.approvalId, cycleId: first.cycle.cycleId });
    expect(actionOf(second)).toMatchObject({ status: 'obsolete', ended_at: expect.any(String) });
    expect(JSON.parse(actionOf(second)?.result ?? '')).toMatchObject({
      message: `the same is asked already: request ${first.approvalId} of ${first.cycle.cycleId} decides it`,
    });
    expect(actionOf(first)?.status).toBe('awaiting_approval');
    const step = world.reader.getCycle(second.cycle.cycleId)?.steps.find(({ name }) => name === 'plan');
    expect(JSON.parse(step?.detail ?? '')).toMatchObject({
      proposed: 1,
      ask: 0,
      refused: 0,
      askedAlready: 1,
    });
  });

  test.each(['approved', 'rejected', 'expired'] as const)(
    'is asked anew once that one is %s',
    async (status) => {
      await settle(await propose(MOVES[0]!), status);

      expect((await propose(MOVES[0]!)).one.askedIn).toBeUndefined();
    },
  );

  test('is asked beside one that is about to expire: it would take it along', async () => {
    await propose(MOVES[0]!, { leftMs: HOUR_MS });

    expect((await propose(MOVES[0]!)).one.askedIn).toBeUndefined();
  });

  test('is asked where other people decide it, or more of them', async () => {
    await propose(MOVES[0]!);
    const [two, lead] = [
      { name: 'two', when: {}, verdict: 'ask', approvers: { count: 2 } },
      { name: 'default', when: {}, verdict: 'ask', approvers: { people: ['lead-1'] } },
    ] as const;

    for (const rule of [two, lead]) {
      const deps = { ...world.deps, policy: { ...ASK, rules: [rule] } } as typeof world.deps;
      const cycle = cycleInput();
      const contextHash = await world.storeContext(context());
      const decision = { summary: '', reasons: [], actions: [MOVES[0]!], uncertainty: null };
      await world.mirror.startCycle(cycle, 'run-1');
      const { actions } = await world.call('planActions', { cycle, contextHash, decision }, { deps });
      expect(actions[0]).toMatchObject({ verdict: 'ask', refusal: null });
      expect(actions[0]?.askedIn).toBeUndefined();
    }
  });

  test('stands for nothing where it is a drill: nobody carries that out', async () => {
    const { cycle } = await propose(MOVES[0]!);
    const { drill: _, ...shown } = plannedBy(cycle.cycleId, 1, comment);
    await world.mirror.beginDrill(
      { drillId: 'drill-1', cycleId: cycle.cycleId, startedBy: 'ana' },
      {
        cycle,
        planned: { ...shown, drill: 'no' },
        contextHash: '',
        title: '',
        summary: '',
        team: null,
        deadlineMs: 1,
      },
    );

    expect((await propose(MOVES[0]!)).one.askedIn).toBeUndefined();
  });

  test('is asked after all where the plan is made again and that request is over by then', async () => {
    const first = await propose(MOVES[0]!);
    const cycle = cycleInput();
    const left = await plan(cycle, MOVES[0]!);
    await settle(first, 'rejected');

    const again = await plan(cycle, MOVES[0]!);

    expect([left.askedIn, again.askedIn]).toEqual([expect.anything(), undefined]);
    expect(world.reader.getAction(again.actionId)).toMatchObject({
      status: 'proposed',
      result: null,
      ended_at: null,
    });
  });
});

test('whatever is proposed and decided, no two open requests ask the same, and what is not asked is left to one that is open', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ propose: fc.nat({ max: MOVES.length - 1 }) }) },
    fc.record({ settle: fc.nat({ max: 5 }), as: fc.constantFrom('approved', 'rejected', 'expired') }),
  );
  let linked = 0;
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const open: Planned[] = [];
        for (const one of steps) {
          if ('propose' in one) {
            const made = await propose(MOVES[one.propose]!);
            if (made.approvalId === null) {
              linked += 1;
              expect(open.map(({ approvalId }) => approvalId)).toContain(made.one.askedIn?.approvalId);
            } else {
              open.push(made);
            }
          } else if (open.length > 0) {
            const [settled] = open.splice(one.settle % open.length, 1);
            await settle(settled!, one.as);
          }
          const asked = world.reader
            .listApprovals({ status: 'pending' }, { limit: 100, cursor: null })
            .items.map(({ kind, target, payload }) => `${kind} ${target} ${payload}`);
          expect(asked).toHaveLength(open.length);
          expect(new Set(asked).size).toBe(asked.length);
        }
      })
      .afterEach(async () => {
        await world.dispose();
        world = createWorld({ deps: { policy: ASK } });
      }),
    { numRuns: 40 },
  );
  expect(linked).toBeGreaterThan(0);
}, 60_000);
