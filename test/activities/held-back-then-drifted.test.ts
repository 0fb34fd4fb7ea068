/** What was approved and could not leave at once: people may have worked on its target meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult, CycleInput, DriftFound, PlannedAction } from '../../src/domain/cycle.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import type { JiraIssue } from '../../src/integrations/jira/jira.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { askedAbout } from './support/asked-about.js';
import { intoLedger } from './support/into-ledger.js';
import { facts, jiraIssue, transitions } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let contextHash: string;
let issue: JiraIssue;
let answer: () => string;
let isPaused = false;
const assigneeId = facts.issue?.assigneeId ?? '';

beforeEach(() => {
  isPaused = false;
  answer = () => '30001';
  issue = {
    ...jiraIssue(),
    status: facts.issue?.status ?? '',
    summary: facts.issue?.summary ?? '',
    priority: facts.issue?.priority ?? null,
    assignee: { accountId: assigneeId, displayName: assigneeId, isApp: false },
  };
  const pause = { by: 'lead-1', byName: 'Lea', reason: null, since: '2026-11-23T10:00:00.000Z' };
  world = createWorld({
    jira: {
      getIssue: () => issue,
      getTransitions: () => transitions,
      findCommentByAction: () => null,
      addComment: () => answer(),
      transition: () => undefined,
    },
    deps: { pause: () => (isPaused ? pause : null) },
  });
});
afterEach(() => world.dispose());

async function approve(proposed: Action, overrides: Partial<PlannedAction> = {}): Promise<void> {
  cycle = cycleInput();
  contextHash = await world.storeContext({ facts, items: [], omitted: [] });
  action = planned(cycle.cycleId, 1, proposed, overrides);
  await intoLedger(world, cycle, action);
  await askedAbout(world, cycle.cycleId, action, 'approved');
}

function execute(attempt = 1): Promise<ActionResult> {
  return world.call('executeAction', { cycle, planned: action, contextHash }, { attempt });
}

/** As the workflow does it, and a person approves what is shown again. */
async function approveAgain({ planned: again }: DriftFound): Promise<void> {
  const approvalId = `${action.actionId}.approval`;
  const { hash, actionId } = again;
  const state = { approvalId, actionId, hash, decidedBy: null, decidedAt: null, reason: null, note: null };
  const request = { planned: again, deadline: '2026-11-25T10:00:00.000Z' };
  await world.deps.mirror.noteApproval({
    ...request,
    cycleId: cycle.cycleId,
    state: { ...state, status: 'reopened' },
    also: [],
    what: 'reopened',
    by: null,
    data: {},
    key: `${approvalId}/1`,
  });
  await world.deps.mirror.settleApproval({
    cycleId: cycle.cycleId,
    actionStatus: 'approved',
    state: { ...state, status: 'approved' },
  });
  action = again;
}

const row = () => world.reader.getAction(action.actionId);

describe('an approved effect', () => {
  test.each([1, 2])(
    'of a target that changed is not sent by attempt %d, and has not ended',
    async (attempt) => {
      await approve(comment);
      issue = { ...issue, status: 'Closed' };

      const { drifted } = await execute(attempt);

      expect(drifted?.drift).toEqual([{ member: 'status', was: 'In Progress', is: 'Closed' }]);
      expect(world.jira.calls()).not.toContain('addComment');
      expect(row()).toMatchObject({ status: 'approved', ended_at: null });
    },
  );

  test('that a pause held back looks again when it is over', async () => {
    await approve(comment);
    isPaused = true;
    await expect(execute()).rejects.toThrow('paused');
    issue = { ...issue, summary: 'Something else' };
    isPaused = false;

    expect((await execute(2)).drifted?.drift).toMatchObject([{ member: 'summary', is: 'Something else' }]);
    expect(world.jira.calls()).not.toContain('addComment');
  });

  test('that was sent, and whose answer was lost, is looked for first: what was done is done', async () => {
    await approve(comment);
    answer = () => {
      throw new IntegrationError({
        service: 'jira',
        code: 'unavailable',
        message: 'cut off',
        retryable: true,
        outcomeUnknown: true,
      });
    };
    await expect(execute()).rejects.toThrow('cut off');
    issue = { ...issue, status: 'Closed' };
    Object.assign(world.jira.port, { findCommentByAction: async () => '30001' });

    expect(await execute(2)).toMatchObject({ status: 'executed', remoteId: '30001' });
  });

  test('whose target cannot be read is tried again, and left to its own preconditions where that cannot help', async () => {
    await approve(comment);
    const away = (retryable: boolean) => {
      Object.assign(world.jira.port, {
        getIssue: async () => {
          throw new IntegrationError({ service: 'jira', code: 'unavailable', message: 'away', retryable });
        },
      });
    };

    away(true);
    await expect(execute(11)).rejects.toThrow('away');
    away(false);
    expect(await execute()).toMatchObject({ status: 'executed' });
  });

  test('that is approved as it stands now goes, with what was begun before forgotten', async () => {
    await approve(transition, { seen: { status: 'In Progress' } });
    // An attempt that came as far as its intent.
    answer = () => '';
    Object.assign(world.jira.port, {
      transition: async () => {
        throw new IntegrationError({
          service: 'jira',
          code: 'unavailable',
          message: 'busy',
          retryable: true,
        });
      },
    });
    await expect(execute()).rejects.toThrow('busy');
    await world.deps.mirror.recordWait(action.actionId);
    issue = { ...issue, status: 'Blocked' };
    const { drifted } = await execute(2);
    expect(drifted?.planned.seen).toEqual({ status: 'Blocked' });
    await approveAgain(drifted as DriftFound);
    expect(row()).toMatchObject({ intent_at: null, stood: null });
    expect(await world.deps.mirror.waitsOf(action.actionId)).toBe(0);
    Object.assign(world.jira.port, { transition: async () => undefined });

    contextHash = drifted?.contextHash ?? '';
    expect(await execute()).toMatchObject({ status: 'executed' });

    expect(JSON.parse(row()?.stood ?? 'null')).toMatchObject({ before: { status: 'Blocked' } });
    expect(world.auditKinds(cycle.cycleId).filter((kind) => kind === 'effect.intended')).toHaveLength(2);
  });
});

