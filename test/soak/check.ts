/** What must hold after a soak, read from outside. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eventually } from '../support/eventually.js';
import { brokenPromises } from '../support/invariants.js';
import type { Stack } from '../support/stack.js';
import type { PlannedDelivery } from './schedule.js';
import type { AcceptedEvent } from './sender.js';

/** A write whose outcome is open is not repeated for 45 s, and may be cut again. */
const DRAIN_MS = 300_000;

/** What does not hold, in words; empty when all holds. */
export async function checkOutcome(
  stack: Stack,
  planned: readonly PlannedDelivery[],
  accepted: readonly AcceptedEvent[],
  secrets: readonly string[],
): Promise<readonly string[]> {
  await drained(stack).catch((error: unknown) => console.error(String(error)));
  const answered = new Set(accepted.map((event) => event.deliveryId));
  const lost = planned.filter(({ id }) => !answered.has(id)).map(({ id }) => `${id} was never acknowledged`);
  const broken = await brokenPromises({
    dataDir: stack.dataDir,
    api: stack.api,
    sandbox: stack.sandbox,
    output: stack.output(),
    acknowledged: accepted,
    secrets,
  });
  return [...lost, ...broken, ...countedBy(stack, planned.length)];
}

function drained(stack: Stack): Promise<void> {
  return eventually(
    async () => {
      for (const status of ['received', 'started']) {
        const answer = await fetch(`${stack.api}/api/events?status=${status}&limit=1`);
        const { items } = (await answer.json()) as { items: unknown[] };
        if (items.length > 0) {
          throw new Error(`some events are still ${status}`);
        }
      }
    },
    DRAIN_MS,
    500,
  );
}

/** One row and one cycle for each distinct delivery, ended well; and something was done, else the run proves nothing. */
function countedBy(stack: Stack, distinct: number): readonly string[] {
  const inbox = new Database(join(stack.dataDir, 'inbox.db'), { readonly: true });
  const mirror = new Database(join(stack.dataDir, 'pm-agent.db'), { readonly: true });
  const number = (database: Database.Database, sql: string) =>
    database.prepare<[], number>(sql).pluck().get() ?? 0;
  // The simulated Jira also tells of the agent's own comments; those are ignored, and not counted here.
  const ours = `FROM webhooks WHERE delivery_id LIKE 'soak-%'`;
  const rows = number(inbox, `SELECT count(*) ${ours}`);
  const processed = number(inbox, `SELECT count(*) ${ours} AND status = 'processed' AND reason IS NULL`);
  const cycles = number(
    mirror,
    `SELECT count(*) FROM cycles WHERE status IN ('completed', 'coalesced') AND id LIKE 'cycle-jira-soak-%'`,
  );
  const effects = number(mirror, `SELECT count(*) FROM actions WHERE status = 'executed'`);
  const chain = number(mirror, 'SELECT count(*) FROM audit_log');
  inbox.close();
  mirror.close();
  console.log(
    `${distinct} distinct deliveries, ${rows} rows, ${cycles} cycles ended well, ${effects} effects, audit chain of ${chain} rows`,
  );
  return [
    ...(rows === distinct ? [] : [`${rows} rows for ${distinct} distinct deliveries`]),
    ...(processed === rows ? [] : [`${rows - processed} rows did not end as processed`]),
    ...(cycles === distinct ? [] : [`${cycles} cycles ended well, of ${distinct}`]),
    ...(effects === 0 ? ['no cycle acted: the run proves nothing'] : []),
  ];
}
