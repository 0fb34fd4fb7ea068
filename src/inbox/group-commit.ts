/** One FULL commit for all that came in together: durability at the price of one sync. */
import type Database from 'better-sqlite3';

export interface GroupCommit {
  /**
   * Runs `job` inside the next group's transaction and resolves with its result after the commit. A job that throws is
   * undone and rejects alone; a commit that fails rejects the whole group. A job must be synchronous.
   */
  readonly write: <T>(job: () => T) => Promise<T>;
  /** Commits what is queued now. */
  readonly flush: () => void;
}

/** Told of each commit. */
export interface CommitWatch {
  committed(milliseconds: number): void;
  failed(): void;
}

interface QueuedJob {
  run(): () => void;
  reject(error: unknown): void;
}

/** Bounds how long one group may freeze the loop. */
const LARGEST_GROUP = 256;
/**
 * Answers of one commit bring the next requests, which are read over a few turns: a group waits while each turn brings
 * more, and no longer than this. With 16 connections that is 15 writes a commit instead of 11 (docs/decisions/0026).
 */
const MOST_TURNS = 8;

/** All writes of the inbox go through this queue, so a locked file costs one wait per turn and not one per writer. */
export function createGroupCommit(database: Database.Database, watch?: CommitWatch): GroupCommit {
  const transaction = statementsOf(database);
  const commit = (jobs: readonly QueuedJob[]): void => {
    if (jobs.length > 0) {
      commitGroup(database, transaction, jobs, watch);
    }
  };
  let queue: QueuedJob[] = [];
  let isScheduled = false;

  function schedule(): void {
    if (!isScheduled && queue.length > 0) {
      isScheduled = true;
      setImmediate(turn, queue.length, 1);
    }
  }

  /** @param before how many were queued a turn ago */
  function turn(before: number, turns: number): void {
    if (queue.length > before && queue.length < LARGEST_GROUP && turns < MOST_TURNS) {
      setImmediate(turn, queue.length, turns + 1);
      return;
    }
    isScheduled = false;
    commit(queue.splice(0, LARGEST_GROUP));
    schedule();
  }

  return {
    write<T>(job: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({
          run: () => {
            const result = job();
            return () => resolve(result);
          },
          reject,
        });
        schedule();
      });
    },
    flush() {
      const jobs = queue;
      queue = [];
      commit(jobs);
    },
  };
}

function statementsOf(database: Database.Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    save: database.prepare('SAVEPOINT job'),
    keep: database.prepare('RELEASE job'),
    undo: database.prepare('ROLLBACK TO job'),
  };
}

type Transaction = ReturnType<typeof statementsOf>;

/**
 * First without savepoints, which cost each job two statements; when a job throws, all is undone and done once more
 * with them, so that it fails alone. A job therefore may run twice and must leave nothing behind but rows.
 */
function commitGroup(
  database: Database.Database,
  transaction: Transaction,
  jobs: readonly QueuedJob[],
  watch: CommitWatch | undefined,
): void {
  const beganAt = performance.now();
  try {
    transaction.begin.run();
    const answers = allOf(jobs) ?? eachApart(database, transaction, jobs);
    transaction.commit.run();
    watch?.committed(performance.now() - beganAt);
    for (const answer of answers) {
      answer();
    }
  } catch (error) {
    if (database.inTransaction) {
      transaction.rollback.run();
    }
    watch?.failed();
    for (const job of jobs) {
      job.reject(error);
    }
  }
}

/** Null when one of them throws. */
function allOf(jobs: readonly QueuedJob[]): readonly (() => void)[] | null {
  try {
    return jobs.map((job) => job.run());
  } catch {
    return null;
  }
}

/** From the start again. SQLite may have given the transaction up by itself (a full disk). */
function eachApart(
  database: Database.Database,
  transaction: Transaction,
  jobs: readonly QueuedJob[],
): readonly (() => void)[] {
  if (database.inTransaction) {
    transaction.rollback.run();
  }
  transaction.begin.run();
  return jobs.map((job) => runJob(database, transaction, job));
}

/** Answers how to settle the job once the group is committed. Throws where SQLite gave the whole transaction up. */
function runJob(database: Database.Database, transaction: Transaction, job: QueuedJob): () => void {
  transaction.save.run();
  try {
    const resolve = job.run();
    transaction.keep.run();
    return resolve;
  } catch (error) {
    if (!database.inTransaction) {
      throw error;
    }
    transaction.undo.run();
    transaction.keep.run();
    return () => job.reject(error);
  }
}
