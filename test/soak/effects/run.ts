/**
 * `npm run soak -- --effects --runs 1000 --seed 1`: some fifty effects at a time, of every kind, and the worker that
 * carries them out, or takes back those that stand, dies by SIGKILL at every point that could tear one apart, while
 * vendors cut, refuse, and hide what was made. What it left open is tried again by the next process, as Temporal would. In
 * the end each effect was written once at its vendor and is recorded as executed, each that was taken back was so once and
 * is recorded as undone, and the promises of test/support/invariants.ts hold.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createParts, type Parts } from '../../support/parts.js';
import { bundleWorker } from './bundle.js';
import { brokenEffects, brokenUndos } from './check.js';
import { idOf, type Job } from './job.js';
import { type Effect, effectsOf, nextTask, standing, takeIn, undoOf } from './ledger.js';
import { placesOf } from './places.js';
import { OF_KIND_UNDONE, type PlannedCrash, planCrashes, surely, UNDONE_TOGETHER } from './plan.js';
import { type StartedWorker, startWorker } from './start-worker.js';
import { brokenLedger } from './undone.js';

/** Runs on one set of databases and one sandbox, which keeps the newest 20,000 calls. */
const RUNS_A_BLOCK = 33;
/** A block mostly waits for what it killed and hid: two share the machine. */
const BLOCKS_AT_ONCE = 2;
/** Longer than the product waits for a request whose outcome is open: as long as Temporal would wait to try again. */
const CLOCK_STEP_MS = 46_000;
/** More than an effect has attempts. */
const MOST_DRAINS = 20;
const MOST_SHOWN = 50;
/** No event is asked for here: the vendors' own webhooks would only be tried again and again. */
const NO_WEBHOOKS = ['jira', 'bitbucket', 'slack'].map((vendor) => ({
  vendor,
  kind: 'lose_webhook',
  times: 1_000_000,
}));
/** The breaker has tests of its own. */
const CONFIG = 'limits: { actionsPerSubjectPerHour: 1000000 }\n';

export interface EffectsOptions {
  readonly runs: number;
  readonly seed: number;
}

interface Totals {
  effects: number;
  undos: number;
  kills: number;
  /** Attempts that were open at each kill. */
  readonly open: number[];
  readonly problems: string[];
}

/** Answers the exit code. */
export async function soakEffects({ runs, seed }: EffectsOptions): Promise<number> {
  console.log(`soak of effects: seed ${seed}, ${runs} runs`);
  const totals: Totals = { effects: 0, undos: 0, kills: 0, open: [], problems: [] };
  const crashes = planCrashes({ seed, runs });
  const program = await bundleWorker();
  let begun = 0;
  let ended = 0;
  const workOff = async (): Promise<void> => {
    while (begun < runs) {
      const block = crashes.slice(begun, begun + RUNS_A_BLOCK);
      begun += block.length;
      await runBlock(program, block, totals);
      ended += block.length;
      console.log(`${ended} of ${runs} runs, ${totals.problems.length} problems`);
    }
  };
  await Promise.all(Array.from({ length: BLOCKS_AT_ONCE }, workOff));
  report(totals, seed);
  return totals.problems.length === 0 ? 0 : 1;
}

function report({ effects, undos, kills, open, problems }: Totals, seed: number): void {
  for (const problem of problems.slice(0, MOST_SHOWN)) {
    console.error(`PROBLEM: ${problem}`);
  }
  const mean = open.reduce((sum, n) => sum + n, 0) / Math.max(open.length, 1);
  console.log(
    `${effects} effects, ${undos} of them taken back; ${kills} kills with ${mean.toFixed(1)} under way on average; seed ${seed}`,
  );
  console.log(problems.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
}

async function runBlock(program: string, crashes: readonly PlannedCrash[], totals: Totals): Promise<void> {
  const parts = await createParts({ LOG_LEVEL: 'error' });
  try {
    writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), CONFIG);
    await parts.start('sandbox');
    const effects = new Map<string, Effect>();
    const clockFile = join(parts.dataDir, 'clock');
    const crew = createCrew({
      start: () => startWorker(parts, program, clockFile),
      clockFile,
      effects,
      totals,
    });
    const block: Block = { parts, crew, effects };
    for (const crash of crashes) {
      const killed = (await tryCrash(block, crash)) || (await tryCrash(block, surely(crash)));
      if (!killed) {
        totals.problems.push(`run ${crash.n}: no ${crash.kind} came to ${crash.point} (${crash.what})`);
      }
    }
    await setFaults(parts, []);
    await crew.drain();
    await crew.dispose();
    totals.problems.push(...(await broken(parts, effects, totals)));
    await parts.start('api');
    totals.problems.push(...(await parts.broken()));
  } finally {
    await parts.dispose();
  }
}

