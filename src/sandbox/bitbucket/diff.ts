/** A pull request's diff, made up from its diffstat: each file in one hunk, its changed lines between three that stay. */
import type { BitbucketDiffstatRecord } from './records.js';

const AROUND = 3;

export function diffOf(files: readonly BitbucketDiffstatRecord[]): string {
  return files.map(fileDiff).join('');
}

function fileDiff({
  path,
  oldPath = path,
  status,
  linesAdded,
  linesRemoved,
}: BitbucketDiffstatRecord): string {
  const kept = status === 'added' || status === 'removed' ? 0 : AROUND;
  const old = status === 'added' ? '/dev/null' : `a/${oldPath}`;
  const fresh = status === 'removed' ? '/dev/null' : `b/${path}`;
  const context = lines(' ', 'kept', kept);
  const range = (count: number) => `${count === 0 ? 0 : 1},${count}`;
  return [
    `diff --git a/${oldPath} b/${path}`,
    `--- ${old}`,
    `+++ ${fresh}`,
    `@@ -${range(linesRemoved + 2 * kept)} +${range(linesAdded + 2 * kept)} @@`,
    ...context,
    ...lines('-', 'gone', linesRemoved),
    ...lines('+', 'new', linesAdded),
    ...context,
    '',
  ].join('\n');
}

function lines(sign: string, word: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${sign}${word} ${n + 1}`);
}
