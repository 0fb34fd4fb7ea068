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

/** All input tokens of a request, cached or not. The schema of the reply is told to the model too. */
export function inputTokens(body: unknown): number {
  return blocksOf(body).reduce<number>((sum, block) => sum + tokensIn(block), 0);
}

export interface UsageMeter {
  /** Counts a request and remembers its cached prefixes. */
  measure(body: unknown, now: Date): Usage;
}

/**
 * Tokens of the shortest prefix that is cached: the most that the vendor documents for any of its models (512 to 4,096). What is
 * shorter is read in full, marked or not, and no error says so.
 */
const SHORTEST_CACHED = 4_096;

/** Up to so many blocks before a breakpoint the vendor looks for a prefix that it knows. */
const LOOKS_BACK = 20;

/** Knows the prefixes of the last five minutes, for as long as the process lives. */
export function createUsageMeter(): UsageMeter {
  const lastUse = new Map<string, number>();
  return {
    measure: (body, now) => {
      forget(lastUse, now.getTime());
      const prefixes = prefixesOf(body);
      const marked = prefixes.filter(({ isMarked }) => isMarked);
      const looked = prefixes.filter(({ index }) =>
        marked.some((one) => index <= one.index && index > one.index - LOOKS_BACK),
      );
      const known = looked.findLast(({ key }) => lastUse.has(key));
      for (const { key } of [...marked, ...(known === undefined ? [] : [known])]) {
        lastUse.set(key, now.getTime());
      }
      const read = known?.tokens ?? 0;
      const cached = marked.at(-1)?.tokens ?? 0;
      return {
        input_tokens: inputTokens(body) - Math.max(read, cached),
        cache_creation_input_tokens: Math.max(0, cached - read),
        cache_read_input_tokens: read,
      };
    },
  };
}

interface Prefix {
  readonly index: number;
  readonly key: string;
  readonly tokens: number;
  readonly isMarked: boolean;
}

/**
 * Each beginning of the request, in the order in which the model reads it. Another `tool_choice` leaves what is cached of the tools
 * and the system part, and drops what is cached of the messages.
 */
function prefixesOf(body: unknown): readonly Prefix[] {
  const hash = createHash('sha256').update(String(textAt(body, 'model')));
  const beforeMessages = headOf(body).length;
  let tokens = 0;
  return blocksOf(body).map((block, index) => {
    const { cache_control: mark, ...rest } = Object(block) as Record<string, unknown>;
    tokens += tokensIn(block);
    if (index === beforeMessages) {
      hash.update(JSON.stringify(at(body, 'tool_choice') ?? { type: 'auto' }));
    }
    hash.update(JSON.stringify(typeof block === 'object' ? rest : block));
    return {
      index,
      key: hash.copy().digest('hex'),
      tokens,
      isMarked: mark !== undefined && tokens >= SHORTEST_CACHED,
    };
  });
}

/** What stands before the messages: tools, the reply's schema (the vendor makes a system prompt of it), the system part. */
function headOf(body: unknown): readonly unknown[] {
  const system = at(body, 'system');
  const format = at(body, 'output_config', 'format');
  return [
    ...listAt(body, 'tools'),
    ...(format === undefined ? [] : [{ format }]),
    ...(typeof system === 'string' ? [system] : listAt(body, 'system')),
  ];
}

/** In the vendor's order. */
function blocksOf(body: unknown): readonly unknown[] {
  return [
    ...headOf(body),
    ...listAt(body, 'messages').flatMap((message) => {
      const content = at(message, 'content');
      const blocks = typeof content === 'string' ? [content] : listAt(message, 'content');
      return blocks.map((block) => ({ role: at(message, 'role'), ...asRecord(block) }));
    }),
  ];
}

function asRecord(block: unknown): Record<string, unknown> {
  return typeof block === 'object' && block !== null ? { ...block } : { text: block };
}

function forget(lastUse: Map<string, number>, now: number): void {
  for (const [key, at] of lastUse) {
    if (now - at > CACHE_MS) {
      lastUse.delete(key);
    }
  }
}
