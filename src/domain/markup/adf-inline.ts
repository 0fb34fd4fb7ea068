import { type AdfJson, attribute, isNode, textBelow, typeOf } from './adf-node.js';
import type { Span } from './markdown-inline.js';
import { writeSpans } from './write-spans.js';

const INLINE_TYPES = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'date',
  'status',
  'inlineCard',
  'placeholder',
  'mediaInline',
  'inlineExtension',
]);

/** Does this node stand inside a line? Unknown nodes do when they carry text themselves. */
export function isInline(node: AdfJson): boolean {
  return INLINE_TYPES.has(typeOf(node)) || typeof node['text'] === 'string';
}

/** One line's nodes as Markdown; a hard break becomes a newline. */
export function inlineMarkdown(nodes: readonly AdfJson[]): string {
  return writeSpans(nodes.map(spanOf));
}

/** Inline text of a node whose children stand in one line, for headings. */
export function oneLine(nodes: readonly AdfJson[]): string {
  return writeSpans(nodes.map(spanOf), 'heading').replace(/\s*\n\s*/g, ' ');
}

const PLAIN = { strong: false, em: false, strike: false };

function spanOf(node: AdfJson): Span {
  switch (typeOf(node)) {
    case 'text':
      return markedSpan(node);
    case 'hardBreak':
      return { kind: 'break' };
    default:
      return { kind: 'text', text: shown(node), marks: PLAIN, href: null };
  }
}

/** What a reader needs of a node that is no text. */
function shown(node: AdfJson): string {
  switch (typeOf(node)) {
    case 'mention':
      return mention(node);
    case 'emoji':
      return attribute(node, 'text') ?? attribute(node, 'shortName') ?? '';
    case 'date':
      return isoDate(attribute(node, 'timestamp'));
    case 'status':
      return `[${attribute(node, 'text') ?? 'status'}]`;
    case 'inlineCard':
      return cardUrl(node);
    case 'mediaInline':
      return `[attachment ${attribute(node, 'alt') ?? attribute(node, 'id') ?? ''}]`;
    default:
      return unknownNode(node);
  }
}

/** What is not known is kept: its text, or at least that it stands there. */
export function unknownNode(node: AdfJson): string {
  const own = textBelow(node);
  return own === '' ? (attribute(node, 'text') ?? nameOf(node)) : own;
}

function nameOf(node: AdfJson): string {
  const type = typeOf(node);
  return type === '' ? '' : `[${type}]`;
}

function mention(node: AdfJson): string {
  const name = attribute(node, 'text') ?? attribute(node, 'id') ?? 'somebody';
  return name.startsWith('@') ? name : `@${name}`;
}

/** Jira keeps a date as milliseconds in a string; what is no date is shown as it came. */
function isoDate(timestamp: string | null): string {
  const date = new Date(Number(timestamp ?? Number.NaN));
  return Number.isNaN(date.getTime()) ? (timestamp ?? '') : date.toISOString().slice(0, 10);
}

/** The address of an inline, block or embed card. */
export function cardUrl(node: AdfJson): string {
  const attributes = node['attrs'];
  const data = isNode(attributes) ? attributes['data'] : undefined;
  const inData = isNode(data) ? (data['url'] ?? data['name']) : undefined;
  return attribute(node, 'url') ?? (typeof inData === 'string' ? inData : '[card]');
}

function markedSpan(node: AdfJson): Span {
  const text = typeof node['text'] === 'string' ? node['text'] : '';
  const marks = Array.isArray(node['marks']) ? node['marks'].filter(isNode) : [];
  const names = new Set(marks.map(typeOf));
  if (names.has('code')) {
    return { kind: 'code', text };
  }
  const href = marks.map((mark) => (typeOf(mark) === 'link' ? attribute(mark, 'href') : null)).find(Boolean);
  return {
    kind: 'text',
    text,
    marks: { strong: names.has('strong'), em: names.has('em'), strike: names.has('strike') },
    href: href ?? null,
  };
}
