import { codeSpan } from './literal-markdown.js';
import { type Block, parseMarkdown } from './markdown.js';
import type { Span } from './markdown-inline.js';

type TextSpan = Extract<Span, { kind: 'text' }>;
type MarkName = keyof TextSpan['marks'];

type Escape = (text: string) => string;

/** Plain first: most texts need no escape, and a reader wants none. */
const STYLES: readonly Escape[] = [(text) => text, escapeMarks];

/**
 * Spans as Markdown that is read as exactly these spans again, with as little markup as that takes. What no Markdown
 * says (marks around nothing but spaces, an address that was never linked) is written plainly.
 */
export function writeSpans(spans: readonly Span[], place: 'paragraph' | 'heading' = 'paragraph'): string {
  const wanted = JSON.stringify(comparable(spans));
  const candidates = STYLES.map((escape) => run(spans, MARKS, escape));
  const hosts = spans.flatMap((span) =>
    span.kind === 'text' && span.href !== null ? hostOf(span.href) : [],
  );
  return (
    candidates.find((text) => JSON.stringify(comparable(read(text, hosts, place))) === wanted) ??
    candidates[0] ??
    ''
  );
}

function read(
  text: string,
  linkHosts: readonly string[],
  place: 'paragraph' | 'heading',
): readonly Span[] | null {
  const blocks = parseMarkdown(place === 'heading' ? `# ${text}` : text, { linkHosts });
  const [only] = blocks as readonly (Block | undefined)[];
  return blocks.length === 1 && only?.kind === place ? only.spans : null;
}

/** Neighbours that look alike are one to a reader. */
function comparable(spans: readonly Span[] | null): readonly Span[] | null {
  const merged: Span[] = [];
  for (const span of spans ?? []) {
    const last = merged.at(-1);
    if (span.kind === 'text' && last?.kind === 'text' && looksLike(span, last)) {
      merged[merged.length - 1] = { ...last, text: last.text + span.text };
    } else {
      merged.push(span);
    }
  }
  return spans === null ? null : merged;
}

function looksLike(one: TextSpan, other: TextSpan): boolean {
  return one.href === other.href && MARKS.every((mark) => one.marks[mark] === other.marks[mark]);
}

function hostOf(href: string): readonly string[] {
  return URL.canParse(href) ? [new URL(href).host] : [];
}

const MARKS: readonly MarkName[] = ['strong', 'em', 'strike'];

/** Marks that reach further stand further out. */
function run(spans: readonly Span[], marks: readonly MarkName[], escape: Escape): string {
  let written = '';
  for (let at = 0; at < spans.length; ) {
    const [mark, length] = longest(spans.slice(at), marks);
    if (mark === null) {
      written += plain(spans[at], escape);
      at += 1;
      continue;
    }
    const others = marks.filter((other) => other !== mark);
    const inside = run(spans.slice(at, at + length), others, escape);
    at += length;
    written += around(inside, symbolOf(mark, written.slice(-1) + firstOf(spans[at], marks)));
  }
  return written;
}

/** What stands right behind a run: a word's character only where no mark comes between. */
function firstOf(span: Span | undefined, marks: readonly MarkName[]): string {
  const isPlain = span?.kind === 'text' && span.href === null && !marks.some((mark) => span.marks[mark]);
  return isPlain ? span.text.charAt(0) : '';
}

function longest(
  spans: readonly Span[],
  marks: readonly MarkName[],
): readonly [mark: MarkName | null, length: number] {
  let found: readonly [MarkName | null, number] = [null, 0];
  for (const mark of marks) {
    const end = spans.findIndex((span) => span.kind !== 'text' || !span.marks[mark]);
    const length = end < 0 ? spans.length : end;
    found = length > found[1] ? [mark, length] : found;
  }
  return found;
}

/** `*` opens and closes within a word where `_` does not. */
function symbolOf(mark: MarkName, beside: string): string {
  const em = /[\p{L}\p{N}]/u.test(beside) ? '*' : '_';
  return { strong: '**', em, strike: '~~' }[mark];
}

/** Marks around the words, never around the spaces beside them: Markdown would not read those as marks. */
function around(text: string, mark: string): string {
  const words = text.trim();
  return words === '' ? text : text.replace(words, () => `${mark}${words}${mark}`);
}

function plain(span: Span | undefined, escape: Escape): string {
  switch (span?.kind) {
    case undefined:
      return '';
    case 'break':
      return '\n';
    case 'code':
      return codeSpan(span.text);
    case 'mention':
      return span.written;
    case 'text':
      return span.href === null ? escape(span.text) : link(span.text, span.href);
  }
}

/** A parenthesis would end the address. */
function link(text: string, href: string): string {
  const isAddress = URL.canParse(text) && new URL(text).href === href;
  return isAddress ? text : `[${text}](${href.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

function escapeMarks(text: string): string {
  return text
    .replace(/[\\`*_[\]<~]|#$/gm, String.raw`\$&`)
    .replace(/^(\s*)([#>+-])/gm, String.raw`$1\$2`)
    .replace(/^(\s*\d+)([.)])/gm, String.raw`$1\$2`);
}
