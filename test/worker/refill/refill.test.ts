/** What of Temporal's list is taken over, and when it is over; Temporal and the mirror are told what to say. */
import { expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { RefillMirror } from '../../../src/audit/refill.js';
import type { Restore } from '../../../src/domain/restore.js';
import { refillOnce } from '../../../src/worker/refill/refill.js';
import { quietLog } from '../../support/quiet-log.js';

const RESTORED = Date.parse('2026-03-02T10:00:00Z');
const restored = {
  at: new Date(RESTORED).toISOString(),
  takenAt: '2026-03-02T09:00:00.000Z',
  fenceFloor: RESTORED,
};
const QUEUE = 'ours';

interface Closed {
  readonly id: string;
  readonly taskQueue?: string;
  /** In place of its history. */
  readonly fails?: Error;
}

function bench() {
  const closed: Closed[] = [];
  const queries: string[] = [];
  const ended = new Set<string>();
  const open = new Set<string>();
  const given: string[] = [];
  const tellings: string[] = [];
  const known = new Set<string>();
  const closedUndos: string[] = [];
  const undos = new Set<string>();
  const running = new Set<string>();
  let now = RESTORED + 1_000;
  let done = 0;
  const mirror: RefillMirror = {
    isDue: async () => done === 0,
    isEnded: async (id) => ended.has(id),
    put: async ({ input }) => void ended.add(input.cycleId),
    putUndo: async ({ undoId }) => void undos.add(undoId),
    openSince: async () => [...open],
    giveUp: async (id) => {
      open.delete(id);
      given.push(id);
    },
    supersedeLeftovers: async () => undefined,
    noteDone: async ({ textOf }) => {
      done += 1;
      tellings.push(textOf([]));
    },
  };
  const workflow = {
    list: async function* ({ query }: { readonly query: string }) {
      queries.push(query);
      if (query.includes('"undoAction"')) {
        for (const undoId of closedUndos) {
          yield { workflowId: `undo-${undoId}`, runId: `run of ${undoId}`, taskQueue: QUEUE };
        }
        return;
      }
      for (const { id, taskQueue = QUEUE } of closed) {
        yield { workflowId: id, runId: `run of ${id}`, taskQueue };
      }
    },
    getHandle: (id: string, runId?: string) => ({
      fetchHistory: async () =>
        id.startsWith('undo-')
          ? startedWith({ actionId: 'c.a1', undoId: id.slice('undo-'.length), by: { id: 'lea' } })
          : historyOf(closed.find((cycle) => cycle.id === id && runId === `run of ${id}`)),
      describe: async () => {
        if (!running.has(id)) {
          throw new WorkflowNotFoundError('workflow not found', id, undefined);
        }
      },
    }),
  };
  const parts = {
    client: { workflow } as unknown as Client,
    taskQueue: QUEUE,
    mirror,
    inbox: { knowsCycle: (id: string) => known.has(id) },
    restored,
    told: ({ at }: Restore) => ({ textOf: () => `lost at ${at}`, placesOf: () => [] }),
    log: quietLog,
    clock: () => new Date(now),
  };
  return {
    closed,
    queries,
    ended,
    open,
    given,
    tellings,
    known,
    closedUndos,
    undos,
    running,
    done: () => done,
    later: (ms: number) => {
      now += ms;
    },
    round: () => refillOnce(parts),
  };
}

function historyOf(cycle: Closed | undefined): object {
  if (cycle === undefined || cycle.fails !== undefined) {
    throw cycle?.fails ?? new Error('nobody asked for this run');
  }
  return {
    events: [
      { workflowExecutionStartedEventAttributes: { input: payloads({ cycleId: cycle.id }) } },
      { workflowExecutionCompletedEventAttributes: { result: payloads({ status: 'completed' }) } },
    ],
  };
}

function payloads(value: object) {
  const data = Buffer.from(JSON.stringify(value));
  return { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data }] };
}

function startedWith(input: object): object {
  return { events: [{ workflowExecutionStartedEventAttributes: { input: payloads(input) } }] };
}

test('an undo that closed since, and that the backup never heard of, is in the records again', async () => {
  const of = bench();
  of.closedUndos.push('c.a1.u1');

  await of.round();
  await of.round();

  expect([...of.undos]).toEqual(['c.a1.u1']);
});

test('what has closed since shortly before the backup is taken over, once, and nobody else’s', async () => {
  const of = bench();
  of.closed.push({ id: 'a' }, { id: 'b' }, { id: 'theirs', taskQueue: 'theirs' });
  of.ended.add('b');

  await of.round();
  await of.round();

  expect([...of.ended].toSorted()).toEqual(['a', 'b']);
  expect(of.queries[0]).toContain('CloseTime >= "2026-03-02T08:50:00.000Z"');
});

test('it is over when a minute after the restore nothing was left to take over', async () => {
  const of = bench();

  expect(await of.round()).toBe(false);
  of.later(60_000);
  of.closed.push({ id: 'listed late' });
  expect(await of.round()).toBe(false);
  expect(of.done()).toBe(0);
  expect(await of.round()).toBe(true);
  expect(of.done()).toBe(1);
  expect(of.tellings).toEqual([`lost at ${restored.at}`]);
});

test('one that cannot be read keeps it from being over, and none of the others from being taken over', async () => {
  const of = bench();
  of.later(120_000);
  of.closed.push({ id: 'broken', fails: new Error('no such encoding') }, { id: 'behind it' });

  await expect(of.round()).rejects.toThrow('no such encoding');

  expect([...of.ended]).toEqual(['behind it']);
  expect(of.done()).toBe(0);
});

test('an open cycle is given up only where neither Temporal nor the inbox knows it', async () => {
  const of = bench();
  of.open.add('in the inbox').add('at Temporal').add('nowhere');
  of.known.add('in the inbox');
  of.running.add('at Temporal');

  await of.round();

  expect(of.given).toEqual(['nowhere']);
});
