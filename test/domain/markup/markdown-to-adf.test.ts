import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adfToMarkdown } from '../../../src/domain/markup/adf.js';
import { ADF_TEXT_LIMIT, markdownToAdf } from '../../../src/domain/markup/markdown-to-adf.js';
import { allNodes, hostileMarkdown } from '../../support/hostile-markdown.js';

const HOSTS = { linkHosts: ['acme.atlassian.net'] };

describe('markdownToAdf', () => {
  test('paragraphs, marks, lists and code become their nodes', () => {
    const document = markdownToAdf(
      '# Hi\n**b** _i_ ~~s~~ `c`\nnext\n\n- one\n  1. two\n\n```ts\nx\n```\n---\n> q',
    );

    expect(document.content).toEqual([
      { type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: 'Hi' }] },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'b', marks: [{ type: 'strong' }] },
          { type: 'text', text: ' ' },
          { type: 'text', text: 'i', marks: [{ type: 'em' }] },
          { type: 'text', text: ' ' },
          { type: 'text', text: 's', marks: [{ type: 'strike' }] },
          { type: 'text', text: ' ' },
          { type: 'text', text: 'c', marks: [{ type: 'code' }] },
          { type: 'hardBreak' },
          { type: 'text', text: 'next' },
        ],
      },
      {
        type: 'bulletList',
        content: [
          {
            type: 'listItem',
            content: [
              { type: 'paragraph', content: [{ type: 'text', text: 'one' }] },
              {
                type: 'orderedList',
                attrs: { order: 1 },
                content: [
                  {
                    type: 'listItem',
                    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'two' }] }],
                  },
                ],
              },
            ],
          },
        ],
      },
      { type: 'codeBlock', attrs: { language: 'ts' }, content: [{ type: 'text', text: 'x' }] },
      { type: 'rule' },
      {
        type: 'blockquote',
        content: [{ type: 'paragraph', content: [{ type: 'text', text: 'q' }] }],
      },
    ]);
  });

  test('a link to a known host is linked, one to a foreign host is dead text', () => {
    const [paragraph] = markdownToAdf(
      '[ours](https://acme.atlassian.net/browse/PAY-1) [theirs](https://evil.example/?d=secret) https://evil.example/x ![i](https://evil.example/p.png)',
      HOSTS,
    ).content;

    expect(adfToMarkdown({ type: 'doc', content: [paragraph] })).toBe(
      '[ours](https://acme.atlassian.net/browse/PAY-1) theirs (hxxps://evil[.]example/?d=secret) hxxps://evil[.]example/x i (hxxps://evil[.]example/p.png)',
    );
    expect(allNodes(paragraph).filter((node) => node.type === 'link')).toHaveLength(1);
  });

  test.each([
    'https://acme.atlassian.net@evil.example/',
    'https://acme.atlassian.net.evil.example/',
    'https://user:pass@acme.atlassian.net/',
    'javascript:alert(1)//acme.atlassian.net',
    '//acme.atlassian.net/x',
    'data:text/html,acme.atlassian.net',
  ])('%s is no link to a known host', (address) => {
    const nodes = allNodes(markdownToAdf(`[x](${address}) <${address}> ${address}`, HOSTS));

    expect(nodes.filter((node) => node.type === 'link')).toEqual([]);
  });

  test('headings and rules inside items and quotes become what the schema allows there', () => {
    const types = allNodes(markdownToAdf('- # head\n  ---\n  > quoted\n\n> # head\n> ---'))
      .map((node) => node.type)
      .filter((type) => type === 'heading' || type === 'rule');

    expect(types).toEqual([]);
  });

  test('hidden characters are dropped: bidi marks, zero widths, tags, controls', () => {
    const [paragraph] = markdownToAdf('a\u202Eb\u200Bc\u{E0041}d\u0007e').content;

    expect(paragraph).toEqual({ type: 'paragraph', content: [{ type: 'text', text: 'abcde' }] });
  });

  test('an empty text is one empty paragraph', () => {
    expect(markdownToAdf('  \n').content).toEqual([{ type: 'paragraph', content: [] }]);
  });

  test.each(['word ', 'https://a.b.c.d/ ', '- x\n', '**b** '])(
    '%j beyond the limit is cut with a mark',
    (unit) => {
      const document = markdownToAdf(unit.repeat(40_000));
      const texts = allNodes(document).map((node) => node.text ?? '');

      expect(texts.join('').length).toBeLessThanOrEqual(ADF_TEXT_LIMIT);
      expect(texts.join('')).toContain('… (cut: too long for Jira)');
    },
  );

  test('whatever the text, only allowed nodes, marks and hosts come out', () => {
    fc.assert(
      fc.property(hostileMarkdown, (markdown) => {
        for (const node of allNodes(markdownToAdf(markdown, HOSTS))) {
          expect(ALLOWED).toContain(node.type);
          if (node.type === 'link') {
            expect(new URL(String(node.attrs?.href)).host).toBe('acme.atlassian.net');
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('whatever the text, reading the document back keeps every piece of it in order', () => {
    fc.assert(
      fc.property(hostileMarkdown, (markdown) => {
        const document = markdownToAdf(markdown, HOSTS);
        const back = unescaped(adfToMarkdown(document));
        let at = 0;

        for (const piece of pieces(document).map(unescaped)) {
          const found = back.indexOf(piece, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + piece.length;
        }
      }),
      { numRuns: 400 },
    );
  });
});

const ALLOWED = [
  'doc',
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'listItem',
  'codeBlock',
  'blockquote',
  'rule',
  'hardBreak',
  'text',
  'strong',
  'em',
  'code',
  'strike',
  'link',
];

/** A code block's lines and a paragraph's words: reading back may indent or mark, never lose. */
function pieces(document: unknown): string[] {
  return allNodes(document).flatMap((node) => (node.text ?? '').split(/\s+/).filter((word) => word !== ''));
}

/** Where a text would be taken for markup it is read with escapes. */
function unescaped(text: string): string {
  return text.replaceAll('\\', '');
}