describe('what the agent itself did meanwhile', () => {
  const assign = (accountId: string): Action => ({
    kind: 'jira.assign',
    payload: { issueKey: 'PAY-1', accountId },
  });
  const seen = { assignee: assigneeId };

  beforeEach(() => {
    Object.assign(world.jira.port, {
      assign: async (_key: string, accountId: string) => {
        issue = { ...issue, assignee: { accountId, displayName: 'Ana Lindqvist', isApp: false } };
      },
    });
  });

  /** Carried out, as another action of this cycle or of another one. */
  async function meanwhile(proposed: Action, where: 'this cycle' | 'another cycle'): Promise<void> {
    const other = where === 'this cycle' ? cycle : cycleInput();
    const done = planned(other.cycleId, 2, proposed, { verdict: 'auto' });
    if (where === 'another cycle') {
      await intoLedger(world, other, done);
    } else {
      const step = { name: 'plan', attempt: 2, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
      await world.deps.mirror.recordPlan({ cycleId: other.cycleId, step, actions: [done] });
    }
    expect(await world.call('executeAction', { cycle: other, planned: done })).toMatchObject({
      status: 'executed',
    });
  }

  test.each<[string, Action, Partial<PlannedAction>]>([
    ['that demands it', assign('712020:cleo'), { seen }],
    ['that only told of it', comment, {}],
  ])('in another cycle is shown again to whoever approved one %s', async (_what, proposed, more) => {
    await approve(proposed, more);
    await meanwhile(assign('712020:ana'), 'another cycle');
    const sent = world.jira.calls().length;

    const { status, drifted, message } = await execute();

    expect(status).toBe('obsolete');
    expect(drifted?.drift).toEqual([{ member: 'assignee', was: assigneeId, is: '712020:ana' }]);
    expect(drifted?.planned.version).toMatchObject({ assignee: '712020:ana' });
    expect(message).toContain('the assignee is "Ana Lindqvist"');
    expect(world.jira.calls().slice(sent)).not.toContain('assign');
    expect(world.jira.calls().slice(sent)).not.toContain('addComment');
  });

  test('by the same plan was shown beside it, and is no news', async () => {
    await approve(comment);
    await meanwhile(assign('712020:ana'), 'this cycle');

    expect(await execute()).toMatchObject({ status: 'executed' });
  });

  test('by the same plan is shown again where the effect itself demands how it stood', async () => {
    await approve(assign('712020:cleo'), { seen });
    await meanwhile(assign('712020:ana'), 'this cycle');

    expect((await execute()).drifted?.drift).toMatchObject([{ member: 'assignee', is: '712020:ana' }]);
  });

  test.each(['this cycle', 'another cycle'] as const)(
    'in words only, in %s, changes nothing',
    async (where) => {
      await approve(transition, { seen: { status: 'In Progress' } });
      await meanwhile(comment, where);

      expect(await execute()).toMatchObject({ status: 'executed' });
    },
  );
});

test('what nobody was asked about is not held against its target', async () => {
  await approve(comment, { verdict: 'auto' });
  issue = { ...issue, status: 'Closed' };

  expect(await world.call('executeAction', { cycle, planned: action })).toMatchObject({ status: 'executed' });
});
