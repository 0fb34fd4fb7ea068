/** Starts the workflow of one claimed row and writes down that Temporal has it. */
import type { Log } from '../../database/open.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { Priority } from '../../domain/priority.js';
import type { ClaimedRow } from '../cycle-rows.js';
import type { InboxTables } from '../store.js';
import type { Backoff } from './backoff.js';
import { cycleInputOf } from './cycle-input.js';

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
      await parts.startCycle(cycleInputOf(row, tables.rows, parts.approvalTimeoutMs), row.priority);
      await tables.write(() => tables.rows.markStarted(row.seq, clock().toISOString()));
      noteSuccess();
      return 'started';
    } catch (error) {
      if (error instanceof StartRefusedError) {
        await tables.write(() => noteRefusal(parts, row, error.message)).catch(noteFailure);
        return 'refused';
      }
      noteFailure(error);
      return 'failed';
    }
  }

  return { start, noteFailure, lastError: () => lastError };
}

function noteRefusal({ tables, log, clock }: StartParts, row: ClaimedRow, message: string): void {
  if (tables.rows.countRefusal(row.seq) >= MOST_ATTEMPTS) {
    const reason = `Temporal refused its workflow ${MOST_ATTEMPTS} times: ${message}`;
    tables.rows.deadLetter(row.cycleId, { reason, at: clock() });
    log.warn({ eventId: row.id, cycleId: row.cycleId, reason }, 'an event became a dead letter');
  }
}
