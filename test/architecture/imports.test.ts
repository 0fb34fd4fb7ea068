import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, root, sourceFiles } from '../support/source-imports.js';

interface ImportTable {
  readonly folders: Record<
    string,
    { readonly values?: readonly string[]; readonly types?: readonly string[] }
  >;
}

const table = JSON.parse(readFileSync(join(root, 'import-table.json'), 'utf8')) as ImportTable;

function isWithin(target: string, entry: string): boolean {
  return entry.endsWith('.ts') ? target === entry : target.startsWith(`${entry}/`);
}

const files = sourceFiles();

describe('the import table', () => {
  test('has a row for every folder of src', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);

    expect(folders.filter((folder) => table.folders[folder] === undefined)).toEqual([]);
  });

  test.each(Object.entries(table.folders))(
    '%s imports only what its row allows',
    (folder, { values = [], types = [] }) => {
      const breaches = files
        .filter((file) => file.startsWith(`${folder}/`))
        .flatMap((file) => importsOf(file))
        .filter(({ isPackage }) => !isPackage)
        .filter(({ target }) => !isWithin(target, folder))
        .filter(({ target }) => !values.some((entry) => isWithin(target, entry)))
        .filter(({ target, typeOnly }) => !(typeOnly && types.some((entry) => isWithin(target, entry))))
        .map(({ file, target, typeOnly }) => `${file} → ${target}${typeOnly ? ' (type)' : ''}`);

      expect(breaches).toEqual([]);
    },
  );
});

describe('a process loads when it starts only what it needs', () => {
  /** Files and packages that are loaded with these, without what they import only when it is needed. */
  function loadedWith(...entries: readonly string[]): ReadonlySet<string> {
    const loaded = new Set<string>(entries);
    for (const name of loaded) {
      for (const { target } of files.includes(name)
        ? importsOf(name).filter(({ typeOnly }) => !typeOnly)
        : []) {
        loaded.add(target);
      }
    }
    return loaded;
  }

  /** Megabytes each; the API answers webhooks beside other things. */
  const HEAVY = [
    'kysely',
    '@slack/web-api',
    '@anthropic-ai/sdk',
    '@modelcontextprotocol/sdk',
    '@temporalio/worker',
  ];

  test.each([
    ['the command line', ['cli/main.ts'], [...HEAVY, 'better-sqlite3', '@temporalio/client', 'express']],
    ['the API', ['cli/main.ts', 'api/main.ts'], HEAVY],
  ])('%s', (_what, entries, heavy) => {
    const loaded = [...loadedWith(...entries)];

    expect(loaded.length).toBeGreaterThan(100);
    expect(heavy.filter((name) => loaded.some((one) => one === name || one.startsWith(`${name}/`)))).toEqual(
      [],
    );
  });
});

describe('the house', () => {
  test('every folder of src says in a README what belongs there', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );

    const silent = folders.filter(({ name }) => !readdirSync(join(root, 'src', name)).includes('README.md'));

    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('only config reads the environment', () => {
    const readers = files
      .filter((file) => !file.startsWith('config/') && !file.startsWith('dashboard/'))
      .filter((file) => readFileSync(join(root, 'src', file), 'utf8').includes('process.env'));

    // The entry points hand the environment to loadConfig, unread.
    const allowed = ['cli/main.ts', 'start/main.ts'];
    expect(readers.filter((file) => !allowed.includes(file)).map((file) => relative('.', file))).toEqual([]);
  });

  test('no file names another way around the rules', () => {
    const banned = /@ts-(?:ignore|expect-error|nocheck)|oxlint-disable(?!-next-line \S+ -- )/;

    expect(files.filter((file) => banned.test(readFileSync(join(root, 'src', file), 'utf8')))).toEqual([]);
  });
});
