/**
 * The brake, with some fifty effects on their way, of each kind of action as many: how long after the order does a request still
 * begin? Seconds from the order to the last effect that a vendor received; none after it: 0.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { receivedWrites } from '../test/soak/effects/check.js';
import { ASKED_CONFIG, ASKED_KINDS, type Asked, askEffects } from '../test/support/asked-effects.js';
import { eventually } from '../test/support/eventually.js';
import { type Stack, startStack } from '../test/support/stack.js';
import { json } from '../test/support/vendor-trouble.js';
import { absolute, type Result } from './result.js';

const OF_A_KIND = 8;
const FLOWS_WITHIN_MS = 30_000;
/** Longer than whatever is held waits before it asks again. */
const WATCHED_MS = 15_000;
const LIMIT_S = 5;

export async function pause(): Promise<Record<string, Result>> {
  const stack = await startStack({ env: { COALESCE_WINDOW: '0s' }, config: ASKED_CONFIG });
  try {
    const kinds = Array.from({ length: OF_A_KIND }, () => ASKED_KINDS).flat();
    const asked = await askEffects(stack, { n: 1, kinds });
    await eventually(() => assertFlowing(stack, asked), FLOWS_WITHIN_MS, 20);
    const orderedAt = Date.now();
    const { heldCount } = await order(stack);
    await sleep(WATCHED_MS);
    const times = await arrivals(stack, asked);
    if (times.length === asked.length || heldCount === 0) {
      throw new Error(`all ${asked.length} effects had left before the order: nothing was measured`);
    }
    const latest = Math.max(...times, orderedAt) - orderedAt;
    return { pause: absolute(latest / 1_000, 's until the last effect begins', LIMIT_S) };
  } finally {
    await stack.dispose();
  }
}

function order({ api }: Stack): Promise<{ readonly heldCount: number }> {
  const headers = { 'content-type': 'application/json' };
  return json(`${api}/api/pause`, { method: 'POST', headers, body: '{}' });
}

async function assertFlowing(stack: Stack, asked: readonly Asked[]): Promise<void> {
  if ((await arrivals(stack, asked)).length === 0) {
    throw new Error('no effect has left yet');
  }
}

/** When the vendors received the effects that left so far, milliseconds since the epoch. */
async function arrivals({ sandbox }: Stack, asked: readonly Asked[]): Promise<readonly number[]> {
  const writesOf = await receivedWrites(sandbox);
  return asked.flatMap((one) => writesOf(one).map(({ at }) => Date.parse(at)));
}
