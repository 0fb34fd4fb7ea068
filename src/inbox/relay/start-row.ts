/** Starts the workflow of one claimed row and writes down that Temporal has it. */
import type { Log } from '../../database/open.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { Priority } from '../../domain/priority.js';
import type { ClaimedRow } from '../cycle-rows.js';
import type { InboxTables } from '../store.js';
import type { Backoff } from './backoff.js';
import { cycleInputOf } from './cycle-input.js';
import { type RelayWatch, toCycleEnded } from './relay-watch.js';

/** `priority` orders workflows in Temporal's queue, where the server has that; it never changes what happens. */
export type StartCycle = (input: CycleInput, priority: Priority) => Promise<'started' | 'already_started'>;

/** Temporal is there and will not have this workflow: trying it again and again must not hold up the others. */
export class StartRefusedError extends Error {
  override readonly name = 'StartRefusedError';
}

export interface StartParts {
  readonly tables: InboxTables;
  readonly startCycle: StartCycle;
  readonly backoff: Backoff;
  readonly approvalTimeoutMs: number;
  readonly log: Log;
  readonly clock: () => Date;
  readonly watch: RelayWatch;
}

/** Troubles with one row before it becomes a dead letter. */
export const MOST_ATTEMPTS = 5;

export interface RowStarter {
  /**
   * `failed`: nothing can be started now, the queue should pause. `refused`: this row is not wanted, others may be.
   * A crash between start and mark is repaired by starting again. Never rejects.
   */
  readonly start: (row: ClaimedRow) => Promise<'started' | 'refused' | 'failed'>;
  /** Something else than one start failed. */
  readonly noteFailure: (error: unknown) => void;
  /** Null while workflows can be started. */
  readonly lastError: () => string | null;
}

export function createRowStarter(parts: StartParts): RowStarter {
  const { tables, backoff, log, clock } = parts;
  let lastError: string | null = null;

  function noteFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (lastError === null) {
      log.warn({ error: message }, 'workflows cannot be started; events are stored and are started later');
    }
    lastError = message;
  }

  function noteSuccess(): void {
    if (lastError !== null) {
      log.info({}, 'workflows can be started again');
    }
    lastError = null;
    backoff.succeed();
  }

  async function start(row: ClaimedRow): Promise<'started' | 'refused' | 'failed'> {
    try {
      const input = cycleInputOf(row, tables.rows, parts.approvalTimeoutMs);
      await parts.startCycle(input, row.priority);
      await tables.write(() => tables.rows.markStarted(row.seq, clock().toISOString()));
      noteSuccess();
      tellStart(parts, input);
      return 'started';
    } catch (error) {
      if (error instanceof StartRefusedError) {
        await noteRefusal(parts, row, error.message).catch(noteFailure);
        return 'refused';
      }
      noteFailure(error);
      return 'failed';
    }
  }

  return { start, noteFailure, lastError: () => lastError };
}

function tellStart({ watch, clock }: StartParts, input: CycleInput): void {
  const { cycleId, eventId, event, coalescedInto, receivedAt } = input;
  const waitedMs = Math.max(0, clock().getTime() - Date.parse(receivedAt));
  watch.started({ eventId, cycleId, subject: event.subject, source: event.source, coalescedInto, waitedMs });
}

/** After the last refusal the row ends as a dead letter. */
async function noteRefusal(parts: StartParts, row: ClaimedRow, message: string): Promise<void> {
  const { tables, log, watch, clock } = parts;
  const reason = `Temporal refused its workflow ${MOST_ATTEMPTS} times: ${message}`;
  const at = clock();
  const ended = await tables.write(() =>
    tables.rows.countRefusal(row.seq) < MOST_ATTEMPTS
      ? null
      : tables.rows.deadLetter(row.cycleId, { reason, at }),
  );
  if (ended !== null) {
    log.warn({ eventId: row.id, cycleId: row.cycleId, reason }, 'an event became a dead letter');
    watch.ended(toCycleEnded(ended, { status: 'dead_letter', reason, at }));
  }
}
