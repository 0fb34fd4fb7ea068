/** The mirror in a folder of its own, with a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Mirror } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import { createMirror } from '../../src/audit/writer.js';
import { openDatabase } from '../../src/database/open.js';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { cycleInput, planned } from '../support/builders.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

export interface TestMirror {
  readonly mirror: Mirror;
  readonly reader: MirrorReader;
  readonly database: Database.Database;
  /** Epoch milliseconds; each look at the clock moves it by one. */
  time: number;
  now(): string;
  /** A cycle with these actions planned. */
  plan(actions: readonly Action[], cycle?: Partial<CycleInput>): Promise<readonly PlannedAction[]>;
  /** Another writer over the same file, as after a restart. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export function openTestMirror(): TestMirror {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  const file = join(folder, 'pm-agent.db');
  let time = Date.parse('2026-11-23T10:00:00Z');
  const clock = () => new Date((time += 1));
  const open = () => {
    const database = openMirrorFile(file);
    return { database, mirror: createMirror({ database, file, clock }) };
  };
  let writer = open();
  const reader = createMirrorReader({
    file,
    open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
  return {
    get mirror() {
      return writer.mirror;
    },
    get database() {
      return writer.database;
    },
    reader,
    get time() {
      return time;
    },
    set time(value) {
      time = value;
    },
    now: () => new Date(time).toISOString(),
    plan: async (actions, overrides = {}) => {
      const cycle = cycleInput(overrides);
      const rows = actions.map((action, index) =>
        planned(cycle.cycleId, index + 1, action, { verdict: 'auto' }),
      );
      const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
      await writer.mirror.startCycle(cycle, 'run-1');
      await writer.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: rows });
      return rows;
    },
    reopen: async () => {
      await writer.mirror.close();
      writer = open();
    },
    close: async () => {
      reader.close();
      await writer.mirror.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
