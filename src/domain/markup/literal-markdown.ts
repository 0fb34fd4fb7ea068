/** Words of others inside Markdown of ours: whatever they hold, every parser of CommonMark shows them as they stand. */
import { visibleText } from './outgoing-text.js';

/** A block that shows a text whole, character by character, its hidden ones left out ({@link visibleText}). */
export function literalBlock(text: string): string {
  const shown = visibleText(text);
  const fence = '`'.repeat(Math.max(3, longestTicks(shown) + 1));
  return `${fence}\n${shown}\n${fence}`;
}

/** Words within a sentence, on one line: nothing in them is a mark, a tag, a link or an entity. */
export function literalWords(text: string): string {
  return visibleText(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>&~|#]/g, String.raw`\$&`)
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

/** One line of code; a text that is empty stays empty. */
export function codeSpan(text: string): string {
  const ticks = '`'.repeat(longestTicks(text) + 1);
  const pad = /^`|`$|^ .*\S.* $/.test(text) ? ' ' : '';
  return text === '' ? '' : `${ticks}${pad}${text}${pad}${ticks}`;
}

function longestTicks(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
}
