/**
 * F9, for each kind of action and its undo: an attempt that no longer counts (timed out, its worker stops) ends the request
 * that is under way, so that no attempt overlaps the next one; the ledger goes on saying that it may be applied.
 */

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import { ActivityCancellationDetails } from '@temporalio/common';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import { ACTIONS } from '../../../src/domain/actions/index.js';
import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { eventually } from '../../support/eventually.js';
import { EFFECTS, type PossibleEffect } from '../support/effects.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

/** Much later than the attempt is given up, and earlier than a call is by itself. Milliseconds. */
const ANSWERED_AFTER = 4_000;
const CALL_TIMEOUT = 15_000;

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let cycles = 0;

afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});

/** A world of their own for some tests. What is held back in it is still to come at the end, and needs its file. */
function withSandbox(): void {
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await eventually(async () => expect(await unanswered()).toEqual([]));
    await sandbox.close();
  });
}

async function plan({ action: proposed, seen }: PossibleEffect): Promise<void> {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'cloud', CALL_TIMEOUT) });
  cycles += 1;
  cycle = cycleInput({ cycleId: `cycle-given-up-${cycles}` });
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1, ...(seen && { seen }) });
  await intoLedger(world, cycle, action);
}

interface Call {
  readonly method: string;
  readonly path: string;
  /** Null until it is answered. */
  readonly status: number | null;
}

async function received(): Promise<readonly Call[]> {
  return (await sandbox.get('/_received')).body.items as readonly Call[];
}

async function unanswered(): Promise<readonly Call[]> {
  return (await received()).filter(({ status }) => status === null);
}

/** Runs until the write is at the vendor, then gives the attempt up. */
async function giveUp(
  { vendor }: PossibleEffect,
  write: string,
  run: (env: ReturnType<typeof environment>) => Promise<unknown>,
): Promise<void> {
  await sandbox.post('/_faults', { vendor, kind: 'delay', match: write, ms: ANSWERED_AFTER });
  const earlier = (await received()).length;
  const writes = async () =>
    (await received())
      .slice(earlier)
      .filter(({ method, path }) => new RegExp(write).test(`${method} ${path}`));
  const env = environment();
  const attempt = run(env);
  attempt.catch(() => undefined);
  await eventually(async () => expect(await writes()).toHaveLength(1));

  env.cancel('TIMED_OUT', new ActivityCancellationDetails({ timedOut: true }));

  await expect(attempt).rejects.toBeInstanceOf(CancelledFailure);
  // It did not wait for the answer.
  expect(await writes()).toMatchObject([{ status: null }]);
}

const execute = (env = environment()) =>
  env.run(guarded(createExecuteAction(world.deps, [100])), { cycle, planned: action });

describe('a write of an attempt that no longer counts is cut off', () => {
  withSandbox();

  test.each(Object.entries(EFFECTS))('%s', async (_name, effect) => {
    await plan(effect);

    await giveUp(effect, effect.write, execute);

    expect(world.reader.getAction(action.actionId)?.status).toBe('executing');
  });
});

/** Over `METHOD path` of the one call that takes it back. */
const UNDONE_BY: Readonly<Record<string, string>> = {
  'jira.comment': '^DELETE .*/comment/',
  'a status note on an issue': '^(DELETE|PUT) .*/comment/',
  'jira.transition': '^POST .*/transitions$',
  'jira.assign': '^PUT .*/assignee$',
  'jira.update_fields': '^PUT .*/issue/[^/]+$',
  'jira.link': '^DELETE .*/issueLink/',
  'jira.create_issue': '^DELETE .*/issue/[^/]+$',
  'slack.message': 'chat.delete$',
  'bitbucket.pr_comment': '^DELETE .*/comments/',
  'a comment on a line': '^DELETE .*/comments/',
};

describe('and so is the undo of', () => {
  withSandbox();

  const reversible = Object.entries(EFFECTS).filter(
    ([, effect]) => ACTIONS[effect.action.kind].inverse.reversible,
  );

  test.each(reversible)('%s', async (name, effect) => {
    await plan(effect);
    await expect(execute()).resolves.toMatchObject({ status: 'executed' });
    const { actionId } = action;
    const undo = guarded(createUndoAction(world.deps, [100]));
    const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;

    await giveUp(effect, UNDONE_BY[name] ?? 'no such call', (env) =>
      env.run(undo, { actionId, undoId: `${actionId}.u1`, by }),
    );
  });
});
