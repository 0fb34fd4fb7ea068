/** Every recorded webhook through the whole product: acknowledged, and each understood one ends or waits for a person. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDelivery } from '../../src/cli/payload.js';
import type { EventSource } from '../../src/domain/event.js';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

const folder = String(process.env.RECORDED_PAYLOADS);

interface Recorded {
  readonly source: EventSource;
  readonly file: string;
  readonly type: string;
}

interface Answer {
  readonly status: string;
  readonly cycleId?: string;
  readonly challenge?: string;
  readonly reason?: string;
}

const recorded: readonly Recorded[] = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'))
  .filter(([file]) => /^(jira|bitbucket|slack)\//.test(file ?? ''))
  .map(([file = '', type = '']) => ({ source: file.split('/')[0] as EventSource, file, type }));

const ENDS = ['completed', 'awaiting_approval', 'coalesced'];

let stack: Stack;
let secrets: Record<EventSource, string>;
beforeAll(async () => {
  stack = await startStack({ env: { EVENT_MAX_AGE: '0', LOG_LEVEL: 'warn' } });
  secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as typeof secrets;
}, 120_000);
afterAll(() => stack?.dispose());

async function send({ source, file, type }: Recorded): Promise<{ code: number; answer: Answer }> {
  const delivery = createDelivery({
    source,
    file: readFileSync(join(folder, file)),
    eventKey: source === 'bitbucket' ? type : null,
    deliveryId: null,
    secret: secrets[source],
    now: new Date(),
  });
  const learned = await fetch(`${stack.sandbox}/_learn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source, eventKey: delivery.eventKey, body: delivery.content }),
  });
  expect(learned.status).toBe(200);
  const response = await fetch(`${stack.api}${delivery.path}`, {
    method: 'POST',
    headers: delivery.headers,
    body: new Uint8Array(delivery.body),
  });
  const text = await response.text();
  return {
    code: response.status,
    answer: text.startsWith('{') ? (JSON.parse(text) as Answer) : { status: text },
  };
}

test('there are recordings', () => {
  expect(recorded.length).toBeGreaterThan(100);
});

describe('a recorded webhook is acknowledged, and its cycle comes to an end', () => {
  const outcomes = new Map<string, number>();
  afterAll(() =>
    console.log(
      [...outcomes]
        .sort(([left], [right]) => left.localeCompare(right))
        .map(([name, count]) => `${count} ${name}`)
        .join('\n'),
    ),
  );

  test.each(recorded.map((one) => [one.file, one] as const))('%s', async (_file, one) => {
    const { code, answer } = await send(one);

    expect(code).toBeGreaterThanOrEqual(200);
    expect(code).toBeLessThan(300);
    if (answer.cycleId === undefined) {
      count(
        outcomes,
        `${one.source} ${answer.challenge === undefined ? answer.status.slice(0, 12) : 'challenge'}`,
      );
      return;
    }
    const cycle = await eventually(async () => {
      const response = await fetch(`${stack.api}/api/cycles/${encodeURIComponent(String(answer.cycleId))}`);
      const view = (await response.json()) as {
        status: string;
        outcome: string;
        summary: string;
        error?: string;
      };
      if (!ENDS.includes(view.status)) {
        throw new Error(`${view.status}: ${view.summary} ${view.error ?? ''}`);
      }
      return view;
    }, 40_000);
    count(outcomes, `${one.source} ${cycle.status}/${cycle.outcome}`);
  });
});

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
