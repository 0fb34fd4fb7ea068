/**
 * The words of a command as a person writes it: blanks part them, quotes keep them together, a backslash takes the next
 * character as it is. No shell is asked, so `$`, `;` and `|` mean nothing. Null where a quote is never closed.
 */
export function commandWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") {
      at += 1;
      word = (word ?? '') + (text[at] ?? '');
    } else if (quote === null && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === quote) {
      quote = null;
    } else if (quote === null && /\s/.test(character)) {
      words.push(...(word === null ? [] : [word]));
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  return quote === null ? [...words, ...(word === null ? [] : [word])] : null;
}
