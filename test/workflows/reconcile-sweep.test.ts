import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/contract.js';
import { type SweepPageInput, type SweepResult, type SweepScope, scopeId } from '../../src/domain/sweep.js';
import { RECONCILE_SWEEP } from '../../src/workflows/messages.js';
import type { reconcileSweep } from '../../src/workflows/reconcile-sweep.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const STARTED_AT = '2026-11-23T10:00:00.000Z';

function scope(kind: SweepScope['kind'], place: string | null): SweepScope {
  return { kind, place, since: '2026-11-23T09:40:00.000Z', reportSince: '2026-11-23T09:30:00.000Z' };
}

/** Runs a sweep of these scopes; answers its result and the pages that were asked for, in order. */
async function sweep(scopes: readonly SweepScope[], sweepPage: Activities['sweepPage']) {
  const pages: string[] = [];
  const fake = fakeActivities(() => [], {
    planSweep: async () => ({ startedAt: STARTED_AT, scopes }),
    sweepPage: (input: SweepPageInput) => {
      pages.push(`${scopeId(input.scope)} ${input.cursor ?? 'first'}`);
      return sweepPage(input);
    },
  });
  const workflowId = `sweep-${randomUUID()}`;
  const result: SweepResult = await temporal.withWorker(fake.activities, (taskQueue) =>
    temporal.client.workflow.execute<typeof reconcileSweep>(RECONCILE_SWEEP, {
      taskQueue,
      workflowId,
      args: [null],
    }),
  );
  const plans = fake.calls.filter((call) => call.name === 'planSweep').length;
  return { result, pages, plans, workflowId };
}

/** Every scope has so many pages, with one find each. */
function pagesOf(count: number): Activities['sweepPage'] {
  return async ({ cursor }) => {
    const next = Number(cursor ?? 0) + 1;
    return { cursor: next < count ? String(next) : null, looked: 20, found: 1 };
  };
}

describe('a sweep', () => {
  test('reads every scope to its end and tells what it looked at and found', async () => {
    const { result, pages } = await sweep([scope('issues', 'PAY'), scope('issues', 'WEB')], pagesOf(3));

    expect(result).toEqual({
      startedAt: STARTED_AT,
      scopes: [
        { scope: 'issues:PAY', looked: 60, found: 3, problem: null },
        { scope: 'issues:WEB', looked: 60, found: 3, problem: null },
      ],
    });
    expect(pages).toEqual([
      'issues:PAY first',
      'issues:PAY 1',
      'issues:PAY 2',
      'issues:WEB first',
      'issues:WEB 1',
      'issues:WEB 2',
    ]);
  });

  test('of a long gap goes on in new runs, with one plan, and leaves no page out', async () => {
    const { result, pages, plans, workflowId } = await sweep([scope('issues', null)], pagesOf(150));

    expect(result.scopes).toEqual([{ scope: 'issues', looked: 3_000, found: 150, problem: null }]);
    expect(new Set(pages).size).toBe(150);
    expect(plans).toBe(1);
    const { historyLength } = await temporal.client.workflow.getHandle(workflowId).describe();
    expect(historyLength).toBeLessThan(500);
  });

  test('leaves a place that cannot be read to the next one, and reads the others', async () => {
    const refused = ApplicationFailure.nonRetryable('no project HR', 'Integration.jira.invalid');
    const { result } = await sweep([scope('issues', 'HR'), scope('issues', 'PAY')], async (input) => {
      if (input.scope.place === 'HR') {
        throw refused;
      }
      return pagesOf(1)(input);
    });

    expect(result.scopes).toEqual([
      { scope: 'issues:HR', looked: 0, found: 0, problem: 'sweepPage: no project HR' },
      { scope: 'issues:PAY', looked: 20, found: 1, problem: null },
    ]);
  });

  test('tries a vendor that is away again, then leaves all of its places; others are read meanwhile', async () => {
    let tries = 0;
    const away = ApplicationFailure.create({ message: 'gave no answer', nextRetryDelay: 10 });
    const scopes = [scope('issues', 'PAY'), scope('issues', 'WEB'), scope('conversations', null)];
    const { result, pages } = await sweep(scopes, async (input) => {
      if (input.scope.kind === 'issues') {
        tries += 1;
        throw away;
      }
      return pagesOf(2)(input);
    });

    expect(result.scopes).toEqual([
      { scope: 'issues:PAY', looked: 0, found: 0, problem: 'sweepPage: gave no answer' },
      { scope: 'issues:WEB', looked: 0, found: 0, problem: 'sweepPage: gave no answer' },
      { scope: 'conversations', looked: 40, found: 2, problem: null },
    ]);
    expect(tries).toBe(6);
    expect(pages).not.toContain('issues:WEB first');
  });

  test('goes on with a vendor that is back in time', async () => {
    let tries = 0;
    const { result } = await sweep([scope('pull_requests', 'acme/pay-api')], async (input) => {
      tries += 1;
      if (tries < 3) {
        throw ApplicationFailure.create({ message: 'gave no answer', nextRetryDelay: 10 });
      }
      return pagesOf(1)(input);
    });

    expect(result.scopes).toEqual([
      { scope: 'pull_requests:acme/pay-api', looked: 20, found: 1, problem: null },
    ]);
  });

  test('with nothing to look at ends at once', async () => {
    expect((await sweep([], pagesOf(1))).result.scopes).toEqual([]);
  });
});
