import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/activity';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { type Patience, REFUSED_TRIES, withPatience } from '../../src/activities/patience.js';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../../src/domain/effect.js';
import { asOneOfAll, IntegrationError } from '../../src/integrations/integration-error.js';
import { cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { context, vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World } from './support/world.js';

const comment: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };
const away = vendorError('unavailable', { status: 503, retryable: true });
const busy = vendorError('rate_limit', { status: 429, retryable: true, retryAfterMs: 1_000 });
const held = new IntegrationError({
  service: 'jira',
  message: 'jira asked for a pause',
  code: 'rate_limit',
  retryable: true,
  retryAfterMs: 5_000,
  heldBack: true,
});

const patience = (tries: number): Patience => ({ tries, firstMs: 2_000, longestMs: 300_000 });

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
beforeEach(async () => {
  world = createWorld({ jira: { findCommentByAction: () => null, addComment: () => Promise.reject(away) } });
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, comment, { verdict: 'auto' });
  await intoLedger(world, cycle, action);
});
afterEach(() => world.dispose());

describe('an action whose vendor asked for a pause', () => {
  test('waits without an intent, an audit entry or a call, and says for how long', async () => {
    const execute = guarded(createExecuteAction({ ...world.deps, heldBack: () => held }));

    await expect(environment().run(execute, { cycle, planned: action })).rejects.toMatchObject({
      nextRetryDelay: 5_000,
      nonRetryable: false,
      category: 'BENIGN',
    });

    expect(world.auditKinds(cycle.cycleId)).not.toContain('effect.intended');
    expect(world.jira.calls()).toEqual([]);
  });
});

describe('tries that only waited', () => {
  const run = (attempt: number, error: Error) => {
    const fails = () => Promise.reject(error);
    const activity = guarded(withPatience(world.deps.mirror, patience(3), () => action.actionId, fails));
    return environment(attempt)
      .run(activity, { cycle, planned: action })
      .catch((failure: unknown) => failure);
  };

  test('do not count: as many others are left as without them', async () => {
    for (const attempt of [1, 2, 3, 4]) {
      expect(await run(attempt, attempt % 2 === 0 ? held : busy)).toMatchObject({ nonRetryable: false });
    }

    const others = [await run(5, away), await run(6, away), await run(7, away)];

    expect(others).toMatchObject([{ nonRetryable: false }, { nonRetryable: false }, { nonRetryable: true }]);
  });

  test('never end the work, however many there were', async () => {
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      expect(await run(attempt, held)).toMatchObject({ nonRetryable: false, nextRetryDelay: 5_000 });
    }
  });

  test('are those of a vendor that refuses everything, too, and each is tried again', async () => {
    const refusal = asOneOfAll(vendorError('auth', { status: 401 }));

    for (let attempt = 1; attempt <= 30; attempt += 1) {
      expect(await run(attempt, refusal)).toMatchObject({
        type: 'Integration.jira.auth',
        nonRetryable: false,
        message: 'Jira says auth',
      });
    }
  });

  test('leave an action open while its vendor refuses everything', async () => {
    const refuse = () => Promise.reject(asOneOfAll(vendorError('auth', { status: 401 })));
    await world.dispose();
    world = createWorld({ jira: { findCommentByAction: () => null, addComment: refuse } });
    await intoLedger(world, cycle, action);

    // From the second one on each looks for some seconds first: one more than a refusal of us alone would have.
    for (let attempt = 1; attempt <= REFUSED_TRIES + 1; attempt += 1) {
      await expect(
        world.call('executeAction', { cycle, planned: action }, { attempt }),
      ).rejects.toMatchObject({ type: 'Integration.jira.auth', nonRetryable: false });
    }
    expect(world.reader.getAction(action.actionId)?.ended_at).toBeNull();
  });

  test('the last of the others keeps its name and its cause', async () => {
    expect(await run(3, away)).toMatchObject({
      type: 'Integration.jira.unavailable',
      nonRetryable: true,
      message: away.message,
      details: [{ status: 503 }],
    });
  });

  test('leave an action its last word', async () => {
    const execute = (attempt: number) => world.call('executeAction', { cycle, planned: action }, { attempt });
    await world.deps.mirror.recordWait(action.actionId);

    await expect(execute(MAX_WRITE_ATTEMPTS)).rejects.toMatchObject({ nonRetryable: false });
    await expect(execute(MAX_WRITE_ATTEMPTS + 1)).resolves.toMatchObject({ status: 'failed' });
  });

  const afterAllDied = () =>
    world.call('executeAction', { cycle, planned: action }, { attempt: MAX_WRITE_ATTEMPTS + 1 });

  test('an action whose attempts all killed their worker before anything left has failed, and nothing is sent', async () => {
    await expect(afterAllDied()).resolves.toMatchObject({ status: 'failed' });
    expect(world.jira.calls()).toEqual(['findCommentByAction']);
  });

  test('an action whose attempts all killed their worker after something left is unknown', async () => {
    const { actionId, hash } = action;
    const request = { service: 'jira', method: 'POST', path: '/', body: {} } as const;
    const gate = { scopes: [], limit: null, quietOn: [] };
    await world.deps.mirror.recordIntent({ cycleId: cycle.cycleId, actionId, hash, request, attempt: 1 });
    await world.deps.mirror.markInFlight({ actionId, lastIntentAt: null, gate });

    await expect(afterAllDied()).resolves.toMatchObject({ status: 'unknown' });
    expect(world.jira.calls()).toEqual(['findCommentByAction']);
  });

  test('work whose tries all killed their worker is given up before it begins again, but for its waits', async () => {
    let begun = 0;
    const activity = guarded(
      withPatience(
        world.deps.mirror,
        patience(3),
        () => action.actionId,
        async () => (begun += 1),
      ),
    );
    const input = { cycle, planned: action };

    await environment(3).run(activity, input);
    await expect(environment(4).run(activity, input)).rejects.toMatchObject({
      type: 'Activity.OutOfTries',
      nonRetryable: true,
    });
    await world.deps.mirror.recordWait(action.actionId);
    await environment(4).run(activity, input);

    expect(begun).toBe(2);
  });
});

