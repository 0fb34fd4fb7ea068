/** What a prompt may hold: an issue with two hundred long comments must not cost what ten questions cost. */
import type { ContextItem, ContextItemKind } from '../domain/context.js';

/** Characters of all items, about 20,000 tokens. */
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

/** Characters of a value's texts and names, near to those of its JSON, without making that. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') {
    return value.length + 3;
  }
  if (value === null || typeof value !== 'object') {
    return 6;
  }
  return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + 3 + sizeOf(inner), 2);
}
