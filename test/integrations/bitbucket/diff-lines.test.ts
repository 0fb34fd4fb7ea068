import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { findLine } from '../../../src/integrations/bitbucket/diff-lines.js';

const DIFF = String.raw`diff --git a/src/pay.ts b/src/pay.ts
index 3f1..9c2 100644
--- a/src/pay.ts
+++ b/src/pay.ts
@@ -10,4 +10,5 @@ export function pay() {
 kept 10
-gone 11
+new 11
+new 12
 kept 12
 kept 13
@@ -40 +41,0 @@
--- gone 40, which looks like a header
diff --git a/old.ts b/new.ts
similarity index 90%
rename from old.ts
rename to new.ts
--- a/old.ts
+++ b/new.ts
@@ -1,2 +1,2 @@
-a
+b
 c
\ No newline at end of file
diff --git a/img.png b/img.png
Binary files a/img.png and b/img.png differ
diff --git "a/gr\303\266\303\237e.ts" "b/gr\303\266\303\237e.ts"
new file mode 100644
--- /dev/null
+++ "b/gr\303\266\303\237e.ts"
@@ -0,0 +1,2 @@
+one
+two
`;

const shown = (path: string, side: 'old' | 'new'): readonly number[] =>
  Array.from({ length: 60 }, (_, n) => n + 1).filter((line) => findLine(DIFF, { path, line, side }) !== null);

describe('the lines that a diff shows', () => {
  test.each([
    ['src/pay.ts', 'new', [10, 11, 12, 13, 14]],
    ['src/pay.ts', 'old', [10, 11, 12, 13, 40]],
    ['old.ts', 'old', [1, 2]],
    ['new.ts', 'new', [1, 2]],
    ['new.ts', 'old', [1, 2]],
    ['größe.ts', 'new', [1, 2]],
    ['größe.ts', 'old', []],
    ['img.png', 'new', []],
    ['pay.ts', 'new', []],
  ] as const)('of %s, %s', (path, side, lines) => {
    expect(shown(path, side)).toEqual(lines);
  });

  test('of a renamed file have the name that it has on their side', () => {
    expect(findLine(DIFF, { path: 'new.ts', line: 1, side: 'old' })).toEqual({
      path: 'old.ts',
      line: 1,
      side: 'old',
    });
    expect(findLine(DIFF, { path: 'new.ts', line: 1, side: 'new' })?.path).toBe('new.ts');
  });

  test('of two files that changed their names with one another are those of the one that is called so now', () => {
    const renamed = (from: string, to: string, at: number) =>
      `--- a/${from}\n+++ b/${to}\n@@ -${at} +${at} @@\n-x\n+y\n`;
    const diff = renamed('a.ts', 'b.ts', 1) + renamed('b.ts', 'a.ts', 5);

    expect(findLine(diff, { path: 'a.ts', line: 5, side: 'old' })?.path).toBe('b.ts');
    expect(findLine(diff, { path: 'a.ts', line: 1, side: 'old' })).toBeNull();
  });

  test('a diff with Windows line ends is read as well', () => {
    const diff = DIFF.replaceAll('\n', '\r\n');

    expect(findLine(diff, { path: 'src/pay.ts', line: 14, side: 'new' })).not.toBeNull();
  });

  test('any text at all is read without a failure', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (diff, path, line) => {
        expect([null, path]).toContain(findLine(diff, { path, line, side: 'new' })?.path ?? null);
      }),
    );
  });
});
