/**
 * A worker that dies with some fifty effects under way, of each kind of action as many, in the whole product with its
 * supervisor: how long until each of them goes on (the next worker has begun its next attempt)?
 */
import { Client, Connection } from '@temporalio/client';
import { receivedWrites } from '../test/soak/effects/check.js';
import { ASKED_CONFIG, ASKED_KINDS, type Asked, askEffects } from '../test/support/asked-effects.js';
import { eventually } from '../test/support/eventually.js';
import { type Stack, startStack } from '../test/support/stack.js';
import { makeTrouble, type Trouble } from '../test/support/vendor-trouble.js';
import { absolute, type Result } from './result.js';

const OF_A_KIND = 8;
/** Longer than all of them take to leave, and shorter than the HTTP timeout. */
const UNDER_WAY_MS = 14_000;
const GOES_ON_WITHIN_MS = 60_000;
const LIMIT_S = 10;

export async function deadWorker(): Promise<Record<string, Result>> {
  const stack = await startStack({ env: { COALESCE_WINDOW: '0s' }, config: ASKED_CONFIG });
  try {
    const asked = await askEffects(stack, {
      n: 1,
      kinds: Array.from({ length: OF_A_KIND }, () => ASKED_KINDS).flat(),
      beforeWrites: () =>
        makeTrouble(
          stack,
          slow('jira', '^POST /rest/api/3/(?:.*/comment|.*/transitions|issue)$'),
          slow('slack', 'chat.postMessage'),
          slow('bitbucket', '^POST .*/comments$'),
        ),
    });
    await eventually(() => assertAllLeft(stack, asked), UNDER_WAY_MS, 50);
    const killedAt = Date.now();
    stack.kill('worker');
    return resultsOf(await goOn(stack, asked, killedAt));
  } finally {
    await stack.dispose();
  }
}

function slow(vendor: 'jira' | 'slack' | 'bitbucket', match: string): Trouble {
  return { vendor, kind: 'delay', match, ms: UNDER_WAY_MS, times: OF_A_KIND * ASKED_KINDS.length };
}

async function assertAllLeft(stack: Stack, asked: readonly Asked[]): Promise<void> {
  const writesOf = await receivedWrites(stack.sandbox);
  const left = asked.filter((one) => writesOf(one).length > 0);
  if (left.length < asked.length) {
    throw new Error(`${left.length} of ${asked.length} effects are under way`);
  }
}

interface WentOn extends Asked {
  readonly afterMs: number;
}

/** Waits until each of them is attempted again. */
async function goOn(stack: Stack, asked: readonly Asked[], killedAt: number): Promise<readonly WentOn[]> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection });
  const wentOn = new Map<string, WentOn>();
  try {
    return await eventually(
      async () => {
        const waiting = asked.filter(({ cycleId }) => !wentOn.has(cycleId));
        await Promise.all(
          waiting.map(async (one) => {
            if (await isTriedAgain(client, one.cycleId)) {
              wentOn.set(one.cycleId, { ...one, afterMs: Date.now() - killedAt });
            }
          }),
        );
        if (wentOn.size < asked.length) {
          throw new Error(`${asked.length - wentOn.size} of ${asked.length} effects did not go on`);
        }
        return [...wentOn.values()];
      },
      GOES_ON_WITHIN_MS,
      100,
    );
  } finally {
    await connection.close();
  }
}

/** Of a pending activity that a worker holds now. */
const STARTED = 2;

/** Has a worker begun the second attempt of what it waits for? */
async function isTriedAgain(client: Client, cycleId: string): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(cycleId).describe();
  const [pending] = raw.pendingActivities ?? [];
  const attempt = pending?.attempt ?? 0;
  return attempt > 2 || (attempt === 2 && Number(pending?.state) === STARTED);
}

function resultsOf(wentOn: readonly WentOn[]): Record<string, Result> {
  const latest = (among: readonly WentOn[]): Result => {
    const seconds = Math.max(...among.map(({ afterMs }) => afterMs)) / 1_000;
    return absolute(seconds, 's until all effects go on', LIMIT_S);
  };
  const ofKinds = ASKED_KINDS.map((kind) => [`dead-worker: ${kind}`, kind] as const);
  return {
    'dead-worker': latest(wentOn),
    ...Object.fromEntries(
      ofKinds.map(([name, kind]) => [name, latest(wentOn.filter((one) => one.kind === kind))]),
    ),
  };
}
