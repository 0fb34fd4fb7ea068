/**
 * A document of the nodes that we write (markdown-to-adf.ts) as Jira's wiki markup, for Data Center, whose v2 knows no ADF.
 * Text that wiki would read as markup (mentions, macros, images, marks) is escaped and stays text. Pure and total.
 */
import { type AdfJson, attribute, childrenOf, isNode, MAX_ADF_DEPTH, textBelow, typeOf } from './adf-node.js';

/** Is this a whole document? */
export function isAdfDocument(value: unknown): value is AdfJson {
  return isNode(value) && typeOf(value) === 'doc' && value['version'] === 1;
}

export function adfToWiki(document: AdfJson): string {
  return blocks(document, 0);
}

function blocks(parent: AdfJson, depth: number): string {
  return childrenOf(parent)
    .map((node) => block(node, depth + 1))
    .join('\n\n');
}

function block(node: AdfJson, depth: number): string {
  if (depth > MAX_ADF_DEPTH) {
    return escaped(textBelow(node));
  }
  switch (typeOf(node)) {
    case 'heading':
      return `h${attribute(node, 'level') ?? '1'}. ${oneLine(inlines(node))}`;
    case 'bulletList':
    case 'orderedList':
      return list(node, '', depth);
    case 'codeBlock':
      return codeBlock(node);
    case 'blockquote':
      return `{quote}\n${blocks(node, depth)}\n{quote}`;
    case 'rule':
      return '----';
    default:
      return inlines(node);
  }
}

/** What closes the block inside of it would end it: a space takes its meaning away. */
function codeBlock(node: AdfJson): string {
  const language = attribute(node, 'language')?.replace(/[^\w+#-]/g, '') ?? '';
  const text = textBelow(node).replaceAll('{code', '{ code');
  return `{code${language === '' ? '' : `:${language}`}}\n${text}\n{code}`;
}

/** Nested lists carry the markers of all lists around them: `*#`. */
function list(node: AdfJson, markers: string, depth: number): string {
  const own = `${markers}${typeOf(node) === 'orderedList' ? '#' : '*'}`;
  return childrenOf(node)
    .flatMap((item) => childrenOf(item).map((child, index) => listPart(child, own, index, depth + 1)))
    .join('\n');
}

function listPart(node: AdfJson, markers: string, index: number, depth: number): string {
  const type = typeOf(node);
  if (type === 'bulletList' || type === 'orderedList') {
    return depth > MAX_ADF_DEPTH ? escaped(textBelow(node)) : list(node, markers, depth);
  }
  const text = type === 'codeBlock' ? codeBlock(node) : oneLine(inlines(node));
  return index === 0 ? `${markers} ${text}` : text;
}

/** An empty line ends an item or a heading. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

function inlines(node: AdfJson): string {
  return childrenOf(node).map(inline).join('');
}

function inline(node: AdfJson): string {
  if (typeOf(node) === 'hardBreak') {
    return '\n';
  }
  if (typeOf(node) === 'mention') {
    return `[~${attribute(node, 'id') ?? ''}]`;
  }
  const marks = node['marks'];
  const types = Array.isArray(marks) ? marks.filter(isNode) : [];
  const text = typeof node['text'] === 'string' ? node['text'] : '';
  return types.some((mark) => typeOf(mark) === 'code')
    ? `{{${escaped(text)}}}`
    : types.reduce(marked, escaped(text));
}

const MARKERS: Readonly<Record<string, string>> = { strong: '*', em: '_', strike: '-' };

/** Marks take no space at their edges, and `{*}` counts within a word too. */
function marked(text: string, mark: AdfJson): string {
  const [, before = '', inside = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (inside === '') {
    return text;
  }
  if (typeOf(mark) === 'link') {
    const href = attribute(mark, 'href') ?? '';
    return `${before}[${oneLine(inside)}|${href.replaceAll(/[\]|\s]/g, encodeURIComponent)}]${after}`;
  }
  const marker = MARKERS[typeOf(mark)];
  return marker === undefined ? text : `${before}{${marker}}${inside}{${marker}}${after}`;
}

/** A backslash cannot be escaped by one: two are a line break. */
function escaped(text: string): string {
  return text.replaceAll('\\', '&#92;').replaceAll(/[[\]{}*_|!#~^+?-]/g, String.raw`\$&`);
}
