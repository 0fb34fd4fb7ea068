/**
 * Acknowledgements while everything else works on the same machine: a hundred deliveries a second into the whole product,
 * more than the worker can answer, so it is busy all the while.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack, startStack } from '../test/support/stack.js';
import { load } from './load.js';
import { absolute, type Result } from './result.js';

const RATE = 100;
const SECONDS = 30;
const CONNECTIONS = 16;

export async function ackSteady(): Promise<Record<string, Result>> {
  const stack = await startStack({
    config:
      'limits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n',
  });
  try {
    const { jira: secret } = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
      jira: string;
    };
    const options = { secret, connections: CONNECTIONS, rate: RATE };
    await load(stack.api, { ...options, seconds: 5 });
    await loopLagMs(stack);
    const { p99, perSecond } = await load(stack.api, { ...options, seconds: SECONDS });
    console.log(`${perSecond} deliveries a second were acknowledged`);
    return {
      'ack-steady-p99': absolute(p99, 'ms', 100),
      'ack-steady-loop-lag': absolute(await loopLagMs(stack), 'ms', 50),
    };
  } finally {
    await stack.dispose();
  }
}

/** The event loop's 99th percentile since this was last asked. */
async function loopLagMs(stack: Stack): Promise<number> {
  const text = await (await fetch(`${stack.api}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]) * 1_000;
}
