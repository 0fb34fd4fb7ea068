import { fitMarkdown } from './fit-blocks.js';
import type { Block } from './markdown.js';
import type { Span } from './markdown-inline.js';
import type { Allowed } from './outgoing-text.js';

/**
 * A model's Markdown as Markdown again, for vendors that take it as it is (Bitbucket): only what `parseMarkdown` knows
 * is markup, everything else is escaped; images become links, foreign links dead text, and `@name` is split by a
 * zero-width space so that nobody is notified, unless it is on the list. Cut at the border of a block above `limit`
 * characters, and a note says so. Total.
 */
export function safeMarkdown(markdown: string, options: Allowed & { readonly limit: number }): string {
  return fitMarkdown(markdown, options, {
    limit: options.limit,
    write: blocks,
    sizeOf: (text) => text.length,
    note: '… (cut: too long)',
  });
}

function blocks(all: readonly Block[]): string {
  return all.map(block).join('\n\n').trim();
}

function block(item: Block): string {
  switch (item.kind) {
    case 'paragraph':
      return escapedStart(inline(item.spans));
    case 'heading':
      return `${'#'.repeat(item.level)} ${inline(item.spans)}`;
    case 'rule':
      return '---';
    case 'code':
      return codeBlock(item.text, item.language ?? '');
    case 'quote':
      return prefixed(blocks(item.blocks), '> ', '> ');
    case 'list':
      return item.items.map((inside, index) => listItem(inside, item.first, index)).join('\n');
  }
}

/** Names of blocks that hosts of code offer to apply with one click: from the agent code is for reading. */
const ACTS: ReadonlySet<string> = new Set(['suggestion']);

function codeBlock(text: string, language: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${ACTS.has(language.toLowerCase()) ? '' : language}\n${text}\n${fence}`;
}

function listItem(inside: readonly Block[], first: number | null, index: number): string {
  const mark = first === null ? '- ' : `${first + index}. `;
  return prefixed(blocks(inside), mark, '    ');
}

function prefixed(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd())
    .join('\n');
}

/** A line of plain text must not become a heading, list, quote or rule. */
function escapedStart(text: string): string {
  return text.replace(/^(\s*)(#{1,6}\s|[-+>=]|~~~|\d+(?=[.)]))/gm, (_whole, space: string, mark: string) =>
    /^\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );
}

function inline(spans: readonly Span[]): string {
  return spans.map(spanText).reduce((before, next) => `${unjoined(before, next)}${next}`, '');
}

/** A `!` right before a link would make an image of it; only a link begins with a bracket that is not escaped. */
function unjoined(before: string, next: string): string {
  return next.startsWith('[') && before.endsWith('!') ? String.raw`${before.slice(0, -1)}\!` : before;
}

function spanText(span: Span): string {
  switch (span.kind) {
    case 'break':
      return '\n';
    case 'code':
      return codeSpan(span.text);
    case 'mention':
      return span.written.startsWith('@') ? span.written : escaped(`@${span.id}`);
    case 'text':
      return marked(span);
  }
}

function codeSpan(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 0);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

function marked(span: Extract<Span, { kind: 'text' }>): string {
  const text = escaped(span.text);
  if (text.trim() === '') {
    return text;
  }
  const linked =
    span.href === null
      ? text
      : `[${text}](${span.href.replace(/[()@![\]]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`;
  const words = linked.trim();
  const [before = '', after = ''] = linked.split(words);
  const { strike, em, strong } = span.marks;
  const marks = [strong ? '**' : '', em ? '_' : '', strike ? '~~' : ''];
  return `${before}${marks.join('')}${words}${marks.reverse().join('')}${after}`;
}

function escaped(text: string): string {
  return text
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/[\\`*[\]<~|]/g, String.raw`\$&`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}_{]|$)/gu, '@\u200B');
}
