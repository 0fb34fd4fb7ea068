import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';

const ROOT = process.cwd();
const SCRIPTS = join(ROOT, 'scripts');
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'pm-agent-bootstrap-'));
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a module of the bootstrap with plain Node, as npm does. */
function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { env: { HOME: '/nonexistent', ...env }, cwd: ROOT });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Evaluates an expression over a module's exports. */
async function evaluate(module: string, expression: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const script = `const m = await import(${JSON.stringify(join(SCRIPTS, module))}); process.stdout.write(JSON.stringify(await (${expression})) ?? 'null');`;
  const { out, err, code } = await node(['--input-type=module', '-e', script], env);
  if (code !== 0) {
    throw new Error(err);
  }
  return JSON.parse(out);
}

function program(at: string, text: string): string {
  mkdirSync(join(at, '..'), { recursive: true });
  writeFileSync(at, text);
  chmodSync(at, 0o755);
  return at;
}

async function serve(answer: { status: number; body: Buffer }): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status).end(answer.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/cli`;
}

test('the bootstrap uses Node built-ins only, so that it runs before anything is installed', () => {
  for (const file of readdirSync(SCRIPTS).filter((name) => name.endsWith('.mjs'))) {
    const source = readFileSync(join(SCRIPTS, file), 'utf8');
    const imports = [...source.matchAll(/^import [^;]*? from '([^']+)';$/gms)].map(([, from]) => from);
    expect(imports.filter((from) => !/^(node:|\.\/)/.test(from ?? ''))).toEqual([]);
  }
});

test.each([
  ['20.19.0', null],
  ['22.0.0', null],
  ['20.18.3', 'pm-agent needs Node 20.19 or newer; this is 20.18.3.'],
  ['18.20.0', 'pm-agent needs Node 20.19 or newer; this is 18.20.0.'],
])('Node %s: %s', async (version, complaint) => {
  expect(await evaluate('bootstrap.mjs', `m.nodeComplaint('${version}')`)).toBe(complaint);
});

test('NODE_OPTIONS of the tests keeps what was there and adds each option once', async () => {
  expect(
    await evaluate(
      'bootstrap.mjs',
      "m.testNodeOptions('--max-old-space-size=512 --experimental-vm-modules')",
    ),
  ).toBe('--max-old-space-size=512 --experimental-vm-modules --disable-warning=ExperimentalWarning');
});

test('an unknown mode is wrong usage', async () => {
  expect(await node([join(SCRIPTS, 'bootstrap.mjs'), 'fly'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('start|test|bench|soak'),
  });
});

describe('finding the Temporal CLI', () => {
  test('takes TEMPORAL_CLI_PATH before PATH', async () => {
    const home = folder();
    const named = program(join(home, 'mine'), '#!/bin/sh\n');
    program(join(home, 'bin', 'temporal'), '#!/bin/sh\n');
    const env = { TEMPORAL_CLI_PATH: named, PATH: join(home, 'bin') };
    expect(await evaluate('temporal-cli.mjs', 'm.findCli(process.env)', env)).toBe(named);
  });

  test('takes PATH before the cache folder', async () => {
    const home = folder();
    const onPath = program(join(home, 'bin', 'temporal'), '#!/bin/sh\n');
    const cached = program(join(home, '.cache', 'pm-agent', 'temporal'), '#!/bin/sh\n');
    expect(
      await evaluate('temporal-cli.mjs', 'm.findCli(process.env)', { HOME: home, PATH: join(home, 'bin') }),
    ).toBe(onPath);
    expect(await evaluate('temporal-cli.mjs', 'm.findCli(process.env)', { HOME: home, PATH: '' })).toBe(
      cached,
    );
  });

  test('refuses a TEMPORAL_CLI_PATH that names nothing, naming the setting', async () => {
    const run = await node([join(SCRIPTS, 'temporal-cli.mjs')], { TEMPORAL_CLI_PATH: '/nowhere/temporal' });
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toMatch(/^TEMPORAL_CLI_PATH: there is no program at \/nowhere\/temporal/);
  });
});

describe('getting the Temporal CLI', () => {
  /** An archive as the download site serves it, holding a program that says who it is. */
  function archive(): Buffer {
    const work = folder();
    program(join(work, 'temporal'), '#!/bin/sh\necho downloaded\n');
    return spawnSync('tar', ['-cz', '-C', work, 'temporal']).stdout;
  }

  test('downloads it into the cache folder and leaves nothing else there', async () => {
    const home = folder();
    const url = await serve({ status: 200, body: archive() });
    const path = await evaluate('temporal-cli.mjs', `m.ensureCli(process.env, '${url}')`, {
      HOME: home,
      PATH: '/usr/bin:/bin',
    });
    expect(path).toBe(join(home, '.cache', 'pm-agent', 'temporal'));
    expect(readdirSync(join(home, '.cache', 'pm-agent'))).toEqual(['temporal']);
    expect(spawnSync(String(path)).stdout.toString()).toBe('downloaded\n');
  });

  test('builds it with go where the download fails, and two processes build it once', async () => {
    const home = folder();
    const url = await serve({ status: 404, body: Buffer.from('no') });
    const built = join(home, 'built');
    program(
      join(home, 'bin', 'go'),
      `#!/bin/sh\necho x >> ${built}\nsleep 1\nprintf '#!/bin/sh\\n' > "$GOBIN/temporal"\n`,
    );
    const env = { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
    const ask = () => evaluate('temporal-cli.mjs', `m.ensureCli(process.env, '${url}')`, env);
    const paths = await Promise.all([ask(), ask()]);
    expect(new Set(paths)).toEqual(new Set([join(home, '.cache', 'pm-agent', 'temporal')]));
    expect(readFileSync(built, 'utf8')).toBe('x\n');
  });

  test('names every way out where nothing works, and what was tried', async () => {
    const home = folder();
    const url = await serve({ status: 503, body: Buffer.from('no') });
    const asked = evaluate('temporal-cli.mjs', `m.ensureCli(process.env, '${url}')`, {
      HOME: home,
      PATH: '/nowhere',
    });
    await expect(asked).rejects.toThrow(
      /TEMPORAL_ADDRESS[\s\S]*TEMPORAL_CLI_PATH[\s\S]*Go 1\.25[\s\S]*download: .*503.*go install: go is not on PATH/,
    );
    expect(existsSync(join(home, '.cache', 'pm-agent', 'temporal'))).toBe(false);
  });
});

