import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keepOthersOut, readByOthers } from '../../src/config/data-folder.js';

let root: string;
let dataDir: string;
let before: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'data-folder-'));
  dataDir = join(root, 'data');
  before = process.umask(0o022);
});
afterEach(() => {
  process.umask(before);
  rmSync(root, { recursive: true, force: true });
});

function file(path: string, mode = 0o644): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, 'x');
  chmodSync(full, mode);
  return full;
}

const modeOf = (path: string) => (statSync(join(root, path)).mode & 0o7777).toString(8);

/** All that a process says, and where the databases are. */
function started(mirrorFile = join(dataDir, 'pm-agent.db')) {
  const lines: { level: string; data: object; message: string }[] = [];
  const log = {
    info: (data: object, message: string) => void lines.push({ level: 'info', data, message }),
    warn: (data: object, message: string) => void lines.push({ level: 'warn', data, message }),
  };
  keepOthersOut({ dataDir, mirrorFile }, log);
  return lines;
}

const open = (uid?: number) =>
  readByOthers({ dataDir, mirrorFile: join(dataDir, 'pm-agent.db') }, uid).map(({ path }) =>
    relative(root, path),
  );

const LEFT = [
  'pm-agent.db',
  'pm-agent.db-wal',
  'inbox.db',
  'operators.db',
  'run/temporal.log',
  'backups/2026/inbox.db',
];

describe('what an older version left', () => {
  test('is closed at the start, folders and files, with one line that names it', () => {
    LEFT.forEach((name) => file(`data/${name}`));

    const lines = started();

    expect(LEFT.map((name) => modeOf(`data/${name}`))).toEqual(LEFT.map(() => '600'));
    expect(['data', 'data/run', 'data/backups', 'data/backups/2026'].map(modeOf)).toEqual(
      Array(4).fill('700'),
    );
    expect(lines).toEqual([
      {
        level: 'info',
        data: { count: 10, paths: expect.arrayContaining([dataDir]) },
        message: 'closed to other users what they could read in DATA_DIR',
      },
    ]);
    expect(started()).toEqual([]);
  });

  test("stays the group's in a folder that the group may write to, and is closed to others", () => {
    file('data/pm-agent.db', 0o664);
    file('data/run/temporal.log', 0o644);
    chmodSync(dataDir, 0o2775);

    started();

    expect(modeOf('data')).toBe('2770');
    expect(modeOf('data/pm-agent.db')).toBe('660');
    expect(modeOf('data/run/temporal.log')).toBe('640');
  });

  test('of another user is left as it is, and told', () => {
    file('data/pm-agent.db');

    expect(readByOthers({ dataDir, mirrorFile: join(dataDir, 'pm-agent.db') }, 4_711)).toEqual([
      { path: dataDir, mode: 0o755, closed: 0o700, ownerId: process.getuid?.() },
      { path: join(dataDir, 'pm-agent.db'), mode: 0o644, closed: 0o600, ownerId: process.getuid?.() },
    ]);
  });
});

describe('what is not ours', () => {
  test('keeps its mode, and so does the folder that holds it', () => {
    file('data/pm-agent.db');
    file('data/my-notes.txt');
    file('data/pm-agent.database');

    started();

    expect(['data', 'data/my-notes.txt', 'data/pm-agent.database'].map(modeOf)).toEqual([
      '755',
      '644',
      '644',
    ]);
    expect(modeOf('data/pm-agent.db')).toBe('600');
  });

  test('is not taken for ours by a common name beside other things', () => {
    file('data/notes.txt');
    file('data/backups/of-somebody.tar');
    file('data/pm-agent.db');

    started();

    expect([modeOf('data/backups/of-somebody.tar'), modeOf('data/pm-agent.db')]).toEqual(['644', '600']);
  });

  test('is not reached through a link', () => {
    const elsewhere = file('elsewhere/letter.txt');
    mkdirSync(join(dataDir, 'run'), { recursive: true });
    symlinkSync(elsewhere, join(dataDir, 'inbox.db'));
    symlinkSync(dirname(elsewhere), join(dataDir, 'run', 'more'));

    started();

    expect(['elsewhere', 'elsewhere/letter.txt'].map(modeOf)).toEqual(['755', '644']);
    expect(open()).toEqual([]);
  });

  test('stands beside a mirror of its own place, of which only the mirror and its copies are closed', () => {
    mkdirSync(dataDir);
    ['m.db', 'm.db-wal', 'm.db.anchors', 'm.dbx', 'other.db', 'backups/m-1-to-2.db', 'backups/x.db'].forEach(
      (name) => file(`apart/${name}`),
    );

    started(join(root, 'apart', 'm.db'));

    expect(
      ['m.db', 'm.db-wal', 'm.db.anchors', 'backups/m-1-to-2.db'].map((name) => modeOf(`apart/${name}`)),
    ).toEqual(Array(4).fill('600'));
    expect(['m.dbx', 'other.db', 'backups/x.db', 'backups'].map((name) => modeOf(`apart/${name}`))).toEqual([
      '644',
      '644',
      '644',
      '755',
    ]);
  });
});

describe('from the start on', () => {
  test('what the process makes is for its user alone', () => {
    mkdirSync(dataDir);
    started();

    writeFileSync(join(dataDir, 'run'), 'x');

    expect(modeOf('data/run')).toBe('600');
  });

  test('it is for the group too where the folder is', () => {
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o770);
    started();

    expect(process.umask()).toBe(0o007);
  });
});

test('a folder that is not there yet has nothing that others read', () => {
  expect(open()).toEqual([]);
});
