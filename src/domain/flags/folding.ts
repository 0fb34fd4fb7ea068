/** A text as it would read without its disguise: what is hidden left out, look-alikes and digits read as letters. */
import { visibleText } from '../markup/outgoing-text.js';

/** Cyrillic, Armenian and Greek letters that look like the Latin one after them. */
const LOOK_ALIKES = new Map(
  [
    ['\u0430\u03B1', 'a'],
    ['\u0435\u03B5', 'e'],
    ['\u043E\u03BF', 'o'],
    ['\u0440\u03C1', 'p'],
    ['\u0441', 'c'],
    ['\u0443\u03C5', 'y'],
    ['\u0445', 'x'],
    ['\u0456\u03B9', 'i'],
    ['\u0458', 'j'],
    ['\u0455', 's'],
    ['\u0501', 'd'],
    ['\u04BB', 'h'],
    ['\u04CF', 'l'],
    ['\u0578\u03B7', 'n'],
    ['\u03BD', 'v'],
    ['\u03C4', 't'],
    ['\u03BA', 'k'],
  ].flatMap(([letters = '', latin = '']) =>
    Array.from(letters).flatMap((letter) => [
      [letter, latin] as const,
      [letter.toUpperCase(), latin.toUpperCase()] as const,
    ]),
  ),
);

const DIGITS = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's' }),
);

/** Digits are letters only beside letters: "1gn0r3", not "v1.0". */
const LEET_WORD = /(?<![\p{L}\p{N}@$])(?=[\d@$]*\p{L})(?=\p{L}*[\d@$])[\p{L}\d@$]{3,40}(?![\p{L}\p{N}@$])/gu;
/** "i g n o r e", "i.g.n.o.r.e" */
const SPACED_WORD = /(?<!\p{L})(?:\p{L}[ ._*-]){2,40}\p{L}(?!\p{L})/gu;

export function folded(text: string): string {
  return visibleText(text)
    .normalize('NFKC')
    .replace(/[\u0370-\u058F]/g, (letter) => LOOK_ALIKES.get(letter) ?? letter)
    .replace(LEET_WORD, (word) => Array.from(word, (sign) => DIGITS.get(sign) ?? sign).join(''))
    .replace(SPACED_WORD, (word) => word.replace(/[ ._*-]/g, ''));
}

/** "ignore", "disregard", "forget", "approve", "your", as this alphabet writes them. */
const LOOKS_ROT13 = /vtaber|qvfertneq|sbetrg|nccebi|\blbhe\b/i;

/** The text read in the shifted alphabet, where it looks as if it were written in that; null otherwise. */
export function fromRot13(text: string): string | null {
  return LOOKS_ROT13.test(text) ? text.replace(/[a-z]/gi, shifted) : null;
}

function shifted(letter: string): string {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}

const MOST_PIECES = 8;
const BASE64 = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,4000}={0,2}/g;
const HEX = /(?<![0-9a-z])(?:[0-9a-f]{2}[ :]?){16,2000}(?![0-9a-z])/gi;
const PERCENT = /%([0-9a-f]{2})/gi;

/** What base64, hex and percent-encoded pieces say, where they say something. */
export function decodedPieces(text: string): readonly string[] {
  return [
    ...pieces(text, BASE64).map(fromBase64),
    ...pieces(text, HEX).map((piece) => fromBytes(piece.replace(/[ :]/g, '').match(/../g) ?? [])),
    ...(text.includes('%') ? [text.replace(PERCENT, (_, code: string) => fromBytes([code]))] : []),
  ];
}

function pieces(text: string, shape: RegExp): readonly string[] {
  return [...text.matchAll(shape)].slice(0, MOST_PIECES).map(([piece]) => piece);
}

function fromBytes(codes: readonly string[]): string {
  return String.fromCharCode(...codes.map((code) => Number.parseInt(code, 16)));
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Latin-1 is enough to recognise orders; domain has no Buffer. */
function fromBase64(piece: string): string {
  let bits = 0;
  let held = 0;
  let out = '';
  for (const sign of piece.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/')) {
    held = ((held << 6) | ALPHABET.indexOf(sign)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return out;
}
