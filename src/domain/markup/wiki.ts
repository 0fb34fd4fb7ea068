import { wikiInline } from './wiki-inline.js';

/**
 * Jira wiki markup (REST v2, webhooks, Server) as Markdown: headings, lists, tables, quotes, code, links, images and
 * `[~accountid:…]` mentions. Total: text that is no wiki markup comes back as it is; an unclosed block runs to the end.
 */
export function wikiToMarkdown(text: string): string {
  const lines = text.replaceAll('\uE000', '').replace(/\r\n?/g, '\n').split('\n');
  return blocksOf(lines, 0).join('\n').trim();
}

interface Fence {
  /** What opens and closes it: `code`, `noformat`, `quote`, `panel`. */
  readonly name: string;
  readonly argument: string;
  /** Text after the opening tag on the same line. */
  readonly rest: string;
}

const OPENING = /^\s*\{(code|noformat|quote|panel)(?::([^}]*))?\}(.*)$/;

/** Deeper fences stay as they are written: recursion must end, whatever the text. */
const MAX_FENCES = 20;

function blocksOf(lines: readonly string[], depth: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const fence = depth > MAX_FENCES ? null : fenceOf(line);
    if (fence === null) {
      out.push(...plainLine(line, lines[at - 1] ?? ''));
      continue;
    }
    const { inside, next, after } = insideOf(fence, lines, at);
    out.push(...fenced(fence, inside, depth));
    at = next;
    if (after.trim() !== '') {
      out.push(...blocksOf([after], depth + 1));
    }
  }
  return out;
}

function fenceOf(line: string): Fence | null {
  const match = OPENING.exec(line);
  return match === null ? null : { name: match[1] ?? '', argument: match[2] ?? '', rest: match[3] ?? '' };
}

function insideOf(
  fence: Fence,
  lines: readonly string[],
  from: number,
): { inside: string[]; next: number; after: string } {
  const close = `{${fence.name}}`;
  const inside: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = at === from ? fence.rest : (lines[at] ?? '');
    const end = line.indexOf(close);
    if (end >= 0) {
      inside.push(line.slice(0, end));
      return { inside: trimmed(inside), next: at, after: line.slice(end + close.length) };
    }
    inside.push(line);
  }
  return { inside: trimmed(inside), next: lines.length, after: '' };
}

function trimmed(lines: readonly string[]): string[] {
  const from = lines[0]?.trim() === '' ? 1 : 0;
  const to = lines.length > from && lines.at(-1)?.trim() === '' ? lines.length - 1 : lines.length;
  return lines.slice(from, to);
}

function fenced(fence: Fence, inside: readonly string[], depth: number): string[] {
  if (fence.name === 'code' || fence.name === 'noformat') {
    const marks = inside.some((line) => line.includes('```')) ? '````' : '```';
    return [`${marks}${fence.name === 'code' ? languageOf(fence.argument) : ''}`, ...inside, marks];
  }
  const title = /(?:^|\|)title=([^|]*)/.exec(fence.argument)?.[1];
  const lines = [...(title === undefined ? [] : [`**${title}**`]), ...blocksOf(inside, depth + 1)];
  return lines.map((line) => (line === '' ? '>' : `> ${line}`));
}

/** `{code:java|title=x}` and `{code:title=x|language=java}` both name a language. */
function languageOf(argument: string): string {
  const parts = argument.split('|');
  const named = parts.find((part) => part.startsWith('language='))?.slice('language='.length);
  return named ?? parts.find((part) => /^[\w+#-]+$/.test(part)) ?? '';
}

/** One line outside a fence. A table's head needs Markdown's line of dashes below it. */
function plainLine(line: string, before: string): string[] {
  const heading = /^\s*h([1-6])\.\s*(.*)$/.exec(line);
  if (heading !== null) {
    return [`${'#'.repeat(Number(heading[1]))} ${wikiInline(heading[2] ?? '')}`];
  }
  const quote = /^\s*bq\.\s*(.*)$/.exec(line);
  if (quote !== null) {
    return [`> ${wikiInline(quote[1] ?? '')}`];
  }
  if (/^\s*-{4,5}\s*$/.test(line)) {
    return ['---'];
  }
  const item = /^\s*([*#-]+)\s+(.*)$/.exec(line);
  if (item !== null && /^(?:[*#]+|-)$/.test(item[1] ?? '')) {
    return [`${markerOf(item[1] ?? '')}${wikiInline(item[2] ?? '')}`];
  }
  return /^\s*\|.*\|\s*$/.test(line) ? tableRow(line, before) : [wikiInline(line)];
}

/** `*#` is a numbered item inside a bullet: as many steps in as marks before the last. */
function markerOf(marks: string): string {
  const indent = marks.slice(0, -1).replaceAll('*', '  ').replaceAll('#', '   ');
  return `${indent}${marks.endsWith('#') ? '1. ' : '- '}`;
}

function tableRow(line: string, before: string): string[] {
  const head = line.trim().startsWith('||');
  const cells = cellsOf(line.trim(), head);
  const row = `| ${cells.map((cell) => wikiInline(cell.trim())).join(' | ')} |`;
  const first = !before.trim().startsWith('|');
  return first ? [row, `|${' --- |'.repeat(cells.length)}`] : [row];
}

/** A bar inside `[text|url]` or `!image|width!` parts no cells. */
function cellsOf(line: string, head: boolean): string[] {
  const hidden = line.replace(/\[[^\]\n]*\]|![^!\s|]+\|[^!\n]*!/g, (part) => part.replaceAll('|', '\uE000'));
  const parts = hidden.split(head ? /\|\|/ : /\|/).slice(1, -1);
  return parts.map((part) => part.replaceAll('\uE000', '|'));
}
