import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wikiToMarkdown } from '../../../src/domain/markup/wiki.js';

describe('wikiToMarkdown', () => {
  test.each([
    ['h2. Steps to reproduce', '## Steps to reproduce'],
    ['*bold* and _it_, -gone- +new+ ??cited??', '**bold** and _it_, ~~gone~~ new _cited_'],
    ['snake_case_name 2*3*4 a-b-c', 'snake_case_name 2*3*4 a-b-c'],
    ['{{npm *run*}} works', '`npm *run*` works'],
    [
      'see [the docs|https://x.example/a_b_c] or [https://y.example]',
      'see [the docs](https://x.example/a_b_c) or <https://y.example>',
    ],
    ['[PAY-1] is no link', '[PAY-1] is no link'],
    ['[~accountid:712020:1f-aa] and [~jane]', '@712020:1f-aa and @jane'],
    ['{color:red}hot{color}', 'hot'],
    ['!shot.png|thumbnail!', '![shot.png](shot.png)'],
    ['Wow! That is it!', 'Wow! That is it!'],
    ['bq. they said', '> they said'],
    ['----', '---'],
    ['\\[not a link\\]', '[not a link]'],
  ])('%j becomes %j', (wiki, markdown) => {
    expect(wikiToMarkdown(wiki)).toBe(markdown);
  });

  test('nested lists keep their steps and kinds', () => {
    expect(wikiToMarkdown('* a\n** b\n*# c\n# d\n- e')).toBe('- a\n  - b\n  1. c\n1. d\n- e');
  });

  test('tables get the line of dashes that Markdown needs', () => {
    expect(wikiToMarkdown('||a||b||\n|1|[t|https://x.example]|')).toBe(
      '| a | b |\n| --- | --- |\n| 1 | [t](https://x.example) |',
    );
  });

  test('code and noformat are copied untouched, with their language', () => {
    expect(wikiToMarkdown('{code:java|title=A.java}\nint *a* = 1;\n{code}\nafter')).toBe(
      '```java\nint *a* = 1;\n```\nafter',
    );
    expect(wikiToMarkdown('{noformat}\n*raw*\n{noformat}')).toBe('```\n*raw*\n```');
    expect(wikiToMarkdown('{code}one line{code}')).toBe('```\none line\n```');
  });

  test('quotes and panels become quotes, and their text is still read', () => {
    expect(wikiToMarkdown('{quote}\nhi *there*\n{quote}')).toBe('> hi **there**');
    expect(wikiToMarkdown('{panel:title=Note}\nx\n{panel}')).toBe('> **Note**\n> x');
  });

  test('a block that is never closed runs to the end', () => {
    expect(wikiToMarkdown('{code}\na\nb')).toBe('```\na\nb\n```');
  });

  test('any text is answered, and words survive', () => {
    const tokens = fc.constantFrom(
      '*',
      '_',
      '{code}',
      '{quote}',
      '{{',
      '}}',
      '[',
      '|',
      ']',
      '!',
      '||',
      'h1. ',
      '# ',
      '\n',
      ' ',
      '{color:red}',
      '\\',
    );
    const words = fc.stringMatching(/^[a-z]{3,6}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(tokens, words), { maxLength: 60 }), (parts) => {
        const markdown = wikiToMarkdown(parts.join(''));

        expect(typeof markdown).toBe('string');
        expect(markdown).not.toContain('\uE000');
      }),
      { numRuns: 400 },
    );
  });

  test.each([['{quote}'], ['{{'], ['['], ['*a '], ['{panel}\n{quote}\n'], ['{code}x{code}'], ['|a']])(
    '%j repeated thirty thousand characters long is read within a second',
    (unit) => {
      const started = performance.now();

      wikiToMarkdown(unit.repeat(Math.floor(30_000 / unit.length)));

      expect(performance.now() - started).toBeLessThan(1_000);
    },
  );
});
