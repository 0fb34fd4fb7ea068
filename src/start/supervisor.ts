/** Keeps child processes running: starts them again with backoff, gives up when one keeps dying, stops them in order. */
import type { ChildProcess } from 'node:child_process';
import type { Logger } from '../log.js';

export interface Part {
  readonly name: string;
  /** Starts the process; called again after each death. */
  launch(): ChildProcess;
  /** How long it may take to end after SIGTERM before SIGKILL. */
  readonly graceMs: number;
}

export interface SupervisorTiming {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** So many deaths of one part within the window end everything. */
  readonly deaths: number;
  readonly windowMs: number;
}

export interface Supervisor {
  add(part: Part): void;
  /** Resolves with a sentence when a part cannot be kept running. */
  readonly gaveUp: Promise<string>;
  /** Stops the parts one after the other, in this order of names; resolves when none is left. */
  stop(order: readonly string[]): Promise<void>;
  /** While stopping: no more patience. */
  hurry(): void;
}

interface Running {
  readonly part: Part;
  child: ChildProcess | null;
  timer: NodeJS.Timeout | null;
  delayMs: number;
  deaths: number[];
}

export const DEFAULT_TIMING: SupervisorTiming = {
  firstDelayMs: 300,
  longestDelayMs: 5_000,
  deaths: 5,
  windowMs: 60_000,
};

/** What a part sends over its IPC channel before it ends because its configuration is wrong: trying again is useless. */
export const CONFIG_ERROR_MESSAGE = 'config-error';

/** Set to `1` in the environment of a supervised process: its IPC channel is the supervisor's. */
export const SUPERVISED = 'PM_AGENT_SUPERVISED';

export function createSupervisor(log: Logger, timing: SupervisorTiming = DEFAULT_TIMING): Supervisor {
  const running = new Map<string, Running>();
  const hurrying = new AbortController();
  const giveUp = deferred<string>();
  let stopping = false;

  function launch(entry: Running): void {
    const began = performance.now();
    const child = entry.part.launch();
    entry.child = child;
    const onEnd = (how: string) => {
      if (entry.child === child) {
        entry.child = null;
        died(entry, began, how);
      }
    };
    child.on('message', (message) => {
      if (message === CONFIG_ERROR_MESSAGE) {
        giveUp.resolve(`${entry.part.name} cannot run with this configuration`);
      }
    });
    child.once('error', (error) => onEnd(error.message));
    child.once('exit', (code, signal) => onEnd(signal === null ? `exit ${code}` : signal));
  }

  function died(entry: Running, began: number, how: string): void {
    if (stopping) {
      return;
    }
    recordDeath(entry, timing, began, performance.now());
    if (entry.deaths.length >= timing.deaths) {
      const within = `within ${timing.windowMs / 1000} s`;
      giveUp.resolve(`${entry.part.name} died ${entry.deaths.length} times ${within} (last: ${how})`);
      return;
    }
    log.warn({ part: entry.part.name, how, againInMs: entry.delayMs }, 'a part died; it is started again');
    entry.timer = setTimeout(() => launch(entry), entry.delayMs);
  }

  return {
    gaveUp: giveUp.promise,
    add: (part) => {
      const entry: Running = { part, child: null, timer: null, delayMs: 0, deaths: [] };
      running.set(part.name, entry);
      launch(entry);
    },
    stop: async (order) => {
      stopping = true;
      for (const entry of running.values()) {
        clearTimeout(entry.timer ?? undefined);
      }
      for (const name of order) {
        const entry = running.get(name);
        if (entry?.child) {
          await end(entry.child, entry.part.graceMs, hurrying.signal);
        }
      }
    },
    hurry: () => hurrying.abort(),
  };
}

/** By the monotonic clock: forgets old deaths; the delay doubles while a part keeps dying and starts over once it lived for a whole window. */
function recordDeath(entry: Running, timing: SupervisorTiming, began: number, now: number): void {
  entry.deaths = [...entry.deaths.filter((at) => now - at < timing.windowMs), now];
  entry.delayMs =
    entry.delayMs === 0 || now - began > timing.windowMs
      ? timing.firstDelayMs
      : Math.min(entry.delayMs * 2, timing.longestDelayMs);
}

/** SIGTERM, patience, SIGKILL; resolves when the process is gone. */
async function end(child: ChildProcess, graceMs: number, hurry: AbortSignal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  await new Promise<void>((resolve) => {
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(kill, graceMs);
    hurry.addEventListener('abort', kill, { once: true });
    child.once('exit', () => {
      clearTimeout(timer);
      hurry.removeEventListener('abort', kill);
      resolve();
    });
    child.kill('SIGTERM');
    if (hurry.aborted) {
      kill();
    }
  });
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
