/** Keys are ASCII, so that look-alikes match nothing. */
const KEY = /(?<![A-Za-z0-9_-])([A-Z][A-Z0-9_]{1,29})-[1-9]\d{0,6}(?![A-Za-z0-9_])/g;

/** The issue keys that stand in these texts, in their order, once each. */
export function issueKeysIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(KEY) ?? []))];
}
