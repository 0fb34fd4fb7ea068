import { fitMarkdown } from './fit-blocks.js';
import type { Block } from './markdown.js';
import type { Span } from './markdown-inline.js';
import type { Allowed } from './outgoing-text.js';

/** Slack cuts a message's text off above this many characters. */
export const SLACK_TEXT_LIMIT = 40_000;

const CUT_NOTE = '… (cut: too long for Slack)';

/**
 * A model's Markdown as Slack mrkdwn: `& < >` escaped, so that no control sequence (`<!channel>`, `<@U…>`) can stand that
 * is not on the list; `@here`, `@channel` and `@everyone` split by a zero-width space; links only to hosts in `linkHosts`.
 * Cut at the border of a block above Slack's limit, and a note says so. Total.
 */
export function markdownToSlackMrkdwn(markdown: string, allowed: Allowed): string {
  return fitMarkdown(markdown, allowed, {
    limit: SLACK_TEXT_LIMIT,
    write: blocks,
    sizeOf: (text) => text.length,
    note: CUT_NOTE,
  });
}

/** Text that Slack shows as it is: three characters escaped (docs.slack.dev, "Escaping text"), mass mentions split. */
export function escapeSlackText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here|channel|everyone|group)/gi, '@\u200B');
}

function blocks(all: readonly Block[]): string {
  return all.map(block).join('\n\n').trim();
}

function block(item: Block): string {
  switch (item.kind) {
    case 'paragraph':
      return inline(item.spans);
    case 'heading':
      return inline(item.spans.map(strong));
    case 'rule':
      return '———';
    case 'code':
      return `\`\`\`\n${escapeSlackText(item.text).replaceAll('```', "'''")}\n\`\`\``;
    case 'quote':
      return prefixed(blocks(item.blocks), '> ', '> ');
    case 'list':
      return item.items.map((inside, index) => listItem(inside, item.first, index)).join('\n');
  }
}

function listItem(inside: readonly Block[], first: number | null, index: number): string {
  const text = inside.map(block).join('\n');
  return prefixed(text, first === null ? '• ' : `${first + index}. `, '    ');
}

function prefixed(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first : rest) + line)
    .join('\n');
}

function strong(span: Span): Span {
  return span.kind === 'text' ? { ...span, marks: { ...span.marks, strong: true } } : span;
}

function inline(spans: readonly Span[]): string {
  return spans.map(spanText).join('');
}

function spanText(span: Span): string {
  switch (span.kind) {
    case 'break':
      return '\n';
    case 'code':
      return `\`${escapeSlackText(span.text).replaceAll('`', "'")}\``;
    case 'mention':
      return span.written.startsWith('<') ? withoutLabel(span.written) : escapeSlackText(`@${span.id}`);
    case 'text':
      return marked(span);
  }
}

/** A label would be shown instead of the name. */
function withoutLabel(mention: string): string {
  return mention.replace(/\|[^>]*/, '');
}

function marked(span: Extract<Span, { kind: 'text' }>): string {
  // Slack has no way to escape a backtick: one in plain text could open a code span where ours closes.
  const text = escapeSlackText(span.text).replaceAll('`', '\u02CB');
  if (text.trim() === '') {
    return text;
  }
  const linked = span.href === null ? text : linkOf(span.href, text);
  const words = linked.trim();
  const [before = '', after = ''] = linked.split(words);
  const { strike, em, strong: bold } = span.marks;
  const marks = [bold ? '*' : '', em ? '_' : '', strike ? '~' : ''];
  return `${before}${marks.join('')}${words}${marks.reverse().join('')}${after}`;
}

/** `|` would part address from text; an `@` in the address could read as a mention once letters after it are encoded. */
function linkOf(href: string, text: string): string {
  const address = href
    .replaceAll('&', '&amp;')
    .replaceAll('@', '%40')
    .replaceAll('|', '%7C')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E');
  return `<${address}|${text.replaceAll('|', '¦')}>`;
}
