import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createSupervisor, type Part, type Supervisor } from '../../src/start/supervisor.js';
import { eventually } from '../support/eventually.js';

const TIMING = { firstDelayMs: 20, longestDelayMs: 80, deaths: 5, windowMs: 60_000 };
const log = pino({ level: 'silent' });

const launched: ChildProcess[] = [];
const stops: Supervisor[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((supervisor) => supervisor.stop([])));
  for (const child of launched.splice(0)) {
    child.kill('SIGKILL');
  }
});

function supervise(timing = TIMING): Supervisor {
  const supervisor = createSupervisor(log, timing);
  stops.push(supervisor);
  return supervisor;
}

/** A part that runs this script in Node, and counts how often it was launched. */
function part(
  name: string,
  script: string,
  graceMs = 5_000,
): Part & { readonly launches: () => number; pid: () => number } {
  const own: ChildProcess[] = [];
  return {
    name,
    graceMs,
    launches: () => own.length,
    pid: () => own.at(-1)?.pid ?? 0,
    launch: () => {
      const child = spawn(process.execPath, ['-e', script], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      own.push(child);
      launched.push(child);
      return child;
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  await eventually(async () => expect(condition()).toBe(true), 60_000, 20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const STAYS = 'setInterval(() => {}, 1000)';

test('a part that is killed is started again', async () => {
  const supervisor = supervise();
  const worker = part('worker', STAYS);
  supervisor.add(worker);
  const first = worker.pid();
  process.kill(first, 'SIGKILL');
  await until(() => worker.launches() === 2);
  expect(worker.pid()).not.toBe(first);
});

test('a part that keeps dying makes the supervisor give up after five deaths, naming it', async () => {
  const supervisor = supervise();
  const broken = part('worker', 'process.exit(3)');
  const healthy = part('api', STAYS);
  supervisor.add(healthy);
  supervisor.add(broken);
  expect(await supervisor.gaveUp).toBe('worker died 5 times within 60 s (last: exit 3)');
  expect(broken.launches()).toBe(5);
  await supervisor.stop(['api', 'worker']);
  expect(isAlive(healthy.pid())).toBe(false);
});

test('deaths outside the window do not count', async () => {
  const supervisor = supervise({ ...TIMING, windowMs: 1, deaths: 2 });
  const flaky = part('worker', 'setTimeout(() => process.exit(1), 20)');
  supervisor.add(flaky);
  await until(() => flaky.launches() >= 4);
  const outcome = await Promise.race([supervisor.gaveUp, sleep(50, 'still running')]);
  expect(outcome).toBe('still running');
});

test('deaths outside the window do not count either while the wall clock stands still or is set back (F35)', async () => {
  const { now } = Date;
  let shown = now();
  Date.now = () => (shown -= 1_000);
  try {
    const supervisor = supervise({ ...TIMING, windowMs: 1, deaths: 2 });
    const flaky = part('worker', 'setTimeout(() => process.exit(1), 20)');
    supervisor.add(flaky);
    // On the monotonic clock, as the supervisor must.
    for (const end = performance.now() + 10_000; flaky.launches() < 4 && performance.now() < end; ) {
      await sleep(20);
    }
    expect(await Promise.race([supervisor.gaveUp, sleep(50, 'still running')])).toBe('still running');
    expect(flaky.launches()).toBeGreaterThanOrEqual(4);
  } finally {
    Date.now = now;
  }
});

test('a part that says its configuration is wrong is not tried again', async () => {
  const supervisor = supervise();
  supervisor.add(part('api', "process.send('config-error', () => process.exit(1))"));
  expect(await supervisor.gaveUp).toBe('api cannot run with this configuration');
});

test('a program that does not exist counts as a death', async () => {
  const supervisor = supervise();
  supervisor.add({ name: 'temporal', graceMs: 100, launch: () => spawn('/nowhere/temporal', []) });
  expect(await supervisor.gaveUp).toMatch(/^temporal died 5 times .*ENOENT/);
});

test('stopping goes through the parts in order, each after the one before has ended', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'pm-agent-stop-')), 'journal');
  appendFileSync(journal, '');
  const script = (name: string) =>
    `const fs = require('node:fs');
     process.on('SIGTERM', () => { fs.appendFileSync(${JSON.stringify(journal)}, '${name} told\\n');
       setTimeout(() => { fs.appendFileSync(${JSON.stringify(journal)}, '${name} ended\\n'); process.exit(0); }, 60); });
     fs.writeFileSync(${JSON.stringify(journal)} + '.${name}', ''); ${STAYS}`;
  const supervisor = supervise();
  for (const name of ['temporal', 'api', 'worker']) {
    supervisor.add(part(name, script(name)));
  }
  await until(() => ['temporal', 'api', 'worker'].every((name) => existsSync(`${journal}.${name}`)));
  await supervisor.stop(['api', 'worker', 'temporal']);
  expect(readFileSync(journal, 'utf8').trim().split('\n')).toEqual([
    'api told',
    'api ended',
    'worker told',
    'worker ended',
    'temporal told',
    'temporal ended',
  ]);
});

test('a part that ignores SIGTERM is killed after its grace', async () => {
  const ready = join(mkdtempSync(join(tmpdir(), 'pm-agent-deaf-')), 'ready');
  const supervisor = supervise();
  const deaf = part(
    'worker',
    `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync('${ready}', ''); ${STAYS}`,
    150,
  );
  supervisor.add(deaf);
  await until(() => existsSync(ready));
  await supervisor.stop(['worker']);
  expect(isAlive(deaf.pid())).toBe(false);
});

test('hurrying ends the patience at once', async () => {
  const ready = join(mkdtempSync(join(tmpdir(), 'pm-agent-hurry-')), 'ready');
  const supervisor = supervise();
  const deaf = part(
    'worker',
    `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync('${ready}', ''); ${STAYS}`,
    60_000,
  );
  supervisor.add(deaf);
  await until(() => existsSync(ready));
  const began = Date.now();
  const stopped = supervisor.stop(['worker']);
  supervisor.hurry();
  await stopped;
  expect(Date.now() - began).toBeLessThan(5_000);
});

test('nothing is started again once stopping began', async () => {
  const supervisor = supervise({ ...TIMING, firstDelayMs: 100 });
  const dying = part('worker', 'process.exit(1)');
  supervisor.add(dying);
  await sleep(50);
  await supervisor.stop(['worker']);
  const launches = dying.launches();
  await sleep(250);
  expect(dying.launches()).toBe(launches);
});
