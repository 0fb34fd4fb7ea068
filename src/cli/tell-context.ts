import { oneLine, plain, table } from './table.js';
import type { ContextItemView, ContextReadView, ContextView } from './views.js';

const HASH_WIDTH = 12;
const FLAG_WIDTH = 120;

/** What the decision could rest on: one line an item, how it was read where that is worth a word, what is not there. */
export function tellContext(facts: ContextView | null): string {
  const items = facts?.items ?? [];
  const listed =
    items.length === 0
      ? ''
      : table(
          ['ITEM', 'KIND', 'SOURCE', 'SHA256'],
          items.map((item) => [item.id, item.kind, sourceOf(item), item.hash.slice(0, HASH_WIDTH)]),
        );
  return [
    listed.trimEnd(),
    ...(facts?.reads ?? []).flatMap(tellRead),
    ...tellFlags(facts),
    ...(facts?.omitted ?? []).map((text) => `left out: ${plain(text)}`),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** Marks of a text that may want to steer the model: why nothing went without a person. */
export function tellFlags(facts: ContextView | null): readonly string[] {
  return (facts?.flags ?? []).map(
    ({ rule, where, what }) => `flagged: ${plain(rule)} in ${plain(where)} (${oneLine(what, FLAG_WIDTH)})`,
  );
}

function sourceOf({ source, filled }: ContextItemView): string {
  return filled === undefined ? source : `${source} + ${filled.source}`;
}

/** Nothing is said of a plain read over REST. */
function tellRead({ what, tool, reused, why }: ContextReadView): string[] {
  const notes = [
    ...(tool === null ? [] : [`through MCP (${tool}), the rest over REST`]),
    ...(why === null ? [] : [`over REST, because ${plain(why)}`]),
    ...(reused.length === 0 ? [] : [`${reused.join(', ')} known from less than a minute before`]),
  ];
  return notes.length === 0 ? [] : [`${what}: ${notes.join('; ')}`];
}