/** What does not hold of all that was made and taken back. */
async function broken(
  parts: Parts,
  effects: ReadonlyMap<string, Effect>,
  totals: Totals,
): Promise<readonly string[]> {
  const made = Array.from(effects.values()).filter(({ undoId }) => undoId === null);
  const undos = Array.from(effects.values()).filter(({ undoId }) => undoId !== null);
  totals.effects += made.length;
  totals.undos += undos.length;
  return [
    ...(await brokenEffects(parts.sandbox, made)),
    ...(await brokenUndos(
      parts.sandbox,
      undos.map((undo) => ({ ...undo, made: effects.get(undo.planned.actionId)?.ended?.remoteId ?? null })),
    )),
    ...brokenLedger(parts.dataDir, undos),
  ];
}

interface Block {
  readonly parts: Parts;
  readonly crew: Crew;
  readonly effects: ReadonlyMap<string, Effect>;
}

/** Was a process killed? */
async function tryCrash(block: Block, crash: PlannedCrash): Promise<boolean> {
  const { parts, crew } = block;
  // What the crash before left of its faults would hit the calls that prepare this one.
  await setFaults(parts, []);
  const fresh = crash.what === 'do' ? await newEffects(parts, crash) : await someUndos(block, crash);
  await setFaults(parts, crash.faults);
  return crew.run(fresh, crash);
}

async function newEffects(parts: Parts, crash: PlannedCrash): Promise<readonly Effect[]> {
  return effectsOf(crash, await placesOf(parts.sandbox, crash));
}

/** Of what stands; where too little of the kind does, some is made first, by a process that lives. */
async function someUndos({ parts, crew, effects }: Block, crash: PlannedCrash): Promise<readonly Effect[]> {
  const ofKind = () => standing(effects).filter(({ kind }) => kind === crash.kind);
  if (ofKind().length < crash.hit) {
    await crew.make(await newEffects(parts, crash));
  }
  const own = ofKind().slice(0, OF_KIND_UNDONE);
  const others = standing(effects).filter(({ kind }) => kind !== crash.kind);
  return [...own, ...others.slice(0, UNDONE_TOGETHER - own.length)].map(undoOf);
}

interface Crew {
  /** Begins these and all that earlier processes left open, in a process that dies as planned. Answers whether it did. */
  run(fresh: readonly Effect[], crash: PlannedCrash): Promise<boolean>;
  /** The same in a process that lives. */
  make(fresh: readonly Effect[]): Promise<void>;
  /** Processes that live, until nothing is open. */
  drain(): Promise<void>;
  /** Ends the process that was made ready and has no job. */
  dispose(): Promise<void>;
}

interface CrewParts {
  readonly start: () => StartedWorker;
  /** Holds how far the clock of every worker is off, milliseconds. */
  readonly clockFile: string;
  readonly effects: Map<string, Effect>;
  readonly totals: Totals;
}

function createCrew({ start, clockFile, effects, totals }: CrewParts): Crew {
  let ready = start();
  let clockMs = 0;

  async function work(fresh: readonly Effect[], crash: Job['crash']): Promise<boolean> {
    const again = Array.from(effects.values()).filter(({ ended }) => ended === null);
    for (const effect of fresh) {
      effects.set(idOf(effect), effect);
    }
    writeFileSync(clockFile, String(clockMs));
    clockMs += CLOCK_STEP_MS;
    const working = ready;
    ready = start();
    const { lines, wasKilled } = await working.run({
      crash,
      fresh: fresh.map(nextTask),
      again: again.map(nextTask),
    });
    const open = takeIn(effects, lines);
    if (wasKilled) {
      totals.kills += 1;
      totals.open.push(open);
    } else if (open > 0) {
      totals.problems.push(`a worker ended by itself with ${open} attempts open`);
    }
    return wasKilled;
  }

  return {
    run: (fresh, { point, kind, hit, underWayMs }) => {
      const counted = fresh.filter((effect) => effect.kind === kind);
      return work(fresh, { point, hit, underWayMs, counted: counted.map(idOf) });
    },
    make: async (fresh) => void (await work(fresh, null)),
    drain: async () => {
      for (let n = 0; n < MOST_DRAINS && isOpen(effects); n += 1) {
        await work([], null);
      }
    },
    dispose: () => ready.end(),
  };
}

function isOpen(effects: ReadonlyMap<string, Effect>): boolean {
  return Array.from(effects.values()).some(({ ended }) => ended === null);
}

async function setFaults(parts: Parts, faults: PlannedCrash['faults']): Promise<void> {
  const address = `${parts.sandbox}/_faults`;
  await fetch(address, { method: 'DELETE' });
  await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([...NO_WEBHOOKS, ...faults]),
  });
}
