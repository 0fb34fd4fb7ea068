/** The whole product as a newcomer starts it, on ports and a data folder of its own. Driven over HTTP only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, Hopeless } from './eventually.js';
import { freePorts } from './free-ports.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export type Role = 'start' | 'api' | 'worker' | 'temporal' | 'sandbox';

export interface Stack {
  readonly api: string;
  readonly sandbox: string;
  readonly temporalAddress: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly process: ChildProcess;
  /** Everything the processes printed so far. */
  output(): string;
  pidOf(role: Role): number;
  /** Kills one part with SIGKILL, by its pid file. */
  kill(role: Role): void;
  /** SIGTERM, waits for the end, answers the exit code. */
  stop(): Promise<number | null>;
  /** `stop`, then the data folder is removed. */
  dispose(): Promise<void>;
}

export interface StackOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Text of pm-agent.yaml; without it the defaults hold. */
  readonly config?: string;
  /** Reuse a folder and ports of an earlier stack. */
  readonly like?: Stack;
}

/** Starts and waits until `/ready` says that a worker polls. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { like } = options;
  const env = like === undefined ? await freshEnvironment() : { ...like.env };
  Object.assign(env, options.env);
  if (options.config !== undefined) {
    env.PM_AGENT_CONFIG = join(String(env.DATA_DIR), 'pm-agent.yaml');
    writeFileSync(env.PM_AGENT_CONFIG, options.config);
  }
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'start'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const stack = describeStack(child, env, () => chunks.join(''));
  await eventually(() => assertReady(stack), 90_000, 100);
  return stack;
}

async function assertReady(stack: Stack): Promise<void> {
  if (stack.process.exitCode !== null) {
    throw new Hopeless(`the stack ended with ${stack.process.exitCode}:\n${stack.output()}`);
  }
  const answer = await fetch(`${stack.api}/ready`).catch(() => null);
  const body = answer === null ? null : ((await answer.json()) as { checks?: Record<string, string> });
  if (body?.checks?.worker !== 'ok') {
    throw new Error(`not ready: ${JSON.stringify(body)}\n${stack.output()}`);
  }
}

function describeStack(child: ChildProcess, env: NodeJS.ProcessEnv, output: () => string): Stack {
  const dataDir = String(env.DATA_DIR);
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const pidOf = (role: Role): number =>
    Number(readFileSync(join(dataDir, 'run', `${role}.pid`), 'utf8').trim());
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    api: `http://127.0.0.1:${env.PORT}`,
    sandbox: `http://127.0.0.1:${env.SANDBOX_PORT}`,
    temporalAddress: `127.0.0.1:${env.TEMPORAL_DEV_PORT}`,
    dataDir,
    env,
    process: child,
    output,
    pidOf,
    kill: (role) => void process.kill(pidOf(role), 'SIGKILL'),
    stop,
    dispose: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function freshEnvironment(): Promise<NodeJS.ProcessEnv> {
  const [port, sandboxPort, temporalPort, uiPort] = await freePorts(4);
  const inherited = ['PATH', 'HOME', 'TEMPORAL_CLI_PATH', 'TMPDIR', 'LANG'];
  return {
    ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
    DATA_DIR: mkdtempSync(join(tmpdir(), 'pm-agent-stack-')),
    PM_AGENT_CONFIG: '',
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    TEMPORAL_DEV_PORT: String(temporalPort),
    TEMPORAL_UI_PORT: String(uiPort),
    COALESCE_WINDOW: '0s',
    SANDBOX_STORY: 'off',
    LOG_FORMAT: 'json',
  };
}
