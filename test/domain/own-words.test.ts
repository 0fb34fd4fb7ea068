import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isOnlyQuotes, ownWords } from '../../src/domain/own-words.js';

describe('the own words of a text', () => {
  test.each([
    ['Markdown', '> what is the status?\nI do not know', 'I do not know'],
    ['Markdown, nested and indented', '>> deep\n  > in\nmine', 'mine'],
    ['Slack', '&gt; what is the status?\nmine', 'mine'],
    ['Slack, up to the end', 'mine\n&gt;&gt;&gt; theirs\nand theirs', 'mine\n'],
    ['wiki lines', 'bq. theirs\nmine', 'mine'],
    ['wiki blocks', 'mine {quote}theirs\nand theirs{quote} mine', 'mine \n mine'],
    ['a wiki block with arguments', '{quote:title=x}theirs{quote}', '\n'],
    ['a wiki block that is never closed', 'mine\n{quote}theirs\nand theirs', 'mine\n\n'],
    ['Windows line ends', '> theirs\r\nmine\r\n', 'mine\n'],
  ])('%s', (_what, text, own) => {
    expect(ownWords(text)).toBe(own);
  });

  test.each(['a > b', 'see {code}x{code}', 'bq is short', '5 &gt; 4', '', ' \n '])(
    'of %j are all of it: nothing is quoted',
    (text) => {
      expect(ownWords(text)).toBe(text);
    },
  );

  test('in Markdown, three marks quote one line and not the rest', () => {
    expect(ownWords('>>> theirs\nmine')).toBe('mine');
  });
});

describe('a text that only quotes', () => {
  test.each(['> a\n> b', '&gt; a', 'bq. a', '{quote}a{quote}', '  > a\n\n'])('%j', (text) => {
    expect(isOnlyQuotes(text)).toBe(true);
  });

  test.each(['', '  ', 'a', '> a\nb'])('is not %j', (text) => {
    expect(isOnlyQuotes(text)).toBe(false);
  });
});

const line = fc.string().filter((text) => !/[\r\n]|\{quote|&gt;/i.test(text));
const ownLine = line.filter((text) => !/^\s*(?:>|bq\.\s)/.test(text));
const mark = fc.constantFrom('> ', '>', '&gt; ', 'bq. ', '  > ', '>> ');

test('whatever is quoted line by line is gone, and whatever is not stays', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), line, ownLine, mark), { minLength: 1 }), (lines) => {
      const text = lines.map(([quoted, any, own, by]) => (quoted ? by + any : own)).join('\n');
      const own = lines.filter(([quoted]) => !quoted).map(([, , words]) => words);

      expect(ownWords(text)).toBe(own.join('\n'));
    }),
  );
});

test('any text ends in words without a line that quotes, and saying them again changes nothing', () => {
  const pieces = fc.constantFrom('{quote}', '> ', '\n', '&gt;', '&gt;&gt;&gt;', 'bq. ', 'word', ' ', '\r\n');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join('')),
      ),
      (text) => {
        const own = ownWords(text);

        expect(own).not.toMatch(/^\s*(?:>|&gt;|bq\.\s)/m);
        expect(ownWords(own)).toBe(own);
      },
    ),
    { numRuns: 2_000 },
  );
});
