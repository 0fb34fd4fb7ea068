/** Read from the histories that every shipped shape of the workflow has left. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { cycleOfHistory, type HistoryEvent } from '../../../src/worker/refill/cycle-of-history.js';

function cycleOf(name: string) {
  const file = fileURLToPath(new URL(`../../replay/histories/${name}.json`, import.meta.url));
  const history = historyFromJSON(JSON.parse(readFileSync(file, 'utf8')));
  return cycleOfHistory(history.events ?? [], 'run-1');
}

describe('a cycle that ended well', () => {
  test('tells its input, its times, what it did and how it ended', () => {
    const cycle = cycleOf('approved-by-update');

    expect(cycle).toMatchObject({
      input: { cycleId: expect.any(String), event: { type: expect.any(String) } },
      runId: 'run-1',
      startedAt: '2026-11-23T16:53:49.366Z',
      actions: [
        {
          planned: { actionId: expect.any(String), action: { kind: expect.any(String) } },
          result: { status: 'executed' },
        },
      ],
      status: 'completed',
      outcome: 'acted',
      error: null,
    });
    expect(cycle?.endedAt && cycle.endedAt > cycle.startedAt).toBe(true);
    expect(cycle?.actions[0]?.planned.actionId).toContain(cycle?.input.cycleId);
  });

  test('tells every action of several', () => {
    expect(cycleOf('approved-one-by-one')?.actions.length).toBeGreaterThan(1);
  });

  test.each([
    ['no-action', 'completed', 'no_action', 0],
    ['coalesced', 'coalesced', null, 0],
    ['rejected', 'completed', 'rejected', 0],
    ['auto-acted', 'completed', 'acted', 1],
    ['cancelled', 'cancelled', expect.anything(), 0],
  ])('%s: %s, %s', (name, status, outcome, actions) => {
    const cycle = cycleOf(name);

    expect(cycle).toMatchObject({ status });
    expect(cycle?.outcome ?? null).toEqual(outcome);
    expect(cycle?.actions).toHaveLength(actions);
  });
});

test('a cycle that could not go on tells why', () => {
  const cycle = cycleOf('failed-vendor');

  expect(cycle).toMatchObject({ status: 'failed', outcome: null, actions: [] });
  expect(cycle?.error?.length).toBeGreaterThan(5);
});

describe('a cycle that was ended from outside', () => {
  const started: HistoryEvent = {
    eventTime: { seconds: 1, nanos: 0 },
    workflowExecutionStartedEventAttributes: {
      input: {
        payloads: [
          {
            metadata: { encoding: Buffer.from('json/plain') },
            data: Buffer.from(JSON.stringify({ cycleId: 'c' })),
          },
        ],
      },
    },
  };

  test.each<[string, HistoryEvent, string, string]>([
    ['terminated', { workflowExecutionTerminatedEventAttributes: { reason: 'by Ana' } }, 'failed', 'by Ana'],
    ['timed out', { workflowExecutionTimedOutEventAttributes: {} }, 'failed', 'closed from outside'],
    ['cancelled', { workflowExecutionCanceledEventAttributes: {} }, 'cancelled', 'cancelled by Temporal'],
  ])('%s', (_what, last, status, why) => {
    const cycle = cycleOfHistory([started, last], 'run-1');

    expect(cycle?.status).toBe(status);
    expect(cycle?.summary).toContain(why);
  });
});

test('a history without an input is none of ours', () => {
  expect(cycleOfHistory([], 'run-1')).toBeNull();
  expect(cycleOfHistory([{}], 'run-1')).toBeNull();
});
