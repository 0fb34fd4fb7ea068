/** The doctor asked in this process, about a configuration of the test's own, with servers that answer by path. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { pmAgent } from '../cli/support.js';

export interface Told {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly advice: string | null;
}

export interface Seen {
  readonly code: number;
  readonly ok: boolean;
  readonly checks: readonly Told[];
  readonly leftOut: readonly string[];
  readonly text: string;
  of(name: string): Told;
}

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    await cleanUp();
  }
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Nothing runs here: ports that refuse, and a folder that is not made yet. */
export function lonelyEnv(folder: string): NodeJS.ProcessEnv {
  return {
    DATA_DIR: join(folder, 'data'),
    PM_AGENT_URL: 'http://127.0.0.1:1',
    SANDBOX_URL: 'http://127.0.0.1:1',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
}

export async function doctor(
  env: NodeJS.ProcessEnv,
  options: { readonly cwd?: string; readonly args?: readonly string[] } = {},
): Promise<Seen> {
  const ran = await pmAgent(
    ['doctor', '--json', ...(options.args ?? [])],
    env,
    options.cwd ?? temporaryFolder(),
  );
  const parsed = JSON.parse(ran.out) as Omit<Seen, 'code' | 'text' | 'of'>;
  return {
    ...parsed,
    code: ran.code,
    text: ran.out + ran.err,
    of: (name) => {
      const found = parsed.checks.find((check) => check.name === name);
      if (found === undefined) {
        throw new Error(`no check ${name} in ${ran.out}`);
      }
      return found;
    },
  };
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers by `METHOD path` (without the query), anything else with 404; closed after the test. */
export async function answering(answers: Readonly<Record<string, Answer>>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[`${request.method} ${request.url?.split('?')[0]}`] ??
      answers[`${request.method} *`] ?? { status: 404 };
    request.resume();
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
