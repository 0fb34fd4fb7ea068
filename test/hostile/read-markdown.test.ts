import { describe, expect, test } from '@jest/globals';
import { readMarkdown } from './read-markdown.js';
import { receivedBreaches } from './received.js';

const commented = (raw: string) =>
  receivedBreaches({
    vendor: 'bitbucket',
    method: 'POST',
    path: '/2.0/repositories/acme/pay-api/pullrequests/1/comments',
    body: { content: { raw } },
  });

describe('a text that a vendor takes as Markdown', () => {
  test('may look like a link where it is code', () => {
    expect(commented('```\nvé](`Y*k\n```\n\nand `](` too')).toEqual([]);
    expect(readMarkdown('a `](x)` b')).toEqual({ breaches: [], prose: 'a   b' });
  });

  test.each([
    ['a link', 'see [this](https://evil.example/x)'],
    ['a link after code', '`code` [this](https://evil.example/x)'],
    ['a link in a list in a quote', '> - [this](https://evil.example/x)'],
    ['a link by reference', '[this][1]\n\n[1]: https://evil.example/x'],
    ['an address in angle brackets', '<https://evil.example/x>'],
    ['a link over a longer host', '[this](https://bitbucket.org.evil.example/x)'],
    ['a link out of a fence that ended', '```\ncode\n```\n[this](https://evil.example/x)\n```\n```'],
    ['an image', '![this](https://bitbucket.org/x.png)'],
    ['HTML', 'a <b>word</b>'],
    ['a mention beside code', '`code` @everyone'],
    ['an open link of no known shape', String.raw`\[this](https://evil.example/x`],
  ])('is found out: %s', (_what, raw) => {
    expect(commented(raw)).not.toEqual([]);
  });

  test('may link to where it is allowed', () => {
    expect(commented('[this](https://bitbucket.org/acme/pay-api) and **that**')).toEqual([]);
  });
});
