/** ADF to Jira's wiki markup, as v2 and every webhook show a text that was written in ADF. */
import type { AdfNode } from './records.js';

/** Blocks are separated by one blank line. */
export function adfToWiki(doc: AdfNode): string {
  return blocks(doc.content ?? []);
}

function blocks(nodes: AdfNode[]): string {
  return nodes
    .map((node) => block(node))
    .filter((text) => text !== '')
    .join('\n\n');
}

function block(node: AdfNode): string {
  const write = BLOCK_WRITERS[node.type];
  return write === undefined ? blocks(node.content ?? []) : write(node);
}

const BLOCK_WRITERS: Readonly<Record<string, (node: AdfNode) => string>> = {
  paragraph: (node) => inlines(node.content ?? []),
  heading: (node) => `h${attr(node, 'level') || '1'}. ${inlines(node.content ?? [])}`,
  bulletList: (node) => list(node, '*'),
  orderedList: (node) => list(node, '#'),
  taskList: (node) => list(node, '*'),
  decisionList: (node) => list(node, '*'),
  codeBlock: (node) => {
    const language = node.attrs?.language;
    const text = (node.content ?? []).map((child) => child.text ?? '').join('');
    return `{code${typeof language === 'string' ? `:${language}` : ''}}\n${text}\n{code}`;
  },
  blockquote: (node) => `{quote}\n${blocks(node.content ?? [])}\n{quote}`,
  panel: (node) => `{panel}\n${blocks(node.content ?? [])}\n{panel}`,
  rule: () => '----',
  table: (node) => (node.content ?? []).map(tableRow).join('\n'),
  blockCard: card,
  embedCard: card,
  mediaSingle: () => '!attachment!',
  mediaGroup: () => '!attachment!',
};

function list(node: AdfNode, marker: string): string {
  return (node.content ?? []).map((item) => listItem(item, marker)).join('\n');
}

/** Nested lists carry the markers of all their parents: `*#`. */
function listItem(item: AdfNode, marker: string): string {
  if (item.type === 'taskItem' || item.type === 'decisionItem')
    return `${marker} ${inlines(item.content ?? [])}`;
  return (item.content ?? [])
    .map((child) => {
      if (child.type === 'bulletList') return list(child, `${marker}*`);
      if (child.type === 'orderedList') return list(child, `${marker}#`);
      return `${marker} ${block(child)}`;
    })
    .join('\n');
}

function tableRow(row: AdfNode): string {
  const cells = row.content ?? [];
  const bar = cells[0]?.type === 'tableHeader' ? '||' : '|';
  return `${bar}${cells.map((cell) => blocks(cell.content ?? [])).join(bar)}${bar}`;
}

function inlines(nodes: AdfNode[]): string {
  return nodes.map(inline).join('');
}

function inline(node: AdfNode): string {
  const write = INLINE_WRITERS[node.type];
  return write === undefined ? '' : write(node);
}

const INLINE_WRITERS: Readonly<Record<string, (node: AdfNode) => string>> = {
  text: (node) => (node.marks ?? []).reduce((text, mark) => marked(text, mark), node.text ?? ''),
  hardBreak: () => '\n',
  mention: (node) => `[~accountid:${attr(node, 'id')}]`,
  emoji: (node) => attr(node, 'text') || attr(node, 'shortName'),
  inlineCard: card,
  status: (node) => attr(node, 'text'),
  date: (node) => dateText(Number(node.attrs?.timestamp)),
};

const MARKERS: Readonly<Record<string, readonly [string, string]>> = {
  strong: ['*', '*'],
  em: ['_', '_'],
  strike: ['-', '-'],
  underline: ['+', '+'],
  code: ['{{', '}}'],
};

function marked(text: string, mark: { type: string; attrs?: Record<string, unknown> }): string {
  if (mark.type === 'link') {
    const href = String(mark.attrs?.href);
    return href === text ? href : `[${text}|${href}]`;
  }
  const markers = MARKERS[mark.type];
  return markers === undefined ? text : `${markers[0]}${text}${markers[1]}`;
}

function card(node: AdfNode): string {
  const url = attr(node, 'url');
  return `[${url}|${url}|smart-link]`;
}

function attr(node: AdfNode, name: string): string {
  const value = node.attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** ADF dates are milliseconds in a string. */
function dateText(timestamp: number): string {
  return Number.isFinite(timestamp) ? new Date(timestamp).toISOString().slice(0, 10) : '';
}
