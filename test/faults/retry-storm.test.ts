/** F36: Slack sends again what was not answered in time, while the first try is still on its way. The latency is bench/retry-storm.ts. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { createParts, type Parts } from '../support/parts.js';
import { mentionDelivery, slackRequest } from '../support/slack-deliveries.js';

const EVENTS = 30;
/** The first try and Slack's three more. */
const TRIES = [0, 1, 2, 3];

interface Acknowledged {
  readonly status: number;
  readonly body: { readonly status: string; readonly eventId: string; readonly cycleId: string };
}

let parts: Parts;
let secret: string;
beforeAll(async () => {
  parts = await createParts();
  await parts.startAll();
  secret = (JSON.parse(readFileSync(join(parts.dataDir, 'secrets.json'), 'utf8')) as { slack: string }).slack;
}, 120_000);
afterAll(() => parts.dispose());

async function send(body: object, retry = 0): Promise<Acknowledged> {
  const answer = await fetch(`${parts.api}/webhooks/slack`, slackRequest(body, secret, retry));
  return { status: answer.status, body: (await answer.json()) as Acknowledged['body'] };
}

/**
 * Somebody else holds the inbox's write lock for so long, timed by a thread of its own: nothing is acknowledged meanwhile.
 * `act` begins once it is held.
 */
async function whileLocked<T>(milliseconds: number, act: () => Promise<T>): Promise<T> {
  const holder = new Worker(HOLDER, {
    eval: true,
    workerData: { file: join(parts.dataDir, 'inbox.db'), milliseconds },
  });
  await once(holder, 'message');
  const [result] = await Promise.all([act(), once(holder, 'exit')]);
  return result;
}

const HOLDER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require('better-sqlite3');
  const stranger = new Database(workerData.file, { timeout: 5_000 });
  stranger.exec('BEGIN IMMEDIATE');
  parentPort.postMessage('held');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.milliseconds);
  stranger.exec('ROLLBACK');
  stranger.close();
`;

async function rowsOf(eventIds: readonly string[]) {
  const answer = await fetch(`${parts.api}/api/events?source=slack&limit=500`);
  const { items } = (await answer.json()) as {
    items: {
      readonly deliveryId: string;
      readonly cycleId: string;
      readonly headers: Record<string, string>;
    }[];
  };
  return items.filter(({ deliveryId }) => eventIds.includes(deliveryId));
}

/** Every run of every cycle of these deliveries that Temporal has. */
async function runsOf(eventIds: readonly string[]): Promise<readonly string[]> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    const runs: string[] = [];
    for await (const { workflowId } of new Client({ connection }).workflow.list({
      query: 'WorkflowType = "agentCycle"',
    })) {
      runs.push(workflowId);
    }
    return runs.filter((id) => eventIds.some((eventId) => id === `cycle-slack-${eventId}`)).toSorted();
  } finally {
    await connection.close();
  }
}

describe('F36: a retry storm', () => {
  test('while the first answers are late: each request is a 2xx, each event one row and one workflow', async () => {
    const ids = Array.from({ length: EVENTS }, (_, n) => `EvSTORM${n}`);
    const bodies = ids.map(mentionDelivery);

    const answers = await whileLocked(200, async () => {
      const sent: Promise<Acknowledged>[] = [];
      for (const retry of TRIES) {
        sent.push(...bodies.map((body) => send(body, retry)));
        await sleep(40);
      }
      return Promise.all(sent);
    });

    expect(answers).toHaveLength(EVENTS * TRIES.length);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(EVENTS);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(EVENTS * (TRIES.length - 1));
    for (const [index, id] of ids.entries()) {
      const own = answers.filter((_answer, n) => n % EVENTS === index);
      expect(new Set(own.map(({ body }) => body.eventId)).size).toBe(1);
      expect(new Set(own.map(({ body }) => body.cycleId))).toEqual(new Set([`cycle-slack-${id}`]));
    }
    await parts.settled(120_000);
    expect((await rowsOf(ids)).map(({ deliveryId }) => deliveryId).toSorted()).toEqual(ids.toSorted());
    await eventually(async () =>
      expect(await runsOf(ids)).toEqual(ids.map((id) => `cycle-slack-${id}`).toSorted()),
    );
  }, 180_000);

  test('after a first try that could not be stored: the retry is stored', async () => {
    const body = mentionDelivery('EvREFUSED');

    const first = await whileLocked(900, () => send(body));
    const second = await send(body, 1);

    expect(first.status).toBe(503);
    expect(second).toMatchObject({ status: 202, body: { cycleId: 'cycle-slack-EvREFUSED' } });
  });

  test('whose first try never arrived: a retry is an event like any other, and says that it was one', async () => {
    const body = mentionDelivery('EvLOST');

    const only = await send(body, 3);

    expect(only.status).toBe(202);
    expect(await rowsOf(['EvLOST'])).toMatchObject([
      { headers: { 'x-slack-retry-num': '3', 'x-slack-retry-reason': 'http_timeout' } },
    ]);
  });

  test('is known by its event_id, whatever else of it is another', async () => {
    const answers = [await send(mentionDelivery('EvSAME')), await send(mentionDelivery('EvSAME'), 1)];

    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
    expect(answers[1]?.body).toMatchObject({ status: 'duplicate', eventId: answers[0]?.body.eventId });
  });

  test('a retry header on another event is no reason to take it for known', async () => {
    const [first, second] = [
      await send(mentionDelivery('EvONE'), 0),
      await send(mentionDelivery('EvTWO'), 1),
    ];

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body.eventId).not.toBe(second.body.eventId);
  });
});

test('F36: after all of it the promises hold', async () => {
  await parts.settled(120_000);

  expect(await parts.broken()).toEqual([]);
}, 150_000);
