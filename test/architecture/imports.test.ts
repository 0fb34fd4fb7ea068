import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface ImportTable {
  readonly folders: Record<
    string,
    { readonly values?: readonly string[]; readonly types?: readonly string[] }
  >;
}

const table = JSON.parse(readFileSync(join(root, 'import-table.json'), 'utf8')) as ImportTable;

interface ImportLine {
  readonly file: string;
  /** Path below src, `.ts`. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+)?\s*(?:from\s+)?'(\.[^']+)'/gms;

function importsOf(file: string): readonly ImportLine[] {
  const source = readFileSync(join(root, 'src', file), 'utf8');
  return [...source.matchAll(IMPORT)].map(([, type, names, path]) => ({
    file,
    target: posix.join(posix.dirname(file), String(path)).replace(/\.js$/, '.ts'),
    typeOnly: type !== undefined || everyNameIsAType(names),
  }));
}

function everyNameIsAType(names: string | undefined): boolean {
  const list =
    names?.startsWith('{') === true
      ? names
          .slice(1, -1)
          .split(',')
          .filter((name) => name.trim() !== '')
      : [];
  return list.length > 0 && list.every((name) => /^\s*type\s/.test(name));
}

function sourceFiles(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/'));
}

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
        .filter(({ target }) => !isWithin(target, folder))
        .filter(({ target }) => !values.some((entry) => isWithin(target, entry)))
        .filter(({ target, typeOnly }) => !(typeOnly && types.some((entry) => isWithin(target, entry))))
        .map(({ file, target, typeOnly }) => `${file} → ${target}${typeOnly ? ' (type)' : ''}`);

      expect(breaches).toEqual([]);
    },
  );
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