describe('fingerprint', () => {
  test('changes with a content and with a name, not with time', async () => {
    const root = folder();
    mkdirSync(join(root, 'src'));
    const take = () =>
      evaluate('fingerprint.mjs', `m.fingerprint(${JSON.stringify(root)}, ['src', 'lock.json', 'absent'])`);
    writeFileSync(join(root, 'src', 'a.ts'), 'one');
    const first = await take();
    writeFileSync(join(root, 'src', 'a.ts'), 'one');
    expect(await take()).toBe(first);
    writeFileSync(join(root, 'src', 'a.ts'), 'two');
    const second = await take();
    expect(second).not.toBe(first);
    writeFileSync(join(root, 'lock.json'), '');
    expect(await take()).not.toBe(second);
  });
});

test('a lock whose holder died does not block', async () => {
  const file = join(folder(), 'lock');
  writeFileSync(file, '999999999');
  expect(await evaluate('lock.mjs', `m.withLock(${JSON.stringify(file)}, async () => 'worked')`)).toBe(
    'worked',
  );
  expect(existsSync(file)).toBe(false);
});

test('a step says how long it took, in plain lines away from a terminal', async () => {
  const script = `const m = await import(${JSON.stringify(join(SCRIPTS, 'progress.mjs'))}); await m.step('Building', async () => {});`;
  const { err } = await node(['--input-type=module', '-e', script]);
  expect(err).toBe('Building …\nBuilding: done in 0 s\n');
});

test('a tool that fails shows the end of what it said', async () => {
  const expression =
    "m.runQuietly(process.execPath, ['-e', 'console.log(\"the reason\"); process.exit(7)']).catch((error) => error.message)";
  expect(await evaluate('run-tool.mjs', expression)).toMatch(/ended with 7:\nthe reason$/);
});
