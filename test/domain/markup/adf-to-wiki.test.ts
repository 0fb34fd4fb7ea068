import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { adfToWiki, isAdfDocument } from '../../../src/domain/markup/adf-to-wiki.js';
import { markdownToAdf } from '../../../src/domain/markup/markdown-to-adf.js';
import { wikiToMarkdown } from '../../../src/domain/markup/wiki.js';

const toWiki = (markdown: string, linkHosts: readonly string[] = ['acme.example']) =>
  adfToWiki({ ...markdownToAdf(markdown, { linkHosts, mentions: ['lead'] }) });

describe('what the agent writes', () => {
  test.each([
    ['**bold**, *slanted* and ~~gone~~', '{*}bold{*}, {_}slanted{_} and {-}gone{-}'],
    ['# Title\n\nText', 'h1. Title\n\nText'],
    ['- one\n- two\n  1. inner', '* one\n* two\n*# inner'],
    ['1. one\n2. two', '# one\n# two'],
    ['[the issue](https://acme.example/PAY-1)', '[the issue|https://acme.example/PAY-1]'],
    ['`a_b`', String.raw`{{a\_b}}`],
    ['```java\nint a[] = {1};\n```', '{code:java}\nint a[] = {1};\n{code}'],
    ['ask [~accountid:lead], not [~accountid:eve]', String.raw`ask [~lead], not \[\~accountid:eve\]`],
    ['> said', '{quote}\nsaid\n{quote}'],
    ['a\n\n---\n\nb', 'a\n\n----\n\nb'],
  ])('%j is %j', (markdown, wiki) => {
    expect(toWiki(markdown)).toBe(wiki);
  });

  test.each([
    ['[~admin] and [~accountid:1]'],
    ['{color:red}x{color} {panel}'],
    ['!http://evil.example/x.png!'],
    ['{include:SECRET}'],
    ['h1. no title'],
    ['# {code}\nbreaks out'],
    ['```\n{code}\n[~admin]\n```'],
  ])('%j stays text', (markdown) => {
    const wiki = toWiki(markdown, []);

    expect(wiki.replaceAll(/\{code\}\n[\s\S]*?\n\{code\}/g, '')).not.toMatch(/(?<!\\)(?:\[~|\{[a-z]+[:}])/);
    expect(wiki.match(/\{code/g)?.length ?? 0).toBeLessThanOrEqual(2);
  });
});

test('whatever the text: no mention, no macro, no image, and words that are read back the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('[~x]', '{a}', '!i.png!', '*', '_', '-', '\\', 'word', ' ', '|', '#', '\n'), {
        maxLength: 30,
      }),
      (parts) => {
        const wiki = toWiki(parts.join(''), []);
        const outsideCode = wiki.replaceAll(/\{code\}\n[\s\S]*?\n\{code\}/g, '');

        expect(outsideCode).not.toMatch(/(?<!\\)\[~/);
        expect(outsideCode).not.toMatch(/(?<!\\)\{[a-z]/);
        expect(outsideCode).not.toMatch(/(?<!\\)!/);
      },
    ),
  );
});

test('plain words come back from wiki as they were', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,8}(?: [a-z]{1,8}){0,6}$/), (words) => {
      expect(wikiToMarkdown(toWiki(`**${words}** and [${words}](https://acme.example/x)`))).toContain(words);
    }),
  );
});

test('a document is one only as a whole', () => {
  expect(isAdfDocument({ type: 'doc', version: 1, content: [] })).toBe(true);
  expect([null, 'doc', {}, { type: 'paragraph' }, { type: 'doc' }].map(isAdfDocument)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
