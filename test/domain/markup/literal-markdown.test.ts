/** Somebody else's parser shows what was quoted just as it stands. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { literalBlock, literalWords } from '../../../src/domain/markup/literal-markdown.js';
import { visibleText } from '../../../src/domain/markup/outgoing-text.js';

/** What Markdown reads as anything but words, in every order. */
const PIECES = [
  '`',
  '```',
  '~~~',
  '<!-- x -->',
  '<b>',
  '</b>',
  '[a]: # (b)',
  '[a](https://evil.example)',
  '![a](b)',
  '*',
  '**',
  '_',
  '&amp;',
  '&#65;',
  '\\',
  '# ',
  '> ',
  '- ',
  '1. ',
  '2) ',
  '===',
  '---',
  '    ',
  '\t',
  '\n',
  '\n\n',
  '\r',
  '|',
  'word',
  ' ',
  '<https://evil.example>',
  '<!-',
  '\u200b',
  '\u202e',
  '\u2028',
  '\u00a0',
  '~',
  '!',
  'é',
  '\u{1f600}',
  '\u200d',
  '\ufe0f',
  '\ud800',
] as const;
const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string())).map((all) => all.join(''));

test('a block shows any text whole, as one piece of code', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = visibleText(`before\n\n${literalBlock(text)}\n\nbehind`);

      const { children } = fromMarkdown(shown);

      expect(children.map(({ type }) => type)).toEqual(['paragraph', 'code', 'paragraph']);
      expect(children[1]).toMatchObject({ lang: null, value: visibleText(text) });
    }),
    { numRuns: 500 },
  );
});

test.each<[string, (words: string) => string]>([
  ['at the beginning', (words) => `${words} (behind)`],
  [
    'in an item of a list, in bold and on a line of its own',
    (words) => `- before **“${words}”**\n  ${words} asks: why`,
  ],
])('words of anybody mark nothing %s', (_where, within) => {
  fc.assert(
    fc.property(hostile, (text) => {
      const words = visibleText(text).replace(/\s+/g, ' ').trim();
      fc.pre(words !== '');
      const read = fromMarkdown(within(literalWords(text)));

      expect(typesIn(read)).toEqual(typesIn(fromMarkdown(within('word'))));
      expect(textIn(read)).toBe(
        textIn(fromMarkdown(within('WORDS')))
          .replaceAll('WORDS', () => words)
          .trim(),
      );
    }),
    { numRuns: 500 },
  );
});

interface Read {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Read[];
}

/** Every kind of node but text, in its order. */
function typesIn(node: Read): readonly string[] {
  return [...(node.type === 'text' ? [] : [node.type]), ...(node.children ?? []).flatMap(typesIn)];
}

function textIn(node: Read): string {
  return node.value ?? (node.children ?? []).map(textIn).join('');
}
