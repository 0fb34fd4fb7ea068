/**
 * `pm-agent explain` of a comment with a hundred thousand cycles in the mirror, and with one. Both APIs run at once and
 * take turns. The command's time is a person's: the start of the program, the request, the text.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { MIRROR_MIGRATIONS } from '../src/audit/migrations.js';
import { createMirror } from '../src/audit/writer.js';
import { migrate } from '../src/database/migrate.js';
import { openDatabase } from '../src/database/open.js';
import { storeCycle } from '../test/api/support/stored-cycle.js';
import { quietLog } from '../test/support/quiet-log.js';
import { absolute, against, median, type Result } from './result.js';
import { type Server, startApi } from './servers.js';

const CYCLES = 100_000;
const COMMANDS = 7;
const REQUESTS = 300;
/** What a person waits for without noticing. */
const LIMIT_MS = 1_000;
/** Tables in which a cycle has rows, in the order of their references. */
const TABLES = ['cycles', 'steps', 'actions', 'approvals', 'llm_calls', 'audit_log'] as const;

export async function explain(): Promise<Record<string, Result>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-explain-'));
  const servers: Server[] = [];
  try {
    const one = await apiOver(join(folder, 'one'), 1, servers);
    const many = await apiOver(join(folder, 'many'), CYCLES, servers);
    const requests = await takingTurns(REQUESTS, [one, many], requested);
    const commands = await takingTurns(COMMANDS, [one, many], commanded);
    const twin = 'the same with one cycle';
    return {
      explain: absolute(commands[1], 'ms', LIMIT_MS, { baseline: commands[0], baselineName: twin }),
      'explain-answer': against(
        { value: requests[1], baseline: requests[0], baselineName: twin, unit: 'ms' },
        { higherIsBetter: false, limit: 2 },
      ),
    };
  } finally {
    await Promise.all(servers.map((server) => server.end()));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Explained {
  readonly url: string;
  /** An action in the middle of them. */
  readonly id: string;
}

async function apiOver(folder: string, cycles: number, servers: Server[]): Promise<Explained> {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const id = await filledMirror(join(folder, 'data', 'pm-agent.db'), cycles);
  const server = await startApi(folder);
  servers.push(server);
  return { url: server.url, id };
}

async function filledMirror(file: string, cycles: number): Promise<string> {
  const database = openDatabase(file, { busyTimeoutMs: 5_000, log: quietLog });
  migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
  const mirror = createMirror({ database, file, clock: () => new Date() });
  const { input, made } = await storeCycle({ mirror });
  for (const table of TABLES) {
    copyRows(database, table, input.cycleId, cycles - 1);
  }
  await mirror.close();
  return cycles === 1
    ? made.actionId
    : made.actionId.replace(input.cycleId, `${input.cycleId}-${cycles >> 1}`);
}

/** Every row of the cycle again for each of the others, under their own ids. The chain is not kept: nobody verifies it here. */
function copyRows(database: Database.Database, table: string, cycleId: string, copies: number): void {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all() as { name: string; type: string }[];
  const values = columns.map(({ name, type }) => copiedValue(`${table}.${name}`, type));
  const id = table === 'cycles' ? 'id' : 'cycle_id';
  database
    .prepare(
      `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
       WITH RECURSIVE copies (n) AS (SELECT 1 WHERE @copies > 0 UNION ALL SELECT n + 1 FROM copies WHERE n < @copies)
       SELECT ${values.join(', ')} FROM ${table} JOIN copies WHERE ${id} = @cycleId`,
    )
    .run({ cycleId, copies });
}

/** Unique values that do not name their cycle. */
const OWN_KEYS = new Set(['approvals.id', 'audit_log.entry_key']);

function copiedValue(column: string, type: string): string {
  if (column === 'audit_log.seq') {
    return `${column} + n * 100`;
  }
  if (OWN_KEYS.has(column)) {
    return `${column} || '-' || n`;
  }
  return type === 'TEXT' && !column.endsWith('_hash')
    ? `replace(${column}, @cycleId, @cycleId || '-' || n)`
    : column;
}

/** Median milliseconds of each, asked one after the other. */
async function takingTurns(
  rounds: number,
  [first, second]: readonly [Explained, Explained],
  ask: (one: Explained) => Promise<void>,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, one] of [first, second].entries()) {
      const startedAt = performance.now();
      await ask(one);
      times[index]?.push(performance.now() - startedAt);
    }
  }
  return [median(times[0]), median(times[1])];
}

async function requested({ url, id }: Explained): Promise<void> {
  const answer = await fetch(`${url}/api/explanations/${encodeURIComponent(id)}`);
  if (!answer.ok) {
    throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
  }
  await answer.arrayBuffer();
}

function commanded({ url, id }: Explained): Promise<void> {
  const cli = fileURLToPath(new URL('../bin/pm-agent.mjs', import.meta.url));
  const child = spawn(process.execPath, [cli, 'explain', id], {
    env: { PATH: process.env.PATH, PM_AGENT_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`explain ended with ${code}`))));
  });
}
