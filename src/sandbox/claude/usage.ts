/** Token counts made up from sizes: four characters a token, which is about right for English and JSON. */
import { createHash } from 'node:crypto';
import { at, listAt, textAt } from '../loose-json.js';

export interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** How long a cached prefix lives after its last use; the vendor's default for `ephemeral`. */
const CACHE_MS = 5 * 60_000;

const CHARACTERS_PER_TOKEN = 4;

export function tokensIn(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** All input tokens of a request, cached or not. */
export function inputTokens(body: unknown): number {
  return tokensIn([at(body, 'system'), at(body, 'tools'), at(body, 'messages')]);
}

export interface UsageMeter {
  /** Counts a request and remembers its cached prefix. */
  measure(body: unknown, now: Date): Usage;
}

/** Knows the prefixes of the last five minutes, for as long as the process lives. */
export function createUsageMeter(): UsageMeter {
  const lastUse = new Map<string, number>();
  return {
    measure: (body, now) => {
      const total = inputTokens(body);
      const prefix = cachedPrefix(body);
      if (prefix === null) {
        return { input_tokens: total, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
      }
      const known = remember(lastUse, prefix, now.getTime());
      const cached = Math.min(tokensIn(prefix), total);
      return {
        input_tokens: total - cached,
        cache_creation_input_tokens: known ? 0 : cached,
        cache_read_input_tokens: known ? cached : 0,
      };
    },
  };
}

function remember(lastUse: Map<string, number>, prefix: string, now: number): boolean {
  for (const [key, at] of lastUse) {
    if (now - at > CACHE_MS) {
      lastUse.delete(key);
    }
  }
  const key = createHash('sha256').update(prefix).digest('hex');
  const known = lastUse.has(key);
  lastUse.set(key, now);
  return known;
}

/** Model, tools and the system blocks up to the last one that asks to be cached; null where none does. */
function cachedPrefix(body: unknown): string | null {
  const system = listAt(body, 'system');
  const last = system.findLastIndex((block) => at(block, 'cache_control') !== undefined);
  return last === -1
    ? null
    : JSON.stringify([textAt(body, 'model'), at(body, 'tools') ?? null, system.slice(0, last + 1)]);
}
