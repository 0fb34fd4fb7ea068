import { cardUrl, inlineMarkdown, isInline, oneLine, unknownNode } from './adf-inline.js';
import { type AdfJson, attribute, childrenOf, isNode, MAX_ADF_DEPTH, textBelow, typeOf } from './adf-node.js';

/**
 * Atlassian Document Format as Markdown for a reader: mentions as `@Name`, dates as ISO dates, statuses as `[TEXT]`,
 * panels as quotes with their kind, cards as their address. What `markdownToAdf` wrote is read back as Markdown that makes
 * the same document. Total: never throws, whatever JSON it is given; a node that it does not know keeps its text, or shows as
 * `[type]`. A plain string (REST v2) comes back unchanged, nothing as an empty string.
 */
export function adfToMarkdown(doc: unknown): string {
  if (typeof doc === 'string') {
    return doc;
  }
  return isNode(doc) ? block(doc, 0) : '';
}

function block(node: AdfJson, depth: number): string {
  if (depth > MAX_ADF_DEPTH) {
    return textBelow(node);
  }
  switch (typeOf(node)) {
    case 'heading':
      return `${'#'.repeat(headingLevel(node))} ${oneLine(childrenOf(node))}`;
    case 'bulletList':
    case 'decisionList':
      return list(node, depth, () => '- ');
    case 'orderedList':
      return list(node, depth, (index) => `${firstNumber(node) + index}. `);
    case 'taskList':
      return list(node, depth, (_index, item) => (attribute(item, 'state') === 'DONE' ? '- [x] ' : '- [ ] '));
    case 'codeBlock':
      return codeBlock(node);
    case 'blockquote':
      return quoted(blocks(node, depth));
    case 'panel':
      return quoted(`[!${(attribute(node, 'panelType') ?? 'note').toUpperCase()}]\n${blocks(node, depth)}`);
    case 'rule':
      return '---';
    case 'table':
      return table(node, depth);
    default:
      return otherBlock(node, depth);
  }
}

function otherBlock(node: AdfJson, depth: number): string {
  switch (typeOf(node)) {
    case 'expand':
    case 'nestedExpand':
      return joined([bold(attribute(node, 'title')), blocks(node, depth)]);
    case 'media':
      return media(node);
    case 'blockCard':
    case 'embedCard':
      return cardUrl(node);
    case 'extension':
      return childrenOf(node).length > 0
        ? blocks(node, depth)
        : `[${attribute(node, 'text') ?? 'extension'}]`;
    default:
      return isInline(node) ? inlineMarkdown([node]) : container(node, depth);
  }
}

/** Empty paragraphs, cells and the like say nothing by being there; any other empty node does. */
function container(node: AdfJson, depth: number): string {
  const inside = blocks(node, depth);
  return inside === '' && !SILENT.has(typeOf(node)) ? unknownNode(node) : inside;
}

const SILENT = new Set([
  'doc',
  'paragraph',
  'listItem',
  'taskItem',
  'blockTaskItem',
  'decisionItem',
  'tableRow',
  'tableCell',
  'tableHeader',
  'mediaSingle',
  'mediaGroup',
  'caption',
  'layoutSection',
  'layoutColumn',
]);

/** A node's children as blocks; neighbours that stand in a line make one paragraph. */
function blocks(node: AdfJson, depth: number): string {
  return joined(parts(node, depth));
}

function parts(node: AdfJson, depth: number): readonly string[] {
  const written: string[] = [];
  let line: AdfJson[] = [];
  for (const child of childrenOf(node)) {
    if (isInline(child)) {
      line.push(child);
      continue;
    }
    written.push(inlineMarkdown(line), block(child, depth + 1));
    line = [];
  }
  return [...written, inlineMarkdown(line)].filter((part) => part.trim() !== '');
}

function joined(all: readonly string[]): string {
  return all.filter((part) => part.trim() !== '').join('\n\n');
}

function bold(title: string | null): string {
  return title === null ? '' : `**${title}**`;
}

function headingLevel(node: AdfJson): number {
  const level = Number(attribute(node, 'level') ?? 1);
  return Number.isInteger(level) ? Math.min(Math.max(level, 1), 6) : 1;
}

function firstNumber(node: AdfJson): number {
  const order = Number(attribute(node, 'order') ?? 1);
  return Number.isSafeInteger(order) ? order : 1;
}

type Marker = (index: number, item: AdfJson) => string;

/** A list that stands directly inside a list (task lists do that) belongs under the item before it. */
function list(node: AdfJson, depth: number, marker: Marker): string {
  let index = 0;
  const lines = childrenOf(node).map((item) => {
    if (LISTS.has(typeOf(item))) {
      return indented(block(item, depth + 1), '  ', '  ');
    }
    const mark = marker(index++, item);
    return indented(itemText(item, depth), mark, ' '.repeat(mark.length));
  });
  return lines.join('\n');
}

const LISTS = new Set(['bulletList', 'orderedList', 'taskList', 'decisionList']);

/** A list stands close under the words before it, where Markdown still takes it for one. */
function itemText(item: AdfJson, depth: number): string {
  const [first = '', ...more] = isInline(item) ? [inlineMarkdown([item])] : parts(item, depth + 1);
  return more.reduce((text, part) => `${text}${/^(?:- |1\. )/.test(part) ? '\n' : '\n\n'}${part}`, first);
}

function indented(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first + line : line === '' ? '' : rest + line))
    .join('\n');
}

function quoted(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function codeBlock(node: AdfJson): string {
  const text = childrenOf(node)
    .map((child) => (typeof child['text'] === 'string' ? child['text'] : textBelow(child)))
    .join('');
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${attribute(node, 'language') ?? ''}\n${text}\n${fence}`;
}

function media(node: AdfJson): string {
  const name = attribute(node, 'alt') ?? attribute(node, 'id') ?? 'image';
  const url = attribute(node, 'url');
  return url === null ? `[attachment ${name}]` : `![${name}](${url})`;
}

/** The first row is the head, as Markdown tables need one. Blocks in a cell are put on one line. */
function table(node: AdfJson, depth: number): string {
  const rows = childrenOf(node).map((row) => cellsOf(row).map((cell) => cellText(cell, depth)));
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width === 0) {
    return textBelow(node);
  }
  const lines = rows.map(
    (row) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? '').join(' | ')} |`,
  );
  const [head = '', ...body] = lines;
  return [head, `|${' --- |'.repeat(width)}`, ...body].join('\n');
}

function cellsOf(row: AdfJson): readonly AdfJson[] {
  return typeOf(row) === 'tableRow' ? childrenOf(row) : [row];
}

function cellText(cell: AdfJson, depth: number): string {
  const inside = isInline(cell) ? inlineMarkdown([cell]) : blocks(cell, depth + 2);
  return inside.replaceAll('|', '\\|').replace(/\s*\n\s*/g, '<br>');
}
