import { visibleText } from '../markup/outgoing-text.js';
import type { TextRule } from './rule.js';

const HIDDEN = /(?![\n\r\t])[\p{Cc}\p{Cf}\p{DI}]/gu;
const MOST_NAMED = 5;

/** What a reader does not see is taken out, and told by its code points. Line ends become `\n`. */
export const hiddenCharacters: TextRule = (text) => {
  const clean = visibleText(text);
  const before = characters(text);
  const left = characters(clean);
  const gone = before.length - left.length;
  const names = [...new Set(before)].filter((name) => countOf(before, name) > countOf(left, name));
  return { text: clean, takenOut: gone === 0 ? [] : [sentence(gone, names)], refusal: null };
};

function characters(text: string): readonly string[] {
  return [...text.matchAll(HIDDEN)].map(([character]) => codePoint(character));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function countOf(names: readonly string[], name: string): number {
  return names.filter((other) => other === name).length;
}

function sentence(count: number, names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ', …' : '';
  const characterWord = count === 1 ? 'character' : 'characters';
  return `${count} hidden ${characterWord} (${names.slice(0, MOST_NAMED).join(', ')}${more})`;
}
