import { type Block, parseMarkdown } from './markdown.js';
import type { Span } from './markdown-inline.js';
import type { Allowed } from './outgoing-text.js';

export interface Fit<T> {
  /** Largest size that fits. */
  readonly limit: number;
  readonly write: (blocks: readonly Block[]) => T;
  /** The written form's size, as the vendor counts it. */
  readonly sizeOf: (written: T) => number;
  /** Said in the last paragraph where anything was left out. */
  readonly note: string;
}

/**
 * A text as a vendor takes it, within the vendor's limit: what is too long ends at the border of a block, with the note
 * below it. Where already the first block is too long, it ends at the border of an item, a line or a word in it.
 */
export function fitMarkdown<T>(markdown: string, allowed: Allowed, fit: Fit<T>): T {
  const source = markdown.slice(0, fit.limit * READ_AHEAD);
  const blocks = parseMarkdown(source, allowed);
  const whole = fit.write(blocks);
  if (source === markdown && fit.sizeOf(whole) <= fit.limit) {
    return whole;
  }
  // The last block of what was not read to its end is no whole one.
  const complete = source === markdown || blocks.length === 1 ? blocks : blocks.slice(0, -1);
  return fit.write(cut(complete, fit));
}

/** Markup takes more characters than it leaves. What lies beyond so many limits is not even read. */
const READ_AHEAD = 4;

function cut<T>(blocks: readonly Block[], fit: Fit<T>): readonly Block[] {
  const fits = (kept: readonly Block[]): boolean =>
    fit.sizeOf(fit.write([...kept, noteOf(fit.note)])) <= fit.limit;
  return [...most(blocks, fits), noteOf(fit.note)];
}

function noteOf(note: string): Block {
  return {
    kind: 'paragraph',
    spans: [{ kind: 'text', text: note, marks: { strong: false, em: false, strike: false }, href: null }],
  };
}

type Fits = (blocks: readonly Block[]) => boolean;

/** As many whole blocks as fit; where not even one does, as much of the first as has borders inside. */
function most(blocks: readonly Block[], fits: Fits): readonly Block[] {
  const count = largest(blocks.length, (size) => fits(blocks.slice(0, size)));
  const [first] = blocks;
  return count > 0 || first === undefined ? blocks.slice(0, count) : partOf(first, (part) => fits([part]));
}

function partOf(block: Block, fits: (part: Block) => boolean): readonly Block[] {
  switch (block.kind) {
    case 'rule':
      return [];
    case 'quote':
      return some(
        most(block.blocks, (blocks) => fits({ ...block, blocks })),
        (blocks) => ({ ...block, blocks }),
      );
    case 'list':
      return partOfList(block, fits);
    case 'code': {
      const lines = block.text.split('\n');
      const part = (size: number): Block => ({ ...block, text: lines.slice(0, size).join('\n') });
      const size = largest(lines.length, (count) => fits(part(count)));
      return size === 0 ? [] : [part(size)];
    }
    case 'heading':
    case 'paragraph':
      return some(
        firstSpans(block.spans, (spans) => fits({ ...block, spans })),
        (spans) => ({ ...block, spans }),
      );
  }
}

function partOfList(
  list: Extract<Block, { kind: 'list' }>,
  fits: (part: Block) => boolean,
): readonly Block[] {
  const size = largest(list.items.length, (count) => fits({ ...list, items: list.items.slice(0, count) }));
  const [first = []] = list.items;
  const items =
    size > 0
      ? list.items.slice(0, size)
      : some(
          most(first, (item) => fits({ ...list, items: [item] })),
          (item) => item,
        );
  return some(items, (kept) => ({ ...list, items: kept }));
}

function some<M, T>(kept: readonly M[], make: (kept: readonly M[]) => T): readonly T[] {
  return kept.length === 0 ? [] : [make(kept)];
}

/** Whole spans, and of the next one as many words as fit: a word beyond the limit is dropped, never broken. */
function firstSpans(spans: readonly Span[], fits: (spans: readonly Span[]) => boolean): readonly Span[] {
  const count = largest(spans.length, (size) => fits(spans.slice(0, size)));
  const kept = spans.slice(0, count);
  const next = spans[count];
  if (next === undefined || next.kind !== 'text') {
    return kept;
  }
  const words = next.text.match(/\s*\S+/g) ?? [];
  const part = (size: number): Span => ({ ...next, text: words.slice(0, size).join('') });
  const size = largest(words.length, (count) => fits([...kept, part(count)]));
  return size === 0 ? kept : [...kept, part(size)];
}

/** The largest size from 0 to `most` that fits: sizes grow with what is kept. */
function largest(most: number, fits: (size: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
