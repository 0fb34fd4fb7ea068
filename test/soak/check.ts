/** What must hold after a soak, read from outside. */
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { brokenPromises } from '../support/invariants.js';
import type { Stack } from '../support/stack.js';
import { type Counts, openBooks } from './books.js';
import type { PlannedDelivery } from './schedule.js';
import type { AcceptedEvent } from './sender.js';
import { type WaitEnd, waitForStandstill } from './standstill.js';

export interface Outcome {
  readonly counts: Counts;
  readonly waited: WaitEnd;
  /** What does not hold, in words; empty when all holds. */
  readonly problems: readonly string[];
}

/** Waits until everything is worked off, or nothing moves any more, and then looks. */
export async function checkOutcome(
  stack: Stack,
  planned: readonly PlannedDelivery[],
  accepted: readonly AcceptedEvent[],
  secrets: readonly string[],
): Promise<Outcome> {
  const books = openBooks(stack.dataDir);
  try {
    const waited = await waitForStandstill(
      () => books.standing(),
      (line) => console.log(`working off: ${line}`),
    );
    const counts = books.counts();
    const answered = new Set(accepted.map((event) => event.deliveryId));
    const { dataDir, api, sandbox } = stack;
    return {
      counts,
      waited,
      problems: [
        ...unfinished(waited),
        ...planned.filter(({ id }) => !answered.has(id)).map(({ id }) => `${id} was never acknowledged`),
        ...countedBy(counts, planned.length),
        ...(await runsOf(stack, planned.length)),
        ...(await brokenPromises({
          dataDir,
          api,
          sandbox,
          output: stack.output(),
          acknowledged: accepted,
          secrets,
        })),
      ],
    };
  } finally {
    books.close();
  }
}

function unfinished({ why, left, tookMs }: WaitEnd): readonly string[] {
  return why === 'done' ? [] : [`${left} events are open after ${Math.round(tookMs / 1_000)} s: ${why}`];
}

/** One row and one cycle for each distinct delivery, ended well; and something was done, else the run proves nothing. */
function countedBy(
  { rows, processed, completed, coalesced, effects }: Counts,
  distinct: number,
): readonly string[] {
  const cycles = completed + coalesced;
  return [
    ...(rows === distinct ? [] : [`${rows} rows for ${distinct} distinct deliveries`]),
    ...(processed === rows ? [] : [`${rows - processed} rows did not end as processed`]),
    ...(cycles === distinct ? [] : [`${cycles} cycles ended well, of ${distinct}`]),
    ...(effects === 0 ? ['no cycle acted: the run proves nothing'] : []),
  ];
}

/** Temporal's own count: a cycle that was run twice has one row in the mirror, and two runs there. */
async function runsOf({ temporalAddress }: Stack, distinct: number): Promise<readonly string[]> {
  const connection = await Connection.connect({ address: temporalAddress });
  const { workflow } = new Client({ connection });
  let runs = 0;
  try {
    await eventually(async () => {
      runs = (await workflow.count(`WorkflowId STARTS_WITH "cycle-jira-soak-"`)).count;
      if (runs !== distinct) {
        throw new Error(`${runs} runs`);
      }
    });
    return [];
  } catch {
    return [`Temporal ran ${runs} workflows for ${distinct} distinct deliveries`];
  } finally {
    await connection.close();
  }
}
