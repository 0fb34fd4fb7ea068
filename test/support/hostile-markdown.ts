import fc from 'fast-check';

const TOKENS = [
  '*',
  '**',
  '_',
  '__',
  '~~',
  '`',
  '```\n',
  '[',
  '](',
  ')',
  '!',
  '<',
  '>',
  '|',
  '\\',
  '\n',
  '\n\n',
  ' ',
  '&',

  '- ',
  '  - ',
  '1. ',
  '> ',
  '# ',
  '---',
  '\t',
  '{',
  '}',
  '(',
  ':',

  'https://evil.example/?d=secret',
  'https://acme.atlassian.net/browse/PAY-1',
  'www.evil.example',
  '[x](https://evil.example)',

  '![i](https://evil.example/p.png)',
  '[ok](https://acme.atlassian.net/a|b)',
  'javascript:alert(1)',
  'https://acme.atlassian.net@evil.example/',

  '[pr](https://bitbucket.org/a(b)',
  '<https://evil.example>',
  '[a]: https://evil.example',

  '<!channel>',
  '<@U123>',
  '@here',
  '@jane',
  '@{uuid}',
  '[~accountid:712020:a]',
  '<img src=x onerror=y>',
  '\u202E',
  '\u200B',
  '\uD800',
];

/** Markdown as an attacker would have a model write it: markup, addresses, mentions and control characters in any order. */
export const hostileMarkdown: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...TOKENS), fc.stringMatching(/^[a-zé]{1,5}$/), fc.string({ maxLength: 4 })),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** Markdown without its code: what stands there is shown, and does nothing. */
export function withoutCode(markdown: string): string {
  return markdown.replaceAll('\\`', ' ').replace(/(`+)[^`][\s\S]*?\1/g, '');
}

export interface AnyNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: { readonly href?: unknown };
}

/** Every node and mark of an ADF value, in reading order. */
export function allNodes(value: unknown): AnyNode[] {
  if (Array.isArray(value)) {
    return value.flatMap(allNodes);
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  const node = value as AnyNode & { content?: unknown; marks?: unknown };
  return [node, ...allNodes(node.marks ?? []), ...allNodes(node.content ?? [])];
}
