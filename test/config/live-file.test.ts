/** pm-agent.yaml changed while a process runs: on a real file, with the looks that a running process would make. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAgentFile } from '../../src/config/agent-file.js';
import { type FileChange, type LiveFile, openLiveFile, watchLiveFile } from '../../src/config/live-file.js';
import { eventually } from '../support/eventually.js';

let folder: string;
let path: string;
let changes: FileChange[];
let logged: { readonly level: string; readonly message: string; readonly fields: object }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-file-'));
  path = join(folder, 'pm-agent.yaml');
  logged = [];
  changes = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const AUTO = 'policy: { default: auto }\n';
const NEVER = 'policy: { default: never }\n';
const BROKEN = 'policy: { default: maybe }\n';

function open(): LiveFile {
  const note = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields });
  };
  return openLiveFile(
    { file: readAgentFile(path, null), agentFilePath: path },
    { info: note('info'), warn: note('warn'), error: note('error') },
    (change) => changes.push(change),
  );
}

function started(text: string): LiveFile {
  writeFileSync(path, text);
  return open();
}

/** As much time as a change needs to count. */
async function settle(file: LiveFile): Promise<void> {
  await file.look();
  await file.look();
}

const ruleOf = (file: LiveFile) => file.current().policy.default;
const errors = () => logged.filter(({ level }) => level === 'error');

describe('a change', () => {
  test('is in force once two looks found the same, and is told with what changed', async () => {
    const file = started(AUTO);
    const before = file.current().policy.version;
    await settle(file);
    writeFileSync(path, NEVER);
    await file.look();
    const early = ruleOf(file);
    await file.look();

    expect([early, ruleOf(file)]).toEqual(['auto', 'never']);
    expect(changes).toEqual([
      { changed: ['policy'], policyVersion: { before, now: file.current().policy.version } },
    ]);
    expect(logged).toEqual([
      {
        level: 'info',
        message: expect.stringContaining('pm-agent.yaml changed'),
        fields: {
          file: path,
          changed: ['policy'],
          policyVersion: { before, now: file.current().policy.version },
        },
      },
    ]);
  });

  test('by a rename over the file, as editors and mounts do it, is found', async () => {
    const file = started(AUTO);
    await settle(file);
    writeFileSync(join(folder, 'new'), NEVER);
    renameSync(join(folder, 'new'), path);
    await settle(file);

    expect(ruleOf(file)).toBe('never');
  });

  test('that is half written at one look never counts', async () => {
    const rules =
      'policy:\n  default: auto\n  rules:\n    - { name: no moves, when: { action: jira.transition }, verdict: never }\n';
    const file = started(`${rules}budgets: { perDay: 1 }\n`);
    await settle(file);
    const seen: number[] = [];
    for (const text of ['', rules.slice(0, 26), rules]) {
      writeFileSync(path, text);
      await file.look();
      seen.push(file.current().policy.rules.length);
    }
    await file.look();

    expect(seen).toEqual([1, 1, 1]);
    expect(errors()).toEqual([]);
    expect(file.current().budgets.perDay).toBe(25);
  });

  test('of comments alone changes nothing and is not told', async () => {
    const file = started(AUTO);
    await settle(file);
    writeFileSync(path, `# why\n${AUTO}`);
    await settle(file);

    expect(logged).toEqual([]);
  });

  test('to a first file counts like any other', async () => {
    const file = open();
    await settle(file);
    writeFileSync(path, NEVER);
    await settle(file);

    expect(ruleOf(file)).toBe('never');
    expect(file.problems()).toEqual([]);
  });

  test('with something that this version cannot do is told with its warning', async () => {
    const file = started(AUTO);
    writeFileSync(path, 'teams: [{ id: pay, calendar: { holidays: XX } }]\n');
    await settle(file);

    expect(logged.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('XX') });
  });
});

describe('a file that cannot be used', () => {
  const nested = `a0: &a0 [${'x,'.repeat(9)}x]\n${Array.from(
    { length: 9 },
    (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}*a${n}]\n`,
  ).join('')}`;

  test.each([
    ['has a wrong value', BROKEN, 'pm-agent.yaml:1: policy.default: "maybe"'],
    ['is no YAML', 'policy: [', 'pm-agent.yaml:'],
    ['grows without end when it is read', nested, 'alias'],
    ['was emptied', '', 'is empty now; put it back'],
    ['was emptied but for blanks', ' \n\n', 'is empty now; put it back'],
  ])('because it %s leaves the last good one in force', async (_name, text, problem) => {
    const file = started(AUTO);
    await settle(file);
    writeFileSync(path, text);
    await settle(file);
    await settle(file);

    expect(ruleOf(file)).toBe('auto');
    expect(changes).toEqual([]);
    expect(file.problems().join('; ')).toContain(problem);
    expect(errors()).toHaveLength(1);
  });

  test('because it was taken away leaves the last good one in force', async () => {
    const file = started(NEVER);
    await settle(file);
    rmSync(path);
    await settle(file);

    expect(ruleOf(file)).toBe('never');
    expect(file.problems()).toEqual([
      `there is no file ${path} any more; put it back, or restart pm-agent to go on with the defaults: a file that is taken away is no order to drop every rule`,
    ]);
  });

  test('because nobody may read it leaves the last good one in force', async () => {
    const file = started(NEVER);
    await settle(file);
    rmSync(path);
    // Nobody reads a folder as a file, not even the superuser of a container.
    mkdirSync(path);
    await settle(file);

    expect(ruleOf(file)).toBe('never');
    expect(file.problems()).toEqual([`${path} cannot be read (EISDIR); make it readable`]);
  });

  test('is in force again once it is repaired, and that is told', async () => {
    const file = started(AUTO);
    await settle(file);
    writeFileSync(path, BROKEN);
    await settle(file);
    writeFileSync(path, NEVER);
    await settle(file);

    expect(ruleOf(file)).toBe('never');
    expect(file.problems()).toEqual([]);
    expect(logged.map(({ level }) => level)).toEqual(['error', 'info', 'info']);
  });

  test('is well again with the very text that held all along', async () => {
    const file = started(AUTO);
    await settle(file);
    writeFileSync(path, BROKEN);
    await settle(file);
    writeFileSync(path, AUTO);
    await settle(file);

    expect(file.problems()).toEqual([]);
    expect(logged.map(({ message }) => message)).toEqual([
      expect.stringContaining('cannot be used'),
      'pm-agent.yaml can be used again',
    ]);
  });
});

test('an empty file that was there from the start is no trouble', async () => {
  const file = started('');
  await settle(file);

  expect(file.problems()).toEqual([]);
});

test('a process that watches finds a change by itself', async () => {
  const file = started(AUTO);
  const watch = watchLiveFile(file);
  try {
    writeFileSync(path, NEVER);
    await eventually(async () => {
      expect(ruleOf(file)).toBe('never');
    });
  } finally {
    await watch.stop();
  }
});
