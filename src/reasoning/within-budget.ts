/** What a prompt may hold: an issue with two hundred long comments must not cost what ten questions cost. */

import type { ContextItem, ContextItemKind } from '../domain/context.js';
import { isHidden } from '../domain/markup/escape-hidden.js';

/** Of all items, in thirds of a token: about 20,000 tokens, 60,000 characters of English. */
export const ITEMS_LIMIT = 60_000;

/** What is given up first, oldest first. All other kinds stay: they are few, and decisions rest on them. */
const GIVEN_UP: readonly ContextItemKind[] = [
  'change',
  'comment',
  'message',
  'commit_status',
  'earlier',
  'issue',
];

/** The items that fit, in their order, and what was left out. The first item, which the event is about, always stays. */
export function withinBudget(items: readonly ContextItem[]): {
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
} {
  const sizes = items.map(({ data }) => sizeOf(data));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= ITEMS_LIMIT) {
    return { items, omitted: [] };
  }
  const gone = new Set<number>();
  for (const kind of GIVEN_UP) {
    for (let index = 1; index < items.length && total > ITEMS_LIMIT; index += 1) {
      if (items[index]?.kind === kind) {
        gone.add(index);
        total -= sizes[index] ?? 0;
      }
    }
  }
  const kept = items.filter((_item, index) => !gone.has(index));
  return {
    items: kept,
    omitted: gone.size === 0 ? [] : [`${gone.size} older items: the context would be too long`],
  };
}

/** What a decision can name as its reasons: what was left out was not read. */
export function shownIds(items: readonly ContextItem[]): ReadonlySet<string> {
  return new Set(withinBudget(items).items.map(({ id }) => id));
}

/** Of a value's texts and names, near to that of its JSON, without making that. In thirds of a token. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') {
    return weightOf(value) + 3;
  }
  if (value === null || typeof value !== 'object') {
    return 6;
  }
  return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + 3 + sizeOf(inner), 2);
}

/**
 * Three characters of English or code are a token at the most, and so is one of scripts beyond ASCII. What `visibleJson` spells
 * out is as long as it is spelled.
 */
function weightOf(text: string): number {
  if (!NOT_PLAIN.test(text)) {
    return text.length;
  }
  let weight = text.length;
  for (let index = 0; index < text.length; index += 1) {
    weight += beyondOne(text.charCodeAt(index));
  }
  return weight;
}

const NOT_PLAIN = /[^\x20\x21\x23-\x3b\x3d-\x5b\x5d-\x7e]/;
const SPELLED_OUT = 5;
const OTHER_SCRIPT = 2;
/** A backslash before it. */
const ESCAPED = 1;

/** By code unit, one more than what it weighs beyond one; 0: not asked for yet. */
const known = new Uint8Array(0x1_0000);

function beyondOne(unit: number): number {
  if (known[unit] === 0) {
    known[unit] = 1 + weighed(unit);
  }
  return (known[unit] ?? 1) - 1;
}

/** What one UTF-16 code unit weighs more than a plain character. */
function weighed(unit: number): number {
  const character = String.fromCharCode(unit);
  if (character === '"' || character === '\\') {
    return ESCAPED;
  }
  // Halves of pairs (emoji, tags) too, of which each alone says nothing yet.
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  if (isHalf || unit < 0x20 || character === '<' || isHidden(character)) {
    return SPELLED_OUT;
  }
  return unit < 0x80 ? 0 : OTHER_SCRIPT;
}
