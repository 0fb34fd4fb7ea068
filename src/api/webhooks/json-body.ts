import { toUSVString } from 'node:util';
import type { Decoded } from './door.js';

const MAX_DEPTH = 64;
const MAX_KEYS = 20_000;
/** Half a character can only come escaped: as bytes it is no UTF-8. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * Reads a JSON object within limits. Nesting is bounded because a body that nests deeper than the stack is accepted by
 * `JSON.parse` and then fails for ever in `JSON.stringify`, which is how it would reach a workflow.
 * Invalid UTF-8 becomes U+FFFD, and so does half a surrogate pair, which the model's API would refuse; of duplicate keys
 * the last wins.
 */
export function decodeJson(raw: Buffer): Decoded {
  if (raw.length === 0) {
    return { ok: false, reason: 'the body is empty' };
  }
  return decodeJsonText(raw.toString('utf8'));
}

/** The same for text that came inside a form field. */
export function decodeJsonText(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'the body is not valid JSON' };
  }
  if (!isObject(value)) {
    return { ok: false, reason: 'the body is not a JSON object' };
  }
  const reason = whyTooLarge(value);
  if (reason !== null) {
    return { ok: false, reason };
  }
  if (ESCAPED_SURROGATE.test(text)) {
    repairTexts(value);
  }
  return { ok: true, body: value };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Level by level, without recursion: the input decides the depth. */
function whyTooLarge(root: object): string | null {
  let level: object[] = [root];
  let keys = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      return `the body nests deeper than ${MAX_DEPTH} levels`;
    }
    const next: object[] = [];
    for (const node of level) {
      const members: readonly unknown[] = Array.isArray(node) ? node : Object.values(node);
      keys += members.length;
      if (keys > MAX_KEYS) {
        return `the body has more than ${MAX_KEYS} members`;
      }
      for (const member of members) {
        if (member !== null && typeof member === 'object') {
          next.push(member);
        }
      }
    }
    level = next;
  }
  return null;
}

/** In place, and not deeper than `MAX_DEPTH`. Own members are replaced and none is made: a `__proto__` stays a plain key. */
function repairTexts(node: object): void {
  for (const [key, member] of Object.entries(node)) {
    if (typeof member === 'string') {
      Object.defineProperty(node, key, { value: toUSVString(member) });
    } else if (member !== null && typeof member === 'object') {
      repairTexts(member as object);
    }
  }
}
