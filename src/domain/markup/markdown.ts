import { parseInline, type Span } from './markdown-inline.js';
import { type Allowed, NOTHING_ALLOWED as NOTHING, visibleText } from './outgoing-text.js';

/** What a model's Markdown is read into before it is written in a vendor's own terms. */
export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly language: string | null; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list';
      /** The first number; null for bullets. */
      readonly first: number | null;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'rule' };

const MAX_NESTING = 6;

/**
 * Markdown into blocks: paragraphs (a line break stays one), headings, lists, quotes, code, rules. Everything else
 * (tables, HTML, images) stays readable text. Hidden characters are dropped, foreign links are dead text. Total.
 */
export function parseMarkdown(markdown: string, allowed: Allowed): readonly Block[] {
  return blocksOf(visibleText(markdown).split('\n'), allowed, 0);
}

interface Taken {
  readonly block: Block | null;
  /** Index of the first line that was not taken. */
  readonly next: number;
}

type Taker = (lines: readonly string[], at: number, allowed: Allowed, depth: number) => Taken | null;

const TAKERS: readonly Taker[] = [blank, fence, heading, rule, quote, list];

function blocksOf(lines: readonly string[], allowed: Allowed, depth: number): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const taken = take(lines, at, allowed, depth) ?? paragraph(lines, at, allowed, depth);
    if (taken.block !== null) {
      blocks.push(taken.block);
    }
    at = taken.next;
  }
  return blocks;
}

function take(lines: readonly string[], at: number, allowed: Allowed, depth: number): Taken | null {
  for (const taker of TAKERS) {
    const taken = taker(lines, at, allowed, depth);
    if (taken !== null) {
      return taken;
    }
  }
  return null;
}

function blank(lines: readonly string[], at: number): Taken | null {
  return lines[at]?.trim() === '' ? { block: null, next: at + 1 } : null;
}

function fence(lines: readonly string[], at: number): Taken | null {
  const open = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/.exec(lines[at] ?? '');
  if (open === null) {
    return null;
  }
  const [, marks = '', language = ''] = open;
  const closes = (line: string): boolean => line.trim().startsWith(marks) && /^[`~]+$/.test(line.trim());
  const end = lines.findIndex((line, index) => index > at && closes(line));
  const text = lines.slice(at + 1, end < 0 ? lines.length : end).join('\n');
  return {
    block: { kind: 'code', language: /^[\w+#.-]{1,30}$/.test(language) ? language : null, text },
    next: end < 0 ? lines.length : end + 1,
  };
}

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;

function heading(lines: readonly string[], at: number, allowed: Allowed): Taken | null {
  const match = HEADING.exec(lines[at] ?? '');
  return match === null
    ? null
    : {
        block: {
          kind: 'heading',
          level: match[1]?.length ?? 1,
          spans: parseInline(match[2] ?? '', allowed),
        },
        next: at + 1,
      };
}

function rule(lines: readonly string[], at: number): Taken | null {
  return RULE.test(lines[at] ?? '') ? { block: { kind: 'rule' }, next: at + 1 } : null;
}

function quote(lines: readonly string[], at: number, allowed: Allowed, depth: number): Taken | null {
  const isQuoted = (line: string | undefined): boolean => /^ {0,3}>/.test(line ?? '');
  if (!isQuoted(lines[at]) || depth >= MAX_NESTING) {
    return null;
  }
  let next = at;
  while (next < lines.length && isQuoted(lines[next])) {
    next++;
  }
  const inside = lines.slice(at, next).map((line) => line.replace(/^ {0,3}> ?/, ''));
  return { block: { kind: 'quote', blocks: blocksOf(inside, allowed, depth + 1) }, next };
}

interface Marker {
  readonly indent: number;
  readonly ordered: boolean;
  readonly number: number;
  /** Columns before the item's own text. */
  readonly width: number;
  readonly rest: string;
}

function markerOf(line: string | undefined): Marker | null {
  const match = /^( *)(?:([-*+•])|(\d{1,9})[.)])(?: +(.*)|)$/.exec(line ?? '');
  if (match === null) {
    return null;
  }
  const [whole, indent = '', , digits, rest = ''] = match;
  return {
    indent: indent.length,
    ordered: digits !== undefined,
    number: Number(digits ?? 0),
    width: whole.length - rest.length,
    rest,
  };
}

/** Items of one kind at one indentation; what stands further in, or follows without a blank line, belongs to the item. */
function list(lines: readonly string[], at: number, allowed: Allowed, depth: number): Taken | null {
  const first = markerOf(lines[at]);
  if (first === null || depth >= MAX_NESTING || RULE.test(lines[at] ?? '')) {
    return null;
  }
  const items: Block[][] = [];
  let next = at;
  for (
    let marker: Marker | null = first;
    marker !== null && belongs(marker, first);
    marker = markerOf(lines[next])
  ) {
    const end = endOfItem(lines, next, first.indent);
    const rest = lines.slice(next + 1, end).map((line) => outdented(line, marker?.width ?? 0));
    items.push(blocksOf([marker.rest, ...rest], allowed, depth + 1));
    next = end;
  }
  return { block: { kind: 'list', first: first.ordered ? first.number : null, items }, next };
}

function belongs(marker: Marker, first: Marker): boolean {
  return marker.ordered === first.ordered && marker.indent <= first.indent + 1;
}

function endOfItem(lines: readonly string[], at: number, indent: number): number {
  let end = at + 1;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? '';
    const inside = /^ */.exec(line)?.[0].length ?? 0;
    const gap = line.trim() === '';
    if (gap) {
      const next = nextWritten(lines, end);
      if (!(lines[next] ?? '').startsWith(' '.repeat(indent + 2))) {
        return markerOf(lines[next]) === null ? end : next;
      }
    }
    if (!gap && inside <= indent + 1 && take([line], 0, NOTHING, 0) !== null) {
      return end;
    }
  }
  return end;
}

/** The first line from here on that is not blank. */
function nextWritten(lines: readonly string[], from: number): number {
  let next = from;
  while (next < lines.length && lines[next]?.trim() === '') {
    next++;
  }
  return next;
}

function outdented(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(indent, width));
}

/** A line that ends a paragraph. A number does so only as `1.`: "in\n2024. We …" is a sentence. */
function interrupts(line: string, depth: number): boolean {
  const marker = markerOf(line);
  return (
    (marker === null || !marker.ordered || marker.number === 1) && take([line], 0, NOTHING, depth) !== null
  );
}

function paragraph(lines: readonly string[], at: number, allowed: Allowed, depth: number): Taken {
  let next = at + 1;
  while (next < lines.length && !interrupts(lines[next] ?? '', depth)) {
    next++;
  }
  const text = lines
    .slice(at, next)
    .map((line) => line.trim().replace(/\s*\\$/, ''))
    .join('\n');
  const spans = parseInline(text, allowed);
  return { block: spans.length === 0 ? null : { kind: 'paragraph', spans }, next };
}
