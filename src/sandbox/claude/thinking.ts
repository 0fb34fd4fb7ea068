/**
 * What the model thought, signed over everything before it: given back, it counts only where that is unchanged
 * (platform.claude.com/docs, prefix checks on thinking blocks). Marks for the cache, other parameters, and earlier thoughts are no part
 * of that.
 */
import { createHash } from 'node:crypto';
import { at, isRecord, listAt, textAt } from '../loose-json.js';

const MADE_HERE = 'sandbox-';
const PARTS = ['system', 'tools', 'messages'] as const;
type Part = (typeof PARTS)[number];

/** The blocks of a reply to this request, each thought without a signature signed. */
export function signed(request: unknown, blocks: readonly unknown[]): readonly unknown[] {
  const signature = `${MADE_HERE}${PARTS.map((part) => hashOf(prefixPart(request, part))).join('-')}`;
  return blocks.map((block) =>
    isRecord(block) && block.type === 'thinking' && block.signature === undefined
      ? { ...block, signature: `${signature}-${hashOf(block.thinking)}` }
      : block,
  );
}

/** The vendor's sentence about the first thought that is not taken back; null where all of them are. Foreign signatures pass. */
export function thinkingProblem(request: unknown): string | null {
  for (const [index, message] of listAt(request, 'messages').entries()) {
    for (const [position, block] of listAt(message, 'content').entries()) {
      const problem = textAt(block, 'type') === 'thinking' ? problemOf(request, block, index) : null;
      if (problem !== null) {
        return `messages.${index}.content.${position}: Invalid \`signature\` in \`thinking\` block${problem}`;
      }
    }
  }
  return null;
}

function problemOf(request: unknown, block: unknown, index: number): string | null {
  const signature = textAt(block, 'signature') ?? '';
  if (!signature.startsWith(MADE_HERE)) {
    return null;
  }
  const [thought, ...before] = signature.slice(MADE_HERE.length).split('-').reverse();
  if (thought !== hashOf(at(block, 'thinking'))) {
    return '';
  }
  const then = before.reverse();
  const now = {
    ...(isRecord(request) ? request : {}),
    messages: listAt(request, 'messages').slice(0, index),
  };
  const changed = PARTS.find((part, place) => then[place] !== hashOf(prefixPart(now, part)));
  return changed === undefined ? null : BOUND + DIFFERS[changed];
}

const BOUND =
  '. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block". That setting requires the `thinking-binding-controls-2026-08-01` value in the `anthropic-beta` header. ';
const DIFFERS: Readonly<Record<Part, string>> = {
  system: 'The `system` prompt differs from the one this block was created with.',
  tools: 'The `tools` list differs from the one this block was created with.',
  messages: 'Content before this block differs from when it was created.',
};

function prefixPart(request: unknown, part: Part): unknown {
  const value = at(request, part) ?? null;
  return part === 'messages'
    ? listAt(request, 'messages').map((message) => ({
        role: at(message, 'role'),
        content: Array.isArray(at(message, 'content'))
          ? listAt(message, 'content').filter((block) => textAt(block, 'type') !== 'thinking')
          : at(message, 'content'),
      }))
    : value;
}

/** Members in the order in which they came: in another order the model reads another text. */
function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (name, member: unknown) =>
    name === 'cache_control' ? undefined : member,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
