import { type AdfJson, attribute, isNode, textBelow, typeOf } from './adf-node.js';

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
  return nodes.map(inlineNode).join('');
}

function inlineNode(node: AdfJson): string {
  switch (typeOf(node)) {
    case 'text':
      return markedText(node);
    case 'hardBreak':
      return '\n';
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
      return unknownInline(node);
  }
}

function unknownInline(node: AdfJson): string {
  const own = textBelow(node);
  return own === '' ? (attribute(node, 'text') ?? '') : own;
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

function markedText(node: AdfJson): string {
  const text = typeof node['text'] === 'string' ? node['text'] : '';
  const marks = Array.isArray(node['marks']) ? node['marks'].filter(isNode) : [];
  const names = new Set(marks.map(typeOf));
  const href = marks.map((mark) => (typeOf(mark) === 'link' ? attribute(mark, 'href') : null)).find(Boolean);
  let marked = names.has('code') ? codeSpan(text) : text;
  marked = names.has('strike') ? around(marked, '~~') : marked;
  marked = names.has('em') ? around(marked, '_') : marked;
  marked = names.has('strong') ? around(marked, '**') : marked;
  return href === undefined || href === null || href === text ? marked : `[${marked}](${href})`;
}

function codeSpan(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return text === '' ? '' : `${fence}${pad}${text}${pad}${fence}`;
}

/** Marks around the words, never around the spaces beside them: Markdown would not read those as marks. */
function around(text: string, mark: string): string {
  const words = text.trim();
  return words === '' ? text : text.replace(words, () => `${mark}${words}${mark}`);
}

/** Inline text of a node whose children stand in lines, for headings and cells. */
export function oneLine(nodes: readonly AdfJson[]): string {
  return inlineMarkdown(nodes).replace(/\s*\n\s*/g, ' ');
}
