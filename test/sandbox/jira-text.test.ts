import { describe, expect, test } from '@jest/globals';
import { isAdfDocument } from '../../src/sandbox/jira/adf.js';
import { adfToWiki } from '../../src/sandbox/jira/adf-to-wiki.js';
import { wikiToAdf } from '../../src/sandbox/jira/wiki-to-adf.js';

const nameOf = (id: string) => (id === '712020:ana' ? 'Ana' : null);

describe('wiki markup', () => {
  test.each([
    ['plain text'],
    ['two lines\nof one paragraph'],
    ['two\n\nparagraphs'],
    ['h2. A heading\n\ntext'],
    ['* one\n* two\n** nested\n* three'],
    ['# first\n## nested\n# second'],
    ['{code:ts}\nconst x = [1, 2];\n\nnext();\n{code}'],
    ['{quote}\nsaid so\n{quote}'],
    ['text with *bold*, _slanted_ and {{code}}'],
    ['[~accountid:712020:ana] please see [the page|https://acme.example/a?b=c]'],
    ['https://acme.example/plain'],
    ['----'],
  ])('survives the way to ADF and back: %j', (wiki) => {
    const document = wikiToAdf(wiki, nameOf);

    expect(isAdfDocument(document)).toBe(true);
    expect(adfToWiki(document)).toBe(wiki);
  });

  test.each([
    ['', []],
    ['2 * 3 * 4 stays', ['paragraph']],
    ['snake_case_name stays', ['paragraph']],
    ['{code}\nnever closed', ['codeBlock']],
    ['{code}one line{code}\nafter', ['codeBlock', 'paragraph']],
    ['{noformat}\n*raw*\n{noformat}', ['codeBlock']],
    ['bq. quoted', ['blockquote']],
  ])('%j becomes %j', (wiki, types) => {
    const document = wikiToAdf(wiki, nameOf);

    expect(isAdfDocument(document)).toBe(true);
    expect(document.content?.map(({ type }) => type)).toEqual(types);
  });

  test('marks nothing inside words or between spaces', () => {
    expect(JSON.stringify(wikiToAdf('2 * 3 * 4 and snake_case_name', nameOf))).not.toContain('marks');
  });
});

describe('ADF', () => {
  test('that wiki markup cannot say is shown as its text', () => {
    const document = {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'panel',
          attrs: { panelType: 'warning' },
          content: [
            {
              type: 'paragraph',
              content: [
                { type: 'status', attrs: { text: 'LATE', color: 'red' } },
                { type: 'hardBreak' },
                { type: 'emoji', attrs: { shortName: ':eyes:' } },
                { type: 'date', attrs: { timestamp: '1767225600000' } },
              ],
            },
          ],
        },
        {
          type: 'table',
          content: [
            {
              type: 'tableRow',
              content: [
                {
                  type: 'tableHeader',
                  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'A' }] }],
                },
              ],
            },
            {
              type: 'tableRow',
              content: [
                {
                  type: 'tableCell',
                  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'b' }] }],
                },
              ],
            },
          ],
        },
      ],
    };

    expect(isAdfDocument(document)).toBe(true);
    expect(adfToWiki(document)).toBe('{panel}\nLATE\n:eyes:2026-01-01\n{panel}\n\n||A||\n|b|');
  });

  test.each([
    [null],
    ['text'],
    [{ type: 'paragraph' }],
    [{ type: 'doc', content: [] }],
    [{ type: 'doc', version: 1, content: [null] }],
    [{ type: 'doc', version: 1, content: [{ type: 'madeUp' }] }],
    [
      {
        type: 'doc',
        version: 1,
        content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'link' }] }] }],
      },
    ],
  ])('%j is no document', (value) => {
    expect(isAdfDocument(value)).toBe(false);
  });
});
