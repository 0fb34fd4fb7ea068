/** Characters that nobody sees and machines read. Not what emoji, right-to-left and Indic scripts or hyphenation need. */

/** Subdivision flags are a black flag and tag characters: 🏴 and `gbsct`. */
const FLAG_EMOJI = /\u{1F3F4}[\u{E0020}-\u{E007E}]{1,8}\u{E007F}/gu;
/** Tags, zero-width spaces and operators, fillers, selectors beyond the sixteen of emoji, controls, private use. */
const HIDDEN =
  /(?![\n\r\t])[\u{E0000}-\u{E0FFF}\u200B\u2060-\u2065\u206A-\u206F\u115F\u1160\u17B4\u17B5\u3164\uFFA0\u180E\uFFF9-\uFFFB\p{Cc}\u{F0000}-\u{10FFFD}]|(?<=.)\uFEFF/gu;
/** Joiners between plain letters join nothing; several in a row carry a message. */
const IDLE_JOINER = /(?<=[\t\n -~])[\u200C\u200D]+(?=[\t\n -~])|[\u200C\u200D]{2,}|[\uFE00-\uFE0F]{2,}/gu;

/** Editors and Bitbucket leave one at the border of a line: real issues are full of them. */
const AT_A_BORDER = /^[\u200B-\u200D\uFEFF]|[\u200B-\u200D\uFEFF]$/gmu;

/** What a keyboard writes: most texts, and nothing of what is looked for here is in them. */
const TYPED = /^[\t\n\r -~]*$/;

export function hiddenIn(text: string): string | null {
  if (TYPED.test(text)) {
    return null;
  }
  const plain = text.replace(FLAG_EMOJI, '').replace(AT_A_BORDER, '');
  const found = [...plain.matchAll(HIDDEN), ...plain.matchAll(IDLE_JOINER)].flatMap(([piece]) =>
    Array.from(piece),
  );
  if (found.length === 0) {
    return null;
  }
  const names = [...new Set(found.map(codePoint))];
  return `${found.length} (${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', …' : ''})`;
}

const MOST_NAMED = 5;

const WORD = /[\p{L}\p{N}]{3,60}(?:-\d+)?/gu;
const LATIN = /\p{Script=Latin}/u;
const LOOKS_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** "РAY-1" with a Cyrillic letter: nobody writes a word in two alphabets. */
export function mixedWordIn(text: string): string | null {
  if (TYPED.test(text)) {
    return null;
  }
  const mixed = [...text.matchAll(WORD)].find(([word]) => LATIN.test(word) && LOOKS_LATIN.test(word));
  return mixed?.[0] ?? null;
}

/** `U+200B` */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
