/** What the files of src import, read from their text. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the project. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** One import of a source file, as it stands in the text. */
export interface ImportLine {
  readonly file: string;
  /** Path below src, `.ts`; a package by its name. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+)?\s*(?:from\s+)?'([^']+)'/gms;

/** @param file path below src */
export function importsOf(file: string): readonly ImportLine[] {
  const source = readFileSync(join(root, 'src', file), 'utf8');
  return [...source.matchAll(IMPORT)].map(([, type, names, path]) => ({
    file,
    ...targetOf(file, String(path)),
    typeOnly: type !== undefined || everyNameIsAType(names),
  }));
}

function targetOf(file: string, path: string): Pick<ImportLine, 'target' | 'isPackage'> {
  return path.startsWith('.')
    ? { target: posix.join(posix.dirname(file), path).replace(/\.js$/, '.ts'), isPackage: false }
    : { target: path, isPackage: true };
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

/** Paths below src. */
export function sourceFiles(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/'));
}
