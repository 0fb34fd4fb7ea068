/**
 * One FULL commit for all that activities write at the same time: durability at the price of one sync. The twin of
 * inbox/group-commit.ts, for work that speaks through Kysely and so is asynchronous.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { MirrorTables } from './schema.js';

export type Trx = Transaction<MirrorTables>;

/**
 * Runs `work` inside the next group's transaction, in the order of the calls, and resolves with its result after the
 * commit. Work that throws is undone and rejects alone; a commit that fails rejects the whole group. Work must only use
 * the transaction that it is given, and wait for nothing else: the whole mirror waits with it.
 */
export type InTransaction = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;

interface QueuedWork {
  /** Answers what to do once the group is committed. */
  run(trx: Trx): Promise<() => void>;
  reject(error: unknown): void;
}

/** Bounds how long a reader waits for the connection. */
const LARGEST_GROUP = 64;

export function createTransactionGroups(db: Kysely<MirrorTables>): InTransaction {
  const queue: QueuedWork[] = [];
  let isScheduled = false;

  function schedule(): void {
    if (!isScheduled && queue.length > 0) {
      isScheduled = true;
      // Not at once: whatever else this turn of the event loop brings shares the commit.
      setImmediate(() => {
        void commitGroup(db, queue.splice(0, LARGEST_GROUP)).then(() => {
          isScheduled = false;
          schedule();
        });
      });
    }
  }

  return (work) =>
    new Promise((resolve, reject) => {
      queue.push({
        run: async (trx) => {
          const result = await work(trx);
          return () => resolve(result);
        },
        reject,
      });
      schedule();
    });
}

/** Never rejects. */
async function commitGroup(db: Kysely<MirrorTables>, group: readonly QueuedWork[]): Promise<void> {
  let cause: unknown = null;
  try {
    const settle = await db.transaction().execute((trx) =>
      runAll(trx, group).catch((error: unknown) => {
        cause = error;
        throw error;
      }),
    );
    for (const one of settle) {
      one();
    }
  } catch (error) {
    // A transaction that SQLite gave up cannot be rolled back either: that complaint would hide what was wrong.
    for (const work of group) {
      work.reject(cause ?? error);
    }
  }
}

async function runAll(trx: Trx, group: readonly QueuedWork[]): Promise<readonly (() => void)[]> {
  const [alone, ...others] = group;
  if (alone !== undefined && others.length === 0) {
    return [await alone.run(trx)];
  }
  const settle: (() => void)[] = [];
  for (const work of group) {
    settle.push(await runApart(trx, work));
  }
  return settle;
}

const SAVE = sql`SAVEPOINT work`;
const KEEP = sql`RELEASE work`;
const UNDO = sql`ROLLBACK TO work`;

/** Throws what went wrong where SQLite gave the whole transaction up by itself (a full disk): there is nothing to go back to. */
async function runApart(trx: Trx, work: QueuedWork): Promise<() => void> {
  await SAVE.execute(trx);
  try {
    const settle = await work.run(trx);
    await KEEP.execute(trx);
    return settle;
  } catch (error) {
    if (!(await isUndone(trx))) {
      throw error;
    }
    return () => work.reject(error);
  }
}

async function isUndone(trx: Trx): Promise<boolean> {
  try {
    await UNDO.execute(trx);
    await KEEP.execute(trx);
    return true;
  } catch {
    return false;
  }
}
