import { type Allowed, deadAddresses, defanged, linkTo, NOTHING_ALLOWED } from './outgoing-text.js';

interface Marks {
  readonly strong: boolean;
  readonly em: boolean;
  readonly strike: boolean;
}

/** A run of text in one line, with its marks; code carries no other mark, `href` is always an allowed address. */
export type Span =
  | { readonly kind: 'text'; readonly text: string; readonly marks: Marks; readonly href: string | null }
  | { readonly kind: 'code'; readonly text: string }
  /** Somebody whom the text may notify, as the vendor named in `written` spells it: `[~accountid:…]`, `<@U…>`, `@{…}`. */
  | { readonly kind: 'mention'; readonly id: string; readonly written: string }
  | { readonly kind: 'break' };

const PLAIN: Marks = { strong: false, em: false, strike: false };

/** How far a closing mark is looked for, and how deep marks nest: both keep the work linear in the text. */
const WINDOW = 2_000;
const MAX_NESTING = 6;

interface Piece {
  readonly spans: readonly Span[];
  readonly length: number;
}

type Reader = (text: string, at: number, marks: Marks, allowed: Allowed, depth: number) => Piece | null;

/** The spans of one paragraph's Markdown. Links to hosts that are not on the list become readable, dead text. */
export function parseInline(text: string, allowed: Allowed): readonly Span[] {
  return tidied(spansOf(text, allowed, PLAIN, 0)).map((span) =>
    span.kind === 'text' && span.href === null
      ? { ...span, text: deadAddresses(span.text, allowed.linkHosts) }
      : span,
  );
}

/** Marks never stand on spaces at the edge of what they mark: there is no markup that says so. */
export function tidied(spans: readonly Span[]): readonly Span[] {
  const whole = merged(spans);
  return merged(
    whole.flatMap((span, at) =>
      span.kind === 'text' && span.href === null
        ? withPlainEdges(span, whole[at - 1], whole[at + 1])
        : [span],
    ),
  );
}

function withPlainEdges(span: TextSpan, before: Span | undefined, after: Span | undefined): readonly Span[] {
  const [, first = '', words = '', last = ''] = /^(\s*)(.*?)(\s*)$/s.exec(span.text) ?? [];
  const parts = [
    {
      ...span,
      text: first,
      marks: carries(before, span) && (words !== '' || carries(after, span)) ? span.marks : PLAIN,
    },
    { ...span, text: words },
    { ...span, text: last, marks: carries(after, span) ? span.marks : PLAIN },
  ];
  return parts.filter(({ text }) => text !== '');
}

function carries(neighbour: Span | undefined, { marks }: TextSpan): boolean {
  const { strong, em, strike } = neighbour?.kind === 'text' ? neighbour.marks : PLAIN;
  return (strong || !marks.strong) && (em || !marks.em) && (strike || !marks.strike);
}

/** Neighbours alike become one, so that an address cannot hide in two halves (`https:\\//…`). */
function merged(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last?.kind === 'text' && span.kind === 'text' && alike(last, span)) {
      out[out.length - 1] = { ...last, text: last.text + span.text };
    } else {
      out.push(span);
    }
  }
  return out;
}

type TextSpan = Extract<Span, { kind: 'text' }>;

function alike(left: TextSpan, right: TextSpan): boolean {
  const { strong, em, strike } = left.marks;
  const sameMarks = right.marks.strong === strong && right.marks.em === em && right.marks.strike === strike;
  return sameMarks && left.href === null && right.href === null;
}

function spansOf(text: string, allowed: Allowed, marks: Marks, depth: number): readonly Span[] {
  const spans: Span[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const piece = readAt(text, at, marks, allowed, depth);
    if (piece === null) {
      plain += text.charAt(at++);
      continue;
    }
    pushText(spans, plain, marks);
    spans.push(...piece.spans);
    plain = '';
    at += piece.length;
  }
  pushText(spans, plain, marks);
  return spans;
}

function pushText(spans: Span[], text: string, marks: Marks): void {
  if (text !== '') {
    spans.push({ kind: 'text', text, marks, href: null });
  }
}

const READERS: Readonly<Record<string, readonly Reader[]>> = {
  '\n': [lineBreak],
  '\\': [escaped],
  '`': [code],
  '!': [link],
  '[': [mention, link],
  '<': [mention, angleAddress],
  '@': [mention],
  h: [bareAddress],
  H: [bareAddress],
  w: [bareAddress],
  W: [bareAddress],
  '*': [emphasis('**', 'strong'), emphasis('*', 'em')],
  _: [emphasis('__', 'strong'), emphasis('_', 'em')],
  '~': [emphasis('~~', 'strike')],
};

