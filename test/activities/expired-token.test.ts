/** Jira takes a token that expired for none and answers as to nobody: nothing, or 404. Nothing may be read out of that. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { BitbucketChanges } from '../../src/integrations/bitbucket/changes.js';
import { createJiraChanges } from '../../src/integrations/jira/changes-client.js';
import type { SlackChanges } from '../../src/integrations/slack/changes.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { commentEvent, cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { scripted } from './support/scripted.js';
import { vendorsAt } from './support/vendors.js';
import { createWorld, environment, type World } from './support/world.js';

const BY = { id: 'lead-1', name: 'Lea', channel: 'cli' } as const;
const REFUSED = { type: 'Integration.jira.auth' };
const COMMENT: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };

const FOLLOW_UP: Action = {
  kind: 'jira.create_issue',
  payload: { issueKey: 'PAY-1', as: 'follow_up', issueType: null, summary: 'Look', description: 'Why.' },
};

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe.each(['cloud', 'data_center'] as const)('a token that expired (%s)', (deployment) => {
  let world: World;
  let cycle: CycleInput;
  beforeEach(() => {
    const deps = vendorsAt(sandbox.url, deployment);
    const baseUrl = `${sandbox.url}/${deployment === 'cloud' ? 'jira' : 'jira-dc'}`;
    const changes = {
      jira: createJiraChanges({ baseUrl, email: null, token: 't', deployment }),
      bitbucket: scripted<BitbucketChanges>('bitbucket changes', {}).port,
      slack: scripted<SlackChanges>('slack changes', {}).port,
    };
    world = createWorld({ deps: { ...deps, changes } });
    // The simulated Jira has ids of its own.
    const event = commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } });
    cycle = cycleInput({ event });
  });
  afterEach(async () => {
    await sandbox.delete('/_faults');
    await world.dispose();
  });

  const expire = () => sandbox.post('/_faults', { vendor: 'jira', kind: 'expired_token', times: 1_000 });

  async function plan(proposed: Action): Promise<PlannedAction> {
    const action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
    await intoLedger(world, cycle, action);
    return action;
  }

  const execute = (action: PlannedAction) =>
    environment().run(guarded(createExecuteAction(world.deps)), { cycle, planned: action });
  const undo = ({ actionId }: PlannedAction) =>
    environment().run(guarded(createUndoAction(world.deps, [1])), {
      actionId,
      undoId: `${actionId}.u1`,
      by: BY,
    });

  test('leaves no issue "no longer known": the event waits', async () => {
    const other = cycleInput({ event: commentEvent(), eventId: 'before' });
    expect(await world.call('gatherContext', other)).toMatchObject({ nothingToDo: null });
    await expire();

    await expect(world.call('gatherContext', cycle)).rejects.toMatchObject({
      ...REFUSED,
      nonRetryable: false,
    });
  });

  test.each<[string, Action]>([
    ['a comment', COMMENT],
    ['a move', { kind: 'jira.transition', payload: { issueKey: 'PAY-2', toStatus: 'In Progress' } }],
    ['a follow-up', FOLLOW_UP],
  ])('leaves %s open', async (_what, proposed) => {
    const action = await plan(proposed);
    await expire();

    await expect(execute(action)).rejects.toMatchObject(REFUSED);

    expect(world.reader.getAction(action.actionId)?.ended_at).toBeNull();
  });

  test.each<[string, Action]>([
    ['a comment', COMMENT],
    ['an issue', FOLLOW_UP],
  ])('leaves the undo of %s open', async (_what, proposed) => {
    const action = await plan(proposed);
    expect(await execute(action)).toMatchObject({ status: 'executed' });
    await expire();

    await expect(undo(action)).rejects.toMatchObject(REFUSED);

    expect(world.reader.getAction(action.actionId)?.status).toBe('executed');
    expect(world.reader.undosOf(action.actionId)).toMatchObject([{ ended_at: null }]);
  });

  test('moves no watermark of the sweep', async () => {
    const page = (startedAt: string) =>
      world.call('sweepPage', {
        scope: { kind: 'issues', place: 'PAY', since: startedAt, reportSince: startedAt },
        startedAt,
        cursor: null,
      });
    await page('2026-11-23T10:00:00.000Z');
    const before = await world.deps.mirror.sweepMarks(['issues:PAY']);
    await expire();

    await expect(page('2026-11-23T11:00:00.000Z')).rejects.toMatchObject(REFUSED);

    expect(before).toMatchObject([{ watermark: '2026-11-23T10:00:00.000Z' }]);
    expect(await world.deps.mirror.sweepMarks(['issues:PAY'])).toEqual(before);
  });
});
