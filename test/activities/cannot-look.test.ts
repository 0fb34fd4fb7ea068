/** A request whose answer was lost, and a vendor that cannot be asked what became of it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { REFUSED_TRIES } from '../../src/activities/patience.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../../src/domain/effect.js';
import { cycleInput, planned } from '../support/builders.js';
import { intoLedger } from './support/into-ledger.js';
import { vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

const START = Date.parse('2026-11-23T10:00:00Z');
const lost = () => Promise.reject(vendorError('timeout', { retryable: true, outcomeUnknown: true }));
const message: Action = {
  kind: 'slack.message',
  payload: { channel: 'C0PAY', threadTs: null, text: 'In progress.' },
};
const comment: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let now: number;
afterEach(() => world.dispose());

async function propose(proposed: Action, options: WorldOptions): Promise<void> {
  now = START;
  world = createWorld(options);
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto' });
  await intoLedger(world, cycle, action);
}

/** One attempt a minute after the last; answers what it threw as text. */
async function attempt(number: number): Promise<ActionResult | string> {
  const deps = { ...world.deps, clock: () => new Date(now) };
  const activity = guarded(createExecuteAction(deps, [1, 1, 1]));
  const input = { cycle, planned: action };
  const run = environment(number).run(activity, input);
  const said = await run.catch((error: Error & { nonRetryable?: boolean }) =>
    error.nonRetryable === true ? `ended with ${error.message}` : error.message,
  );
  now += 60_000;
  return said;
}

/** All attempts until one ends it. */
async function untilItEnds(): Promise<ActionResult> {
  for (let number = 1; number <= MAX_WRITE_ATTEMPTS + 1; number += 1) {
    const said = await attempt(number);
    if (typeof said !== 'string') {
      return said;
    }
  }
  throw new Error('it never ended');
}

describe('what may have been done is never called failed because nobody may look', () => {
  test.each([
    ['scope is missing', 'forbidden', 200],
    ['the token is refused', 'auth', 401],
    ['the app is no member any more', 'invalid', 200],
    ['the channel is out of sight', 'not_found', 404],
  ] as const)('a message, and then %s', async (_why, code, status) => {
    const no = () => Promise.reject(vendorError(code, { status }));
    await propose(message, { slack: { postMessage: lost, findMessageByAction: no } });

    expect(await untilItEnds()).toMatchObject({ status: 'unknown' });
    expect(world.reader.getAction(action.actionId)?.status).toBe('unknown');
    expect(world.slack.calls().filter((call) => call === 'postMessage')).toHaveLength(1);
  });

  test('it is tried as often as what refuses us, and says so', async () => {
    const gone = () => Promise.reject(vendorError('not_found', { status: 404 }));
    await propose(comment, { jira: { addComment: lost, findCommentByAction: gone } });
    await attempt(1);
    for (let number = 2; number < REFUSED_TRIES; number += 1) {
      expect(await attempt(number)).toMatch(/^whether an earlier attempt did it cannot be seen: /);
    }
    expect(await attempt(REFUSED_TRIES)).toMatchObject({ status: 'unknown' });
  });

  test('once it can be looked for again, it is found', async () => {
    let isForbidden = true;
    await propose(comment, {
      jira: {
        addComment: lost,
        findCommentByAction: () =>
          isForbidden ? Promise.reject(vendorError('forbidden', { status: 403 })) : '20009',
      },
    });
    await attempt(1);
    await attempt(2);
    isForbidden = false;
    expect(await attempt(3)).toMatchObject({ status: 'executed', remoteId: '20009' });
  });

  test('what a request that left after such a look is refused with ends it', async () => {
    const answers = [lost, () => Promise.reject(vendorError('invalid', { status: 400 }))];
    await propose(comment, {
      jira: { addComment: () => (answers.shift() ?? lost)(), findCommentByAction: () => null },
    });
    await attempt(1);
    expect(await attempt(2)).toMatchObject({ status: 'failed' });
  });
});

describe('a look that takes long', () => {
  test('is repeated only until what is shown late would stand, and the write follows', async () => {
    let looks = 0;
    const sends: (() => Promise<string>)[] = [lost, async () => '20009'];
    await propose(comment, {
      jira: {
        addComment: () => (sends.shift() ?? lost)(),
        findCommentByAction: () => {
          looks += 1;
          now += 7_000;
          return null;
        },
      },
    });
    await attempt(1);
    expect(await attempt(2)).toMatchObject({ status: 'executed', remoteId: '20009' });
    expect(looks).toBe(2);
  });

  test('of which there is no time for anything after it ends as unknown, with a reason that is true', async () => {
    await propose(comment, {
      jira: {
        addComment: lost,
        findCommentByAction: () => {
          now += 26_000;
          return null;
        },
      },
    });
    const end = await untilItEnds();
    expect(end.status).toBe('unknown');
    expect(end.message).toContain('takes too long for anything to be sent after it');
    expect(end.message).not.toContain('the next one');
  });
});
