import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/contract.js';
import { createActivities } from '../../src/activities/index.js';
import type { TrialCase, TrialInput } from '../../src/domain/trial.js';
import { RUN_TRIAL } from '../../src/workflows/messages.js';
import type { runTrial } from '../../src/workflows/run-trial.js';
import { modelReply, toolUse } from '../activities/support/model-reply.js';
import { vendorError } from '../activities/support/vendor-data.js';
import { createWorld } from '../activities/support/world.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const CASES = Array.from({ length: 9 }, (_, index) => `case-${index + 1}`);

function trialOf(overrides: Partial<Activities>): FakeActivities {
  return fakeActivities(() => [], {
    planTrial: async () => ({ cases: CASES, promptHash: 'words' }),
    ...overrides,
  });
}

function input(): TrialInput {
  return {
    trialId: `replay-${randomUUID()}`,
    kind: 'replay',
    askedBy: 'lead-1',
    model: 'claude-opus-5-5',
    prompt: null,
    last: 9,
    families: [],
  };
}

const start = (taskQueue: string, asked: TrialInput) =>
  temporal.client.workflow.start<typeof runTrial>(RUN_TRIAL, {
    taskQueue,
    workflowId: asked.trialId,
    args: [asked],
  });

function inputsOf(fake: FakeActivities, name: keyof Activities): readonly unknown[] {
  return fake.calls.filter((call) => call.name === name).map((call) => call.input);
}

describe('a trial run', () => {
  test('asks about every case once, a few at a time, and ends', async () => {
    let running = 0;
    let most = 0;
    const fake = trialOf({
      runCase: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
      },
    });
    const asked = input();

    const result = await temporal.withWorker(fake.activities, async (taskQueue) =>
      (await start(taskQueue, asked)).result(),
    );

    const { trialId, kind, model } = asked;
    expect(result).toEqual({ cases: 9 });
    expect(inputsOf(fake, 'runCase')).toHaveLength(9);
    expect(inputsOf(fake, 'runCase')).toEqual(
      expect.arrayContaining(CASES.map((caseId) => ({ trialId, kind, caseId, model, promptHash: 'words' }))),
    );
    expect(most).toBeLessThanOrEqual(4);
    expect(inputsOf(fake, 'endTrial')).toEqual([{ trialId, error: null }]);
  });

  test('looks first in every case where that was asked for', async () => {
    const fake = trialOf({});

    await temporal.withWorker(fake.activities, async (taskQueue) =>
      (await start(taskQueue, { ...input(), triage: true })).result(),
    );

    expect(inputsOf(fake, 'runCase')).toHaveLength(9);
    expect(inputsOf(fake, 'runCase')).toEqual(CASES.map(() => expect.objectContaining({ triage: true })));
  });

  test('gives a case up that cannot be asked, says why, and goes on', async () => {
    const fake = trialOf({
      runCase: async ({ caseId }: TrialCase) => {
        if (caseId === 'case-2') {
          throw ApplicationFailure.nonRetryable('the key is not accepted', 'Integration.claude.auth');
        }
      },
    });

    await temporal.withWorker(fake.activities, async (taskQueue) =>
      (await start(taskQueue, input())).result(),
    );

    expect(inputsOf(fake, 'runCase')).toHaveLength(9);
    expect(inputsOf(fake, 'giveUpCase')).toMatchObject([
      { trialCase: { caseId: 'case-2' }, why: 'runCase: the key is not accepted' },
    ]);
    expect(inputsOf(fake, 'endTrial')).toMatchObject([{ error: null }]);
  });

  test('that is cancelled says so where a person looks for it', async () => {
    const fake = trialOf({
      planTrial: async () => ({ cases: CASES.slice(0, 1), promptHash: null }),
      runCase: async () => {
        throw ApplicationFailure.create({ message: 'overloaded', nextRetryDelay: '1h' });
      },
    });

    await temporal.withWorker(fake.activities, async (taskQueue) => {
      const handle = await start(taskQueue, input());
      await eventually(async () => expect(inputsOf(fake, 'runCase')).toHaveLength(1));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });

    expect(inputsOf(fake, 'endTrial')).toMatchObject([{ error: 'it was cancelled' }]);
  });
});

test('over the real activities a case that fails between two turns is paid for each turn once', async () => {
  const asking = modelReply({ stopReason: 'tool_use', content: [toolUse('read_issue', { key: 'PAY-9' })] });
  const overloaded = vendorError('overloaded', { service: 'claude', retryable: true });
  const nothing = modelReply({
    text: JSON.stringify({ summary: 'Nothing.', reasons: [], actions: [], uncertainty: null }),
  });
  let calls = 0;
  const world = createWorld({
    claude: {
      createMessage: () => {
        calls += 1;
        if (calls === 2) {
          throw overloaded;
        }
        return calls === 1 ? asking : nothing;
      },
    },
  });
  const asked = { ...input(), kind: 'eval', families: ['builds'] } as const;

  await temporal.withWorker(createActivities(world.deps), async (taskQueue) =>
    (await start(taskQueue, asked)).result(),
  );

  const results = world.reader.getTrial(asked.trialId)?.results ?? [];
  const sides = results.map((result) => (result.kind === 'eval' ? result.side : null));
  const told = sides.reduce((sum, side) => sum + (side?.calls ?? 0), 0);
  expect(results).toHaveLength(5);
  expect(sides.map((side) => side?.failure)).toEqual([null, null, null, null, null]);
  // One of them failed, and no other was made twice.
  expect(calls).toBe(told + 1);
  await world.dispose();
});
