/**
 * What a reader does not see or what re-orders what is seen: format, default-ignorable, private-use and tag characters, controls
 * that JSON leaves as they are, line separators.
 */
const HIDDEN = /[\p{Cf}\p{DI}\p{Co}\p{Zl}\p{Zp}\u007f-\u009f]/gu;

/** Is it spelled out? Half of a surrogate pair never is by itself. */
export function isHidden(character: string): boolean {
  return character.replace(HIDDEN, '') !== character;
}

/** A text of JSON with its hidden characters as `\uXXXX`: they are seen, and parsing gives back exactly the value. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