function readAt(text: string, at: number, marks: Marks, allowed: Allowed, depth: number): Piece | null {
  for (const reader of READERS[text.charAt(at)] ?? []) {
    const piece = reader(text, at, marks, allowed, depth);
    if (piece !== null) {
      return piece;
    }
  }
  return null;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const MENTION =
  /\[~accountid:([^\][\n|]{1,255})\]|<(?:@|!subteam\^|!)([^<>|\n]{1,100})(?:\|[^<>\n]{0,200})?>|@\{([^{}\n]{1,100})\}/y;

/** Only ids on the list; every other spelling of a mention is plain text. */
function mention(text: string, at: number, _marks: Marks, { mentions = [] }: Allowed): Piece | null {
  const match = mentions.length === 0 ? null : matchAt(MENTION, text, at);
  const id = match?.[1] ?? match?.[2] ?? match?.[3];
  return match === null || id === undefined || !mentions.includes(id)
    ? null
    : { spans: [{ kind: 'mention', id, written: match[0] }], length: match[0].length };
}

function lineBreak(): Piece {
  return { spans: [{ kind: 'break' }], length: 1 };
}

function escaped(text: string, at: number, marks: Marks): Piece | null {
  const next = text.charAt(at + 1);
  return /[!-/:-@[-`{-~]/.test(next)
    ? { spans: [{ kind: 'text', text: next, marks, href: null }], length: 2 }
    : null;
}

function code(text: string, at: number): Piece | null {
  const fence = matchAt(/`+/y, text, at)?.[0] ?? '`';
  const from = at + fence.length;
  const end = text.slice(from, from + WINDOW).search(new RegExp(`(?<!\`)${fence}(?!\`)`));
  if (end <= 0) {
    return fence.length > 1
      ? { spans: [{ kind: 'text', text: fence, marks: PLAIN, href: null }], length: fence.length }
      : null;
  }
  const inside = text.slice(from, from + end).replaceAll('\n', ' ');
  const padded = /^ .*\S.* $/.test(inside) || /^ `|` $/.test(inside);
  return {
    spans: [{ kind: 'code', text: padded ? inside.slice(1, -1) || inside : inside }],
    length: fence.length * 2 + end,
  };
}

/** `[text](url)` and `![alt](url)`, with text and url as groups. */
export const INLINE_LINK =
  /!?\[([^\][\n]{0,500})\]\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/g;
const LINK = new RegExp(INLINE_LINK.source, 'y');

/** `[text](url)`, and `![alt](url)` as a link too: no image is ever shown. */
function link(text: string, at: number, marks: Marks, allowed: Allowed, depth: number): Piece | null {
  const match = matchAt(LINK, text, at);
  if (match === null || depth > MAX_NESTING) {
    return null;
  }
  const [whole, label = '', address = ''] = match;
  const href = linkTo(address, allowed.linkHosts);
  if (href !== null) {
    return {
      spans: [
        {
          kind: 'text',
          text: label.trim() === '' ? href : deadAddresses(label, allowed.linkHosts),
          marks,
          href,
        },
      ],
      length: whole.length,
    };
  }
  const shown = defanged(address);
  const dead = label.trim() === '' || label === address ? shown : ` (${shown})`;
  const before = dead === shown ? [] : spansOf(label, NOTHING_ALLOWED, marks, depth + 1);
  return { spans: [...before, { kind: 'text', text: dead, marks, href: null }], length: whole.length };
}

function angleAddress(text: string, at: number, marks: Marks, allowed: Allowed): Piece | null {
  const match = matchAt(/<((?:https?|ftp|mailto):[^\s<>]{1,2000})>/iy, text, at);
  return match === null ? null : addressPiece(match[1] ?? '', match[0].length, marks, allowed);
}

function bareAddress(text: string, at: number, marks: Marks, allowed: Allowed): Piece | null {
  if (/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) {
    return null;
  }
  const match = matchAt(/(?:https?:\/\/|www\.)(?:(?!https?:\/\/)[^\s<>"`[\]]){1,2000}/iy, text, at);
  const address = match?.[0].replace(/(?:[.,;:!?'*_~\]]|\)(?=$))+$/, '') ?? '';
  return address.length < 5 ? null : addressPiece(address, address.length, marks, allowed);
}

function addressPiece(address: string, length: number, marks: Marks, allowed: Allowed): Piece {
  const href = linkTo(address, allowed.linkHosts);
  const text = href === null ? defanged(address) : address;
  return { spans: [{ kind: 'text', text, marks, href }], length };
}

/** `mark` around words: nothing but words touch its inside, and `_` never opens or closes within a word. */
function emphasis(mark: string, name: keyof Marks): Reader {
  return (text, at, marks, allowed, depth) => {
    if (!text.startsWith(mark, at) || depth >= MAX_NESTING || marks[name] || !opens(text, at, mark)) {
      return null;
    }
    const from = at + mark.length;
    const end = closing(text, from, mark);
    if (end === null) {
      return null;
    }
    const inside = spansOf(text.slice(from, end), allowed, { ...marks, [name]: true }, depth + 1);
    return { spans: inside, length: end + mark.length - at };
  };
}

const WORD = /[\p{L}\p{N}]/u;

function opens(text: string, at: number, mark: string): boolean {
  const after = text.charAt(at + mark.length);
  const within = mark.startsWith('_') && WORD.test(text.charAt(at - 1));
  return after !== '' && !/\s/.test(after) && !within;
}

function closing(text: string, from: number, mark: string): number | null {
  const limit = Math.min(text.length, from + WINDOW);
  let at = text.indexOf(mark, from + 1);
  while (at >= 0 && at < limit) {
    if (closesAt(text, at, mark)) {
      return at;
    }
    at = text.indexOf(mark, at + (isEscaped(text, at) ? 1 : mark.length));
  }
  return null;
}

function closesAt(text: string, at: number, mark: string): boolean {
  const beside = text.charAt(at - 1) === mark && !isEscaped(text, at - 1);
  const doubled = mark.length === 1 && (text.charAt(at + 1) === mark || beside);
  const within = mark.startsWith('_') && WORD.test(text.charAt(at + mark.length));
  return !isEscaped(text, at) && !doubled && !within && !/\s/.test(text.charAt(at - 1));
}

/** An odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charAt(before - 1) === '\\') {
    before--;
  }
  return (at - before) % 2 === 1;
}
