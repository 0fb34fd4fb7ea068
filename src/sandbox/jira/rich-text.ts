/** One text in both of Jira's languages, made from whichever was given. */
import { adfToWiki } from './adf-to-wiki.js';
import type { AdfNode, RichText } from './records.js';
import { wikiToAdf } from './wiki-to-adf.js';

/** Jira's own limit on comments and descriptions, in characters. */
const TEXT_LIMIT = 32_767;

/** A string is wiki markup. `nameOf` gives the display name behind a mentioned account id. */
export function richText(
  text: string | RichText,
  nameOf: (accountId: string) => string | null = () => null,
): RichText {
  return typeof text === 'string' ? { wiki: text, adf: wikiToAdf(text, nameOf) } : text;
}

/** From a document that came over v3. */
export function richTextFromAdf(adf: AdfNode): RichText {
  return { adf, wiki: adfToWiki(adf) };
}

/** Does Jira refuse it for its length? */
export function isTooLong(text: RichText): boolean {
  return text.wiki.length > TEXT_LIMIT;
}
