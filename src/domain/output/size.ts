import { type Block, parseMarkdown } from '../markup/markdown.js';
import type { Span } from '../markup/markdown-inline.js';
import { NOTHING_ALLOWED } from '../markup/outgoing-text.js';

/** Longest text that an action may put before people: so much is read by an approver, and no vendor cuts it. */
export const ACTION_TEXT_LIMIT = 8_000;

const INVISIBLE = /[\s\p{DI}\p{Cf}\p{Cc}]/gu;

/** Nothing to read, or more than anybody reads; null otherwise. */
export function sizeRefusal(text: string): string | null {
  if (isInvisible(text)) {
    return 'the text is empty';
  }
  if (text.length > ACTION_TEXT_LIMIT) {
    return `the text has ${text.length} characters, more than the ${ACTION_TEXT_LIMIT} that are allowed`;
  }
  return parseMarkdown(text, NOTHING_ALLOWED).every(saysNothing)
    ? 'the text is markup with nothing in it to read'
    : null;
}

function isInvisible(text: string): boolean {
  return text.replace(INVISIBLE, '') === '';
}

/** An empty quote or heading, a rule. */
function saysNothing(block: Block): boolean {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.spans.every(isSilent);
    case 'code':
      return isInvisible(block.text);
    case 'quote':
      return block.blocks.every(saysNothing);
    case 'list':
      return block.items.flat().every(saysNothing);
    case 'rule':
      return true;
  }
}

function isSilent(span: Span): boolean {
  return span.kind === 'break' || (span.kind !== 'mention' && isInvisible(span.text));
}
