/** The thread of `checkpointer.ts`: looks a few times a second how much is to be copied, and copies it when it is worth it. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

export interface CheckpointerData {
  readonly file: string;
}

interface WalState {
  /** Frames in the WAL, and how many of them are in the file already. */
  readonly log: number;
  readonly checkpointed: number;
}

const LOOK_EVERY_MS = 200;
/** 16 MB: fewer checkpoints copy a page that was written often only once. */
const WORTH_FRAMES = 4_000;
/** What is left over is copied when nothing new came for so long, so that a quiet database has an empty WAL. */
const QUIET_LOOKS = 25;
/**
 * 80 MB. While writes never pause, the WAL is never copied whole and grows; from here on the writer is kept waiting for
 * the few frames that are left, and the WAL starts again.
 */
const LARGEST_LOG = 20_000;
/** Waiting here is nobody's loss. */
const BUSY_MS = 5_000;

const database = new Database((workerData as CheckpointerData).file, { timeout: BUSY_MS });
database.pragma('synchronous = FULL');
let seen = 0;
let quiet = 0;

function stateOf(mode: 'NOOP' | 'PASSIVE' | 'RESTART'): WalState {
  const [state] = database.pragma(`wal_checkpoint(${mode})`) as [WalState];
  return state;
}

function look(): void {
  const { log, checkpointed } = stateOf('NOOP');
  const left = log - checkpointed;
  quiet = log === seen ? quiet + 1 : 0;
  seen = log;
  if (left >= WORTH_FRAMES || (left > 0 && quiet >= QUIET_LOOKS)) {
    stateOf('PASSIVE');
    if (log >= LARGEST_LOG) {
      stateOf('RESTART');
    }
  }
}

const timer = setInterval(look, LOOK_EVERY_MS);
parentPort?.once('message', () => {
  clearInterval(timer);
  database.close();
});
