import { fitMarkdown } from './fit-blocks.js';
import type { Block } from './markdown.js';
import { type Span, tidied } from './markdown-inline.js';
import { type Allowed, NOTHING_ALLOWED } from './outgoing-text.js';

/** The only nodes and marks that we write. No media or card: those fetch addresses. Mentions only of ids on the list. */
type AdfMark =
  | { readonly type: 'strong' | 'em' | 'strike' | 'code' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };

type AdfInline =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly AdfMark[] }
  | { readonly type: 'mention'; readonly attrs: { readonly id: string; readonly text: string } }
  | { readonly type: 'hardBreak' };

interface AdfParagraph {
  readonly type: 'paragraph';
  readonly content: readonly AdfInline[];
}

interface AdfCodeBlock {
  readonly type: 'codeBlock';
  readonly attrs?: { readonly language: string };
  readonly content: readonly AdfInline[];
}

type AdfList =
  | { readonly type: 'bulletList'; readonly content: readonly AdfListItem[] }
  | {
      readonly type: 'orderedList';
      readonly attrs: { readonly order: number };
      readonly content: readonly AdfListItem[];
    };

/** What may stand in a list item or a quote. */
type AdfInner = AdfParagraph | AdfCodeBlock | AdfList;

interface AdfListItem {
  readonly type: 'listItem';
  readonly content: readonly AdfInner[];
}

type AdfBlock =
  | AdfInner
  | {
      readonly type: 'heading';
      readonly attrs: { readonly level: number };
      readonly content: readonly AdfInline[];
    }
  | { readonly type: 'blockquote'; readonly content: readonly AdfInner[] }
  | { readonly type: 'rule' };

export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfBlock[];
}

/** Jira refuses a comment or description above this many characters. */
export const ADF_TEXT_LIMIT = 32_767;

const CUT_NOTE = '… (cut: too long for Jira)';

/**
 * A model's Markdown as a document of allowed nodes only. Links stay where their host is in `linkHosts`; others become
 * dead, readable text. What would exceed Jira's limit is cut at the border of a block, and a note says so. Total; never
 * empty of blocks.
 */
export function markdownToAdf(markdown: string, allowed: Allowed = NOTHING_ALLOWED): AdfDocument {
  return fitMarkdown(markdown, allowed, {
    limit: ADF_TEXT_LIMIT,
    write: documentOf,
    sizeOf: lengthOf,
    note: CUT_NOTE,
  });
}

function documentOf(blocks: readonly Block[]): AdfDocument {
  const content = blocks.map(topBlock);
  return { version: 1, type: 'doc', content: content.length > 0 ? content : [paragraph([])] };
}

/** Characters as Jira's older formats spell the same text, where marks, breaks and addresses count too. */
function lengthOf(node: unknown): number {
  if (Array.isArray(node)) {
    return node.reduce((sum: number, child) => sum + lengthOf(child), 0);
  }
  if (node === null || typeof node !== 'object') {
    return 0;
  }
  const { text, href, content, marks, attrs } = node as Readonly<Record<string, unknown>>;
  const own = [text, href].reduce(
    (sum: number, part) => sum + (typeof part === 'string' ? part.length : 0),
    0,
  );
  return own + 2 + lengthOf(content) + lengthOf(marks) + lengthOf(attrs);
}

function topBlock(block: Block): AdfBlock {
  switch (block.kind) {
    case 'heading':
      return { type: 'heading', attrs: { level: block.level }, content: inline(block.spans) };
    case 'rule':
      return { type: 'rule' };
    case 'quote':
      return { type: 'blockquote', content: inner(block.blocks) };
    case 'paragraph':
    case 'code':
    case 'list':
      return innerBlock(block);
  }
}

/** The schema allows no heading, rule or quote in items and quotes: they become bold lines, a line, their content. */
function inner(blocks: readonly Block[]): readonly AdfInner[] {
  const content = joinedLists(flattened(blocks));
  return content.length > 0 ? content : [paragraph([])];
}

/** Two lists of one kind come to stand side by side where what was around one is gone: in Markdown they are one. */
function joinedLists(content: readonly AdfInner[]): readonly AdfInner[] {
  const joined: AdfInner[] = [];
  for (const node of content) {
    const before = joined.at(-1);
    if (before !== undefined && isList(before) && isList(node) && before.type === node.type) {
      joined[joined.length - 1] = { ...before, content: [...before.content, ...node.content] };
    } else {
      joined.push(node);
    }
  }
  return joined;
}

function isList(node: AdfInner): node is AdfList {
  return node.type === 'bulletList' || node.type === 'orderedList';
}

function flattened(blocks: readonly Block[]): readonly AdfInner[] {
  return blocks.flatMap((block): readonly AdfInner[] => {
    switch (block.kind) {
      case 'heading':
        return [paragraph(tidied(block.spans.map(strong)))];
      case 'rule':
        return [paragraph([{ kind: 'text', text: '---', marks: NO_MARKS, href: null }])];
      case 'quote':
        return flattened(block.blocks);
      case 'paragraph':
      case 'code':
      case 'list':
        return [innerBlock(block)];
    }
  });
}

function innerBlock(block: Extract<Block, { kind: 'paragraph' | 'code' | 'list' }>): AdfInner {
  switch (block.kind) {
    case 'paragraph':
      return paragraph(block.spans);
    case 'code':
      return {
        type: 'codeBlock',
        ...(block.language === null ? {} : { attrs: { language: block.language } }),
        content: block.text === '' ? [] : [{ type: 'text', text: block.text }],
      };
    case 'list':
      return listOf(block.first, block.items.map(listItem));
  }
}

function listOf(first: number | null, content: readonly AdfListItem[]): AdfList {
  return first === null
    ? { type: 'bulletList', content }
    : { type: 'orderedList', attrs: { order: first }, content };
}

function listItem(blocks: readonly Block[]): AdfListItem {
  return { type: 'listItem', content: inner(blocks) };
}

const NO_MARKS = { strong: false, em: false, strike: false };

function strong(span: Span): Span {
  return span.kind === 'text' ? { ...span, marks: { ...span.marks, strong: true } } : span;
}

function paragraph(spans: readonly Span[]): AdfParagraph {
  return { type: 'paragraph', content: inline(spans) };
}

function inline(spans: readonly Span[]): readonly AdfInline[] {
  return spans.flatMap((span): readonly AdfInline[] => {
    switch (span.kind) {
      case 'break':
        return [{ type: 'hardBreak' }];
      case 'code':
        return [{ type: 'text', text: span.text, marks: [{ type: 'code' }] }];
      case 'mention':
        return [mentionNode(span)];
      case 'text':
        return span.text === '' ? [] : [textNode(span)];
    }
  });
}

/** Only Jira's own spelling notifies; another vendor's is text. */
function mentionNode({ id, written }: Extract<Span, { kind: 'mention' }>): AdfInline {
  return written.startsWith('[')
    ? { type: 'mention', attrs: { id, text: `@${id}` } }
    : { type: 'text', text: `@${id}` };
}

function textNode(span: Extract<Span, { kind: 'text' }>): AdfInline {
  const marks: AdfMark[] = (['strong', 'em', 'strike'] as const)
    .filter((name) => span.marks[name])
    .map((type) => ({ type }));
  if (span.href !== null) {
    marks.push({ type: 'link', attrs: { href: span.href } });
  }
  return marks.length > 0 ? { type: 'text', text: span.text, marks } : { type: 'text', text: span.text };
}
