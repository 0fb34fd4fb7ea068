/**
 * A kind without a mark tells by how things stand. Where the vendor refused every attempt, what stands as wanted is a
 * person's: it is not told as the agent's, and an undo does not take it from them.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { Action } from '../../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { BO, CLEO } from '../../../src/sandbox/seed/people.js';
import { AUTHORIZED, startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let issueKey: string;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  const fields = {
    project: { key: 'PAY' },
    issuetype: { name: 'Task' },
    summary: 'Refund',
    assignee: { accountId: CLEO.jira },
    priority: { name: 'High' },
  };
  issueKey = (await call('POST', '/issue', { fields }, PERSON)).body.key;
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

type Credentials = Readonly<Record<string, string>>;

const call = (method: string, path: string, body: unknown, by: Credentials) =>
  sandbox.call(method, `/jira/rest/api/3${path}`, body, by);

const fault = (kind: string, more: object = {}) =>
  sandbox.post('/_faults', { vendor: 'jira', kind, match: '^(POST|PUT) ', times: 1, ...more });

async function plan(proposed: Action): Promise<void> {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  cycle = cycleInput({ event: commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }) });
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
}

function execute(attempt: number, minute = 0): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...atMinute(minute) }, [1]));
  return environment(attempt).run(activity, { cycle, planned: action });
}

function atMinute(minute: number): Partial<ActivityDeps> {
  return minute === 0 ? {} : { clock: () => new Date(Date.parse('2026-11-23T10:00:00Z') + minute * 60_000) };
}

function undo(): Promise<ActionResult> {
  const by = { id: 'lea', name: 'Lea', channel: 'api' } as const;
  const { actionId } = action;
  const activity = guarded(createUndoAction(world.deps, [1]));
  return environment().run(activity, { actionId, undoId: `${actionId}.u1`, by });
}

interface Case {
  readonly proposed: () => Action;
  /** The very same, by whoever these credentials are: a person, or the agent whose request the vendor is late with. */
  readonly same: (by: Credentials) => Promise<unknown>;
}

const CASES: Readonly<Record<string, Case>> = {
  'jira.assign': {
    proposed: () => ({ kind: 'jira.assign', payload: { issueKey, accountId: BO.jira } }),
    same: (by) => call('PUT', `/issue/${issueKey}/assignee`, { accountId: BO.jira }, by),
  },
  'jira.transition': {
    proposed: () => ({ kind: 'jira.transition', payload: { issueKey, toStatus: 'In Progress' } }),
    same: (by) => call('POST', `/issue/${issueKey}/transitions`, { transition: { id: '21' } }, by),
  },
  'jira.update_fields': {
    proposed: () => ({
      kind: 'jira.update_fields',
      payload: {
        issueKey,
        priority: 'Low',
        addLabels: [],
        removeLabels: [],
        dueDate: null,
        estimate: null,
        sprint: null,
      },
    }),
    same: (by) => call('PUT', `/issue/${issueKey}`, { fields: { priority: { name: 'Low' } } }, by),
  },
  'jira.link': {
    proposed: () => ({ kind: 'jira.link', payload: { issueKey, relation: 'blocks', toKey: 'PAY-1' } }),
    same: (by) => {
      const ends = { inwardIssue: { key: issueKey }, outwardIssue: { key: 'PAY-1' } };
      return call('POST', '/issueLink', { type: { name: 'Blocks' }, ...ends }, by);
    },
  },
};

async function stands(): Promise<unknown> {
  const { fields } = (await sandbox.get(`/jira/rest/api/3/issue/${issueKey}`)).body;
  const { assignee, status, priority, issuelinks } = fields;
  return { assignee: assignee.accountId, status: status.name, priority: priority.name, links: issuelinks };
}

describe.each(Object.entries(CASES))('%s', (_kind, { proposed, same }) => {
  test("what a person did after a refusal stays the person's", async () => {
    await plan(proposed());
    await fault('status', { status: 429 });
    await expect(execute(1)).rejects.toMatchObject({ type: 'Integration.jira.rate_limit' });
    await same(PERSON);
    const before = await stands();

    const result = await execute(2);

    expect(result).toMatchObject({
      status: 'executed',
      remoteId: null,
      message: expect.stringContaining('already'),
    });
    expect(world.reader.getAction(action.actionId)).toMatchObject({ stood: null, last_intent_at: null });
    expect(await undo()).toMatchObject({ status: 'failed' });
    expect(await stands()).toEqual(before);
  });

  test('what an earlier attempt did is found, although a later one was refused', async () => {
    await plan(proposed());
    await fault('cut_before');
    await expect(execute(1)).rejects.toThrow();
    await fault('status', { status: 429 });
    await expect(execute(2, 1)).rejects.toMatchObject({ type: 'Integration.jira.rate_limit' });
    // The vendor does so late what the first attempt asked for.
    await same(AUTHORIZED);

    const result = await execute(3, 2);

    expect(result).toMatchObject({
      status: 'executed',
      message: expect.stringContaining('found from an earlier attempt'),
    });
    expect(await undo()).toMatchObject({ status: 'executed' });
  });
});
