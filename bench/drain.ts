/**
 * A backlog: 36,000 events accepted while Temporal was away, against the same mix of events that arrives while it is there
 * and is more than can be answered. New events of other issues come all the while; how long do they wait to be started?
 * Takes a quarter of an hour, so it is not for CI.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { commentDelivery } from '../test/support/jira-deliveries.js';
import { createParts, type Parts } from '../test/support/parts.js';
import { absolute, against, type Result } from './result.js';

const BACKLOG = 36_000;
const STEADY = 6_000;
/** Thirty events of one issue: most of a flood is about what is talked about already. */
const EVENTS_PER_ISSUE = 30;
const SENDERS = 16;
const PROBE_EVERY_MS = 5_000;

export async function drain(): Promise<Record<string, Result>> {
  const parts = await startParts();
  try {
    await deliver(parts, 'steady', STEADY);
    const steady = await perSecondUntilEmpty(parts, STEADY);
    console.log(`steady: ${steady.toFixed(1)} events a second`);
    await parts.stop('temporal');
    await deliver(parts, 'backlog', BACKLOG);
    await parts.start('temporal');
    const probes = startProbes(parts);
    const drained = await perSecondUntilEmpty(parts, BACKLOG);
    const waitedMs = await probes.stop();
    console.log(`backlog: ${drained.toFixed(1)} events a second; ${waitedMs.length} new events meanwhile`);
    return {
      drain: against(
        { value: drained, baseline: steady, baselineName: 'the same mix, Temporal there', unit: 'events/s' },
        { higherIsBetter: true, limit: 0.9 },
      ),
      'drain-new-events': absolute(Math.max(...waitedMs) / 1_000, 's until started', 30),
    };
  } finally {
    await parts.dispose();
  }
}

async function startParts(): Promise<Parts> {
  const parts = await createParts({ COALESCE_WINDOW: '300ms', LOG_LEVEL: 'warn' });
  const config = join(parts.dataDir, 'pm-agent.yaml');
  writeFileSync(
    config,
    'policy: { default: auto }\nlimits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n',
  );
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api');
  await parts.start('worker');
  return parts;
}

/** As fast as they are acknowledged. */
async function deliver(parts: Parts, name: string, count: number): Promise<void> {
  const issues = Math.ceil(count / EVENTS_PER_ISSUE);
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < count) {
      const n = sent++;
      const { status } = await parts.deliver(
        commentDelivery({ key: `PAY-${1_000 + (n % issues)}` }),
        `${name}-${n}`,
      );
      if (status !== 202) {
        throw new Error(`delivery ${n} was answered with ${status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** From now on, until nothing is open. Counted in the inbox itself. */
async function perSecondUntilEmpty(parts: Parts, count: number): Promise<number> {
  const inbox = new Database(join(parts.dataDir, 'inbox.db'), { readonly: true });
  const open = inbox
    .prepare<[], number>(
      `SELECT count(*) FROM webhooks WHERE status IN ('received', 'started') AND delivery_id NOT LIKE 'probe-%'`,
    )
    .pluck();
  const startedAt = performance.now();
  const before = open.get() ?? 0;
  for (let left = before; left > 0; left = open.get() ?? 0) {
    await sleep(500);
  }
  inbox.close();
  console.log(`${count} sent, ${before} were open`);
  return before / ((performance.now() - startedAt) / 1_000);
}

/** New events on issues of their own; answers how long each waited from its acknowledgement to its start, milliseconds. */
function startProbes(parts: Parts): { stop(): Promise<readonly number[]> } {
  const stopped = new AbortController();
  const sending = (async () => {
    for (let n = 0; !stopped.signal.aborted; n += 1) {
      await parts.deliver(commentDelivery({ key: `WEB-${1_000 + n}` }), `probe-${n}`);
      await sleep(PROBE_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await sending;
      await parts.settled();
      const inbox = new Database(join(parts.dataDir, 'inbox.db'), { readonly: true });
      const rows = inbox
        .prepare<[], { received: string; started: string }>(
          `SELECT received_at AS received, started_at AS started FROM webhooks WHERE delivery_id LIKE 'probe-%'`,
        )
        .all();
      inbox.close();
      return rows.map(({ received, started }) => Date.parse(started) - Date.parse(received));
    },
  };
}
