import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { safeMarkdown } from '../../../src/domain/markup/safe-markdown.js';
import { hostileMarkdown, withoutCode } from '../../support/hostile-markdown.js';

const options = { linkHosts: ['bitbucket.org'], limit: 32_768 };

describe('safeMarkdown', () => {
  test.each([
    ['**b** _i_ `c`', '**b** _i_ `c`'],
    ['![x](https://evil.example/p.png)', 'x (hxxps://evil\\[.\\]example/p.png)'],
    [
      '[pr](https://bitbucket.org/acme/pay/pull-requests/7)',
      '[pr](https://bitbucket.org/acme/pay/pull-requests/7)',
    ],
    ['!https://bitbucket.org/a', '\\![https://bitbucket.org/a](https://bitbucket.org/a)'],
    ['a!**[pr](https://bitbucket.org/a)**', 'a!**[pr](https://bitbucket.org/a)**'],
    ['@jane and @{aaaa} but jane@x.example', '@\u200Bjane and @\u200B{aaaa} but jane@x.example'],
    ['<img src=x>', '\\<img src=x>'],
    ['[a]: https://evil.example', '\\[a\\]: hxxps://evil\\[.\\]example'],
    ['snake_case _', 'snake_case \\_'],
    ['```suggestion\nx\n```', '```\nx\n```'],
    ['~~~Suggestion\nx\n~~~', '```\nx\n```'],
    ['```ts\nx\n```', '```ts\nx\n```'],
  ])('%j becomes %j', (markdown, safe) => {
    expect(safeMarkdown(markdown, options)).toBe(safe);
  });

  test('a text beyond the limit is cut with a mark', () => {
    const text = safeMarkdown('*a [b '.repeat(20_000), options);

    expect(text.length).toBeLessThanOrEqual(options.limit);
    expect(text).toContain('(cut: too long)');
  });

  test('whatever the text, no image, foreign address or mention is left alive outside of code', () => {
    fc.assert(
      fc.property(hostileMarkdown, (markdown) => {
        const text = withoutCode(safeMarkdown(markdown, options)).replace(
          /\]\(https:\/\/bitbucket\.org\/[^\s)]*\)/g,
          ']',
        );

        expect(text).not.toMatch(/(?<!\\)!\[/);
        expect(text).not.toMatch(/https?:\/\/(?!bitbucket\.org)/i);
        expect(text).not.toMatch(/(?<![\p{L}\p{N}])@[\p{L}\p{N}_{]/u);
      }),
      { numRuns: 400 },
    );
  });
});
