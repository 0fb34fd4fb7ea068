/** The inside of one line of wiki markup: mentions, links, and marked words. */
import type { AdfNode } from './records.js';

type Marks = NonNullable<AdfNode['marks']>;
type NameOf = (accountId: string) => string | null;

interface InlineRule {
  readonly pattern: RegExp;
  readonly toNodes: (match: RegExpExecArray, marks: Marks, nameOf: NameOf) => AdfNode[];
}

/** ADF inline nodes; never an empty text node, which Jira refuses. */
export function wikiInlines(line: string, nameOf: NameOf, marks: Marks = []): AdfNode[] {
  let first: { readonly rule: InlineRule; readonly match: RegExpExecArray } | null = null;
  for (const rule of RULES) {
    const match = rule.pattern.exec(line);
    if (match !== null && (first === null || match.index < first.match.index)) first = { rule, match };
  }
  if (first === null) return textNodes(line, marks);
  const { rule, match } = first;
  return [
    ...textNodes(line.slice(0, match.index), marks),
    ...rule.toNodes(match, marks, nameOf),
    ...wikiInlines(line.slice(match.index + match[0].length), nameOf, marks),
  ];
}

function textNodes(text: string, marks: Marks): AdfNode[] {
  if (text === '') return [];
  return [{ type: 'text', text, ...(marks.length === 0 ? {} : { marks }) }];
}

function mark(type: string): InlineRule['toNodes'] {
  return (match, marks, nameOf) => wikiInlines(match[1] ?? '', nameOf, [...marks, { type }]);
}

function link(text: string, href: string, marks: Marks): AdfNode[] {
  return textNodes(text, [...marks, { type: 'link', attrs: { href } }]);
}

const RULES: readonly InlineRule[] = [
  {
    pattern: /\[~accountid:([^\]\s]+)\]/,
    toNodes: ([, id = ''], _marks, nameOf) => [
      { type: 'mention', attrs: { id, text: `@${nameOf(id) ?? id}`, accessLevel: '' } },
    ],
  },
  {
    pattern: /\[([^\]|\n]+)\|((?:https?:|mailto:)[^\]|\s]+)(?:\|[^\]]*)?\]/,
    toNodes: ([, text = '', href = ''], marks) => link(text, href, marks),
  },
  { pattern: /\[(https?:[^\]\s|]+)\]/, toNodes: ([, href = ''], marks) => link(href, href, marks) },
  { pattern: /https?:\/\/[^\s\])|}]+/, toNodes: ([href], marks) => link(href, href, marks) },
  {
    pattern: /\{\{(.+?)\}\}/,
    // ADF lets code stand with no other mark but a link.
    toNodes: ([, text = '']) => textNodes(text, [{ type: 'code' }]),
  },
  { pattern: /(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])/, toNodes: mark('strong') },
  { pattern: /(?<!\w)_(?!\s)([^_\n]+?)(?<!\s)_(?!\w)/, toNodes: mark('em') },
];
