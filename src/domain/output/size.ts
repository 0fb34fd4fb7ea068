/** Longest text that an action may put before people: so much is read by an approver, and no vendor cuts it. */
export const ACTION_TEXT_LIMIT = 8_000;

const INVISIBLE = /[\s\p{DI}\p{Cf}\p{Cc}]/gu;

/** Nothing to read, or more than anybody reads; null otherwise. */
export function sizeRefusal(text: string): string | null {
  if (text.replace(INVISIBLE, '') === '') {
    return 'the text is empty';
  }
  return text.length > ACTION_TEXT_LIMIT
    ? `the text has ${text.length} characters, more than the ${ACTION_TEXT_LIMIT} that are allowed`
    : null;
}
