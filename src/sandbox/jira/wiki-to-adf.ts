/** Jira's wiki markup to ADF, as v3 shows a text that was written over v2: the parts that people use. */
import type { AdfNode } from './records.js';
import { wikiInlines } from './wiki-inline.js';

/** Always a document, empty for an empty text. `nameOf` gives the display name behind a mentioned account id. */
export function wikiToAdf(wiki: string, nameOf: (accountId: string) => string | null): AdfNode {
  const lines = wiki.replaceAll('\r\n', '\n').split('\n');
  return { type: 'doc', version: 1, content: blocksOf(lines, nameOf) };
}

type NameOf = (accountId: string) => string | null;

function blocksOf(lines: string[], nameOf: NameOf): AdfNode[] {
  const blocks: AdfNode[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const taken = fenced(lines, at, nameOf) ?? single(line, nameOf) ?? run(lines, at, nameOf);
    if (taken.node !== null) blocks.push(taken.node);
    at += taken.lines;
  }
  return blocks;
}

interface Taken {
  readonly node: AdfNode | null;
  readonly lines: number;
}

const FENCE = /^\{(code|noformat|quote|panel)(?::([^}]*))?\}(.*)$/;

/** `{code}…{code}` and its kin, over lines; an unclosed one takes the rest. */
function fenced(lines: string[], at: number, nameOf: NameOf): Taken | null {
  const open = FENCE.exec((lines[at] ?? '').trim());
  if (open === null) return null;
  const [, kind = '', parameter, rest = ''] = open;
  const close = `{${kind}}`;
  const inner: string[] = [];
  let used = 1;
  let text = rest;
  while (!text.endsWith(close)) {
    if (text !== '' || used > 1) inner.push(text);
    const next = lines[at + used];
    if (next === undefined) return { node: fencedNode(kind, parameter, inner, nameOf), lines: used };
    text = next;
    used += 1;
  }
  const last = text.slice(0, -close.length);
  if (last !== '') inner.push(last);
  return { node: fencedNode(kind, parameter, inner, nameOf), lines: used };
}

function fencedNode(kind: string, parameter: string | undefined, inner: string[], nameOf: NameOf): AdfNode {
  if (kind === 'quote') return { type: 'blockquote', content: quotable(blocksOf(inner, nameOf)) };
  if (kind === 'panel')
    return { type: 'panel', attrs: { panelType: 'info' }, content: blocksOf(inner, nameOf) };
  const text = inner.join('\n');
  return {
    type: 'codeBlock',
    ...(parameter === undefined || kind === 'noformat' ? {} : { attrs: { language: parameter } }),
    ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
  };
}

/** A quote holds paragraphs, lists and code; anything else becomes a paragraph of its text. */
function quotable(blocks: AdfNode[]): AdfNode[] {
  const kept = blocks.flatMap((block) => {
    if (QUOTABLE.has(block.type)) return [block];
    return block.type === 'heading'
      ? [{ type: 'paragraph', content: block.content ?? [] }]
      : (block.content ?? []);
  });
  return kept.length === 0 ? [{ type: 'paragraph', content: [] }] : kept;
}

const QUOTABLE = new Set(['paragraph', 'bulletList', 'orderedList', 'codeBlock']);

function single(line: string, nameOf: NameOf): Taken | null {
  if (/^-{4,}\s*$/.test(line)) return { node: { type: 'rule' }, lines: 1 };
  const heading = /^h([1-6])\.\s+(.*)$/.exec(line);
  if (heading !== null) {
    const content = wikiInlines(heading[2] ?? '', nameOf);
    return { node: { type: 'heading', attrs: { level: Number(heading[1]) }, content }, lines: 1 };
  }
  const quote = /^bq\.\s+(.*)$/.exec(line);
  if (quote === null) return null;
  const paragraph = { type: 'paragraph', content: wikiInlines(quote[1] ?? '', nameOf) };
  return { node: { type: 'blockquote', content: [paragraph] }, lines: 1 };
}

const ITEM = /^\s*([*#-]+)\s+(.*)$/;

/** A list, or a paragraph up to the next blank line or other block. */
function run(lines: string[], at: number, nameOf: NameOf): Taken {
  const isList = isItem(lines[at] ?? '');
  let end = at + 1;
  while (end < lines.length && continues(lines[end] ?? '', isList)) end += 1;
  const taken = lines.slice(at, end);
  if (isList) return { node: listOf(taken, 1, nameOf), lines: taken.length };
  const content = taken.flatMap((line, index) => [
    ...(index === 0 ? [] : [{ type: 'hardBreak' }]),
    ...wikiInlines(line, nameOf),
  ]);
  return { node: { type: 'paragraph', content }, lines: taken.length };
}

function isItem(line: string): boolean {
  return ITEM.test(line);
}

function continues(line: string, inList: boolean): boolean {
  if (line.trim() === '' || FENCE.test(line.trim()) || single(line, () => null) !== null) return false;
  return isItem(line) === inList;
}

function listOf(lines: string[], depth: number, nameOf: NameOf): AdfNode {
  const marker = ITEM.exec(lines[0] ?? '')?.[1] ?? '*';
  const type = marker.charAt(Math.min(depth, marker.length) - 1) === '#' ? 'orderedList' : 'bulletList';
  const items: AdfNode[] = [];
  let at = 0;
  while (at < lines.length) {
    let end = at + 1;
    while (end < lines.length && depthOf(lines[end] ?? '') > depth) end += 1;
    items.push(itemOf(lines[at] ?? '', lines.slice(at + 1, end), depth, nameOf));
    at = end;
  }
  return { type, content: items };
}

function itemOf(line: string, nested: string[], depth: number, nameOf: NameOf): AdfNode {
  const text = ITEM.exec(line)?.[2] ?? '';
  const paragraph: AdfNode = { type: 'paragraph', content: wikiInlines(text, nameOf) };
  const inner = nested.length === 0 ? [] : [listOf(nested, depth + 1, nameOf)];
  return { type: 'listItem', content: [paragraph, ...inner] };
}

function depthOf(line: string): number {
  return ITEM.exec(line)?.[1]?.length ?? 0;
}
