/** Which lines a unified diff shows, of either side of each file. Pure. */

import type { DiffLine } from './bitbucket.js';

type DiffSide = DiffLine['side'];

interface Hunk {
  readonly old: readonly [from: number, to: number];
  readonly new: readonly [from: number, to: number];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

interface File {
  readonly names: Readonly<Record<DiffSide, string>>;
  readonly hunks: Hunk[];
}

/**
 * The line by the name that its file has on its side, where the diff shows it, as context or as a change; null where it does not.
 * @param place its path is the file's as the pull request leaves it, or, where no file is called so, as it was before
 */
export function findLine(diff: string, { path, line, side }: DiffLine): DiffLine | null {
  const files = filesOf(diff);
  const file = files.find(({ names }) => names.new === path) ?? files.find(({ names }) => names.old === path);
  const isShown = file?.hunks.some((hunk) => line >= hunk[side][0] && line <= hunk[side][1]) ?? false;
  return file !== undefined && isShown ? { path: file.names[side], line, side } : null;
}

function filesOf(diff: string): readonly File[] {
  const files: File[] = [];
  let old = '';
  // Lines of the hunk that is being read: they may look like headers.
  const left = { old: 0, new: 0 };
  for (const text of diff.split('\n')) {
    if (left.old > 0 || left.new > 0) {
      left.old -= text.startsWith('+') || text.startsWith('\\') ? 0 : 1;
      left.new -= text.startsWith('-') || text.startsWith('\\') ? 0 : 1;
    } else if (text.startsWith('--- ')) {
      old = nameIn(text.slice(4), 'a/');
    } else if (text.startsWith('+++ ')) {
      files.push({ names: { old, new: nameIn(text.slice(4), 'b/') }, hunks: [] });
    } else {
      const hunk = toHunk(text);
      if (hunk !== null) {
        left.old = hunk.old[1] - hunk.old[0] + 1;
        left.new = hunk.new[1] - hunk.new[0] + 1;
        files.at(-1)?.hunks.push(hunk);
      }
    }
  }
  return files;
}

function toHunk(text: string): Hunk | null {
  const [, oldFrom, oldCount = '1', newFrom, newCount = '1'] = HUNK.exec(text) ?? [];
  if (oldFrom === undefined || newFrom === undefined) {
    return null;
  }
  const range = (from: string, count: string): [number, number] => [
    Number(from),
    Number(from) + Number(count) - 1,
  ];
  return { old: range(oldFrom, oldCount), new: range(newFrom, newCount) };
}

/** Git quotes a name with unusual characters as C does, byte by byte. */
function nameIn(text: string, prefix: string): string {
  const name = text.startsWith('"') ? unquoted(text) : text.replace(/\t.*$/, '').trimEnd();
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function unquoted(text: string): string {
  const inside = text.replace(/^"/, '').replace(/"\s*$/, '');
  const bytes = inside.replace(/\\([0-7]{3}|.)/g, (_whole, escaped: string) =>
    /^[0-7]{3}$/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
