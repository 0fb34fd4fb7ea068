import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adfToMarkdown } from '../../../src/domain/markup/adf.js';

function doc(...content: unknown[]): unknown {
  return { version: 1, type: 'doc', content };
}

function text(value: string, ...marks: unknown[]): unknown {
  return { type: 'text', text: value, ...(marks.length > 0 ? { marks } : {}) };
}

function p(...content: unknown[]): unknown {
  return { type: 'paragraph', content };
}

describe('adfToMarkdown', () => {
  test('inline nodes become what a reader needs of them', () => {
    const document = doc(
      p(
        { type: 'mention', attrs: { id: '712020:a', text: '@Ada Byron' } },
        text(' until '),
        { type: 'date', attrs: { timestamp: '1767225600000' } },
        text(' '),
        { type: 'status', attrs: { text: 'IN REVIEW', color: 'blue' } },
        { type: 'hardBreak' },
        { type: 'emoji', attrs: { shortName: ':gear:', text: '⚙️' } },
        text(' '),
        { type: 'inlineCard', attrs: { url: 'https://acme.atlassian.net/browse/PAY-1' } },
      ),
    );

    expect(adfToMarkdown(document)).toBe(
      '@Ada Byron until 2026-01-01 [IN REVIEW]\n⚙️ https://acme.atlassian.net/browse/PAY-1',
    );
  });

  test('marks become Markdown marks, and spaces stay outside of them', () => {
    const document = doc(
      p(
        text('bold ', { type: 'strong' }),
        text('it', { type: 'em' }),
        text(' a`b', { type: 'code' }),
        text('gone', { type: 'strike' }),
        text('docs', { type: 'link', attrs: { href: 'https://x.example/a' } }),
      ),
    );

    expect(adfToMarkdown(document)).toBe('**bold** _it_`` a`b``~~gone~~[docs](https://x.example/a)');
  });

  test('lists, task lists and code keep their nesting, state and language', () => {
    const item = (...content: unknown[]): unknown => ({ type: 'listItem', content });
    const document = doc(
      {
        type: 'orderedList',
        attrs: { order: 3 },
        content: [item(p(text('three')), { type: 'bulletList', content: [item(p(text('inner')))] })],
      },
      {
        type: 'taskList',
        content: [
          { type: 'taskItem', attrs: { state: 'DONE' }, content: [text('shipped')] },
          { type: 'taskItem', attrs: { state: 'TODO' }, content: [text('tested')] },
        ],
      },
      { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('const a = `x`;')] },
    );

    expect(adfToMarkdown(document)).toBe(
      '3. three\n   - inner\n\n- [x] shipped\n- [ ] tested\n\n```ts\nconst a = `x`;\n```',
    );
  });

  test('panels, quotes, expands and tables keep kind, title and cells', () => {
    const cell = (type: string, value: string): unknown => ({ type, content: [p(text(value))] });
    const document = doc(
      { type: 'panel', attrs: { panelType: 'warning' }, content: [p(text('hot'))] },
      { type: 'expand', attrs: { title: 'More' }, content: [p(text('inside'))] },
      {
        type: 'table',
        content: [
          { type: 'tableRow', content: [cell('tableHeader', 'a'), cell('tableHeader', 'b|c')] },
          { type: 'tableRow', content: [cell('tableCell', '1')] },
        ],
      },
    );

    expect(adfToMarkdown(document)).toBe(
      '> [!WARNING]\n> hot\n\n**More**\n\ninside\n\n| a | b\\|c |\n| --- | --- |\n| 1 |  |',
    );
  });

  test('a node that nobody knows keeps the text inside it', () => {
    const document = doc({ type: 'hologram', content: [{ type: 'facet', content: [text('still here')] }] });

    expect(adfToMarkdown(document)).toBe('still here');
  });

  test('a string, as REST v2 sends it, comes back unchanged, and nothing as empty', () => {
    expect(adfToMarkdown('h1. plain')).toBe('h1. plain');
    expect(adfToMarkdown(null)).toBe('');
    expect(adfToMarkdown([1, 2])).toBe('');
  });

  test('a document nested ten thousand deep still yields its text', () => {
    let node: unknown = text('bottom');
    for (let depth = 0; depth < 10_000; depth++) {
      node = { type: 'blockquote', content: [node] };
    }

    expect(adfToMarkdown(doc(node))).toContain('bottom');
  });

  test('any JSON at all is answered with a string', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(typeof adfToMarkdown(value)).toBe('string');
      }),
      { numRuns: 400 },
    );
  });

  test('any tree of known node types with broken attributes keeps all of its text', () => {
    fc.assert(
      fc.property(brokenNode, (node) => {
        const words = textsOf(node);
        const markdown = adfToMarkdown(doc(node));

        expect(words.filter((word) => !markdown.includes(word))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

const TYPES = [
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'listItem',
  'taskList',
  'taskItem',
  'decisionList',
  'codeBlock',
  'blockquote',
  'panel',
  'table',
  'tableRow',
  'tableCell',
  'expand',
  'extension',
  'mediaSingle',
  'layoutSection',
  'nobody-knows-this',
];

const { node: brokenNode } = fc.letrec<{ node: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.record({
    type: fc.constant('text'),
    text: fc.stringMatching(/^[a-z]{1,8}$/),
    marks: fc.oneof(
      fc.constant([{ type: 'strong' }, { type: 'link', attrs: { href: 7 } }]),
      fc.constant('x'),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  }),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({
      type: fc.constantFrom(...TYPES),
      attrs: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.record({ level: fc.integer(), order: fc.double() })),
      content: fc.array(tie('node'), { maxLength: 4 }),
    }),
  ),
}));

function textsOf(node: unknown): string[] {
  if (node === null || typeof node !== 'object') {
    return [];
  }
  const { text: own, content } = node as { text?: unknown; content?: unknown };
  return [
    ...(typeof own === 'string' ? [own] : []),
    ...(Array.isArray(content) ? content.flatMap(textsOf) : []),
  ];
}