describe('the wait before the next try', () => {
  async function delayOf(attempt: number, error: Error, mirror = world.deps.mirror): Promise<unknown> {
    const activity = guarded(
      withPatience(
        mirror,
        patience(60),
        () => action.actionId,
        () => Promise.reject(error),
      ),
    );
    const failure = await environment(attempt)
      .run(activity, {})
      .catch((thrown: unknown) => thrown);
    return (failure as ApplicationFailure).nextRetryDelay;
  }

  test('grows with the tries that were no waits, however many waits there were', async () => {
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      expect(await delayOf(attempt, held)).toBe(5_000);
    }

    const delays = [await delayOf(21, away), await delayOf(22, away), await delayOf(23, away)];

    expect(delays).toEqual([2_000, 4_000, 8_000]);
  });

  test('is never longer than what the profile allows', async () => {
    await world.deps.mirror.recordWait(action.actionId);

    expect(await delayOf(40, away)).toBe(300_000);
  });

  test('is what the vendor asked for, whatever was tried before', async () => {
    await world.deps.mirror.recordWait(action.actionId);

    const asked = vendorError('unavailable', { status: 503, retryable: true, retryAfterMs: 7_000 });

    expect(await delayOf(9, asked)).toBe(7_000);
  });

  test('is the first one after a wait that says nothing of its length: what it has to be is known to the traffic', async () => {
    const refusal = asOneOfAll(vendorError('auth', { status: 401 }));
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await world.deps.mirror.recordWait(action.actionId);
    }

    expect(await delayOf(10, refusal)).toBe(2_000);
  });

  test('that a vendor which refuses everything asked for is kept', async () => {
    const refusal = asOneOfAll(vendorError('auth', { status: 401, retryAfterMs: 30_000 }));

    expect(await delayOf(1, refusal)).toBe(30_000);
  });

  test('grows with the attempts where the mirror does not say which of them were waits', async () => {
    await world.deps.mirror.recordWait(action.actionId);
    const silent = { ...world.deps.mirror, waitsOf: () => Promise.reject(new Error('disk I/O error')) };

    expect(await delayOf(3, away, silent)).toBe(8_000);
  });

  test('is no part of a failure that is the end', async () => {
    expect(await delayOf(60, away)).toBeUndefined();
  });
});

describe('an answer that cannot be read', () => {
  /** Is the last word said after the first, the second and the third try? */
  async function tries(failure: IntegrationError): Promise<readonly unknown[]> {
    const activity = guarded(
      withPatience(
        world.deps.mirror,
        patience(3),
        () => action.actionId,
        async () => {
          throw failure;
        },
      ),
    );
    const ends: unknown[] = [];
    for (const attempt of [1, 2, 3]) {
      const end = await environment(attempt)
        .run(activity, {})
        .catch((thrown: unknown) => thrown);
      ends.push((end as ApplicationFailure).nonRetryable);
    }
    return ends;
  }

  test('of the model may have been paid: one more try', async () => {
    const unreadable = vendorError('bad_reply', { service: 'claude', retryable: true });

    expect(await tries(unreadable)).toEqual([false, true, true]);
  });

  test('counts for itself: neither a model that was away before it nor one that is away after it ends the work', async () => {
    const unreadable = vendorError('bad_reply', { service: 'claude', retryable: true });
    const overloaded = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });
    const failures = [overloaded, overloaded, unreadable, overloaded, unreadable];
    const activity = guarded(
      withPatience(
        world.deps.mirror,
        patience(10),
        () => action.actionId,
        () => Promise.reject(failures.shift()),
      ),
    );

    const ends: unknown[] = [];
    for (const attempt of [1, 2, 3, 4, 5]) {
      const end = await environment(attempt)
        .run(activity, {})
        .catch((thrown: unknown) => thrown);
      ends.push((end as ApplicationFailure).nonRetryable);
    }

    expect(ends).toEqual([false, false, false, false, true]);
  });

  test('to a write leaves it open whether it was applied: it is looked for as often as after any other', async () => {
    expect(await tries(vendorError('bad_reply', { outcomeUnknown: true }))).toEqual([false, false, true]);
  });
});

describe('the model step', () => {
  const hour = vendorError('rate_limit', {
    service: 'claude',
    status: 429,
    retryable: true,
    retryAfterMs: 3_600_000,
  });
  const overloaded = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });

  async function decideUpTo(attempts: number, createMessage: () => Error): Promise<readonly unknown[]> {
    world = createWorld({ claude: { createMessage: () => Promise.reject(createMessage()) } });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const contextHash = await world.storeContext(context());
    const failures: unknown[] = [];
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      failures.push(
        await world
          .call('decide', { cycle, contextHash }, { attempt })
          .catch(({ nonRetryable }: ApplicationFailure) => nonRetryable),
      );
    }
    return failures;
  }

  test('F28: waits as often as the vendor asks for a pause', async () => {
    const failures = await decideUpTo(15, () => hour);

    expect(failures).toEqual(Array.from({ length: 15 }, () => false));
  });

  test('F27: ends after ten tries of a model that is away, however often it waited between', async () => {
    let made = 0;
    const failures = await decideUpTo(20, () => ((made += 1) % 2 === 0 ? hour : overloaded));

    expect(failures).toEqual([...Array.from({ length: 18 }, () => false), true, expect.anything()]);
  });
});
