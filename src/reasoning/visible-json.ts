/**
 * What a reader does not see or what re-orders what is seen (format, default-ignorable, private-use, tag and control
 * characters, line separators), and `<`, so that no text can look like the start of a tag or of another turn.
 */
const HIDDEN = /[\p{Cf}\p{DI}\p{Co}\p{Zl}\p{Zp}\u007f-\u009f<]/gu;

/**
 * JSON of a value that outsiders wrote, safe to show to a model: hidden characters stand as `\uXXXX` escapes, so that
 * they are visible in the text, while parsing gives back exactly the value.
 */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(HIDDEN, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
