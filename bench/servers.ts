/** The servers that acknowledge deliveries: the product's API alone, and its twins. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../src/start/parts.js';
import { freePorts } from '../test/support/free-ports.js';
import { pythonOfSeed } from './baselines/seed/python.js';

export const SECRET = 'bench-secret';

export interface Server {
  readonly url: string;
  /** SIGTERM, and waits for the end. */
  end(): Promise<void>;
}

/** Express, raw bytes, one row, FULL commits grouped per event-loop turn. */
export function startBare(folder: string): Promise<Server> {
  const script = fileURLToPath(new URL('./baselines/express-grouped.ts', import.meta.url));
  return printsItsPort(process.execPath, ['--import', 'tsx', script, join(folder, 'bare.db')]);
}

/** The seed's design; null where Python or its packages cannot be had. */
export async function startSeed(folder: string): Promise<Server | null> {
  const python = await pythonOfSeed();
  const script = fileURLToPath(new URL('./baselines/seed/app.py', import.meta.url));
  return python === null ? null : printsItsPort(python, [script, join(folder, 'seed.db')]);
}

/** The API with Temporal absent: its relay backs off. */
export async function startApi(folder: string): Promise<Server> {
  const [port = 0, nobody = 0] = await freePorts(2);
  const cli = fileURLToPath(new URL('../bin/pm-agent.mjs', import.meta.url));
  const child = spawn(process.execPath, [...(NODE_FLAGS.api ?? []), cli, 'api'], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
      JIRA_WEBHOOK_SECRET: SECRET,
      SLACK_SIGNING_SECRET: SECRET,
      LOG_FORMAT: 'json',
    },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok === true) {
      return { url, end: () => end(child) };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the API did not start');
}

async function printsItsPort(command: string, args: readonly string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((done) =>
    child.stdout.once('data', (data: Buffer) => done(data.toString())),
  );
  return {
    url: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`,
    end: () => end(child),
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}
