/** Collects context items and notes what was left out. */
import type { ContextItem, ContextItemKind } from '../../domain/context.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import { fingerprint } from '../fingerprint.js';

/** Longest text that an item carries: head and tail of it, with a mark between. */
export const TEXT_LIMIT = 4_000;
const TAIL = 1_000;
/** Newest entries kept of any list. */
export const LIST_LIMIT = 20;

export interface Collector {
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  add(kind: ContextItemKind, id: string, source: string, data: Readonly<Record<string, unknown>>): void;
  /** The text, cut in the middle where it is too long. */
  text(value: string, what: string): string;
  /** The newest of a list that stands oldest first. `total`: how many there are at the vendor. */
  newest<T>(list: readonly T[], what: string, total?: number): readonly T[];
  /** A read that the context can do without: null, with a note, where the vendor has nothing or forbids it. */
  optional<T>(read: Promise<T>, what: string): Promise<T | null>;
}

/** @param fetchedAt ISO 8601 UTC */
export function createCollector(fetchedAt: string): Collector {
  const items: ContextItem[] = [];
  const omitted: string[] = [];
  return {
    items,
    omitted,
    add(kind, id, source, data) {
      const taken = items.filter((item) => item.id === id || item.id.startsWith(`${id}~`)).length;
      const unique = taken === 0 ? id : `${id}~${taken + 1}`;
      items.push({ id: unique, kind, source, fetchedAt, hash: fingerprint(data), data });
    },
    text(value, what) {
      if (value.length > TEXT_LIMIT) {
        omitted.push(`${value.length - TEXT_LIMIT} characters out of the middle of ${what}`);
      }
      return headAndTail(value);
    },
    newest(list, what, total = list.length) {
      const kept = list.slice(-LIST_LIMIT);
      if (Math.max(total, list.length) > kept.length) {
        omitted.push(
          `${Math.max(total, list.length) - kept.length} older ${what} (newest ${kept.length} kept)`,
        );
      }
      return kept;
    },
    async optional(read, what) {
      try {
        return await read;
      } catch (error) {
        if (!isDispensable(error)) {
          throw error;
        }
        omitted.push(`${what}: ${error.message}`);
        return null;
      }
    },
  };
}

/** At most TEXT_LIMIT characters of the text; never half a surrogate pair. */
export function headAndTail(text: string): string {
  if (text.length <= TEXT_LIMIT) {
    return text;
  }
  const mark = `\n[… ${text.length - TEXT_LIMIT} characters left out …]\n`;
  const head = text.slice(0, TEXT_LIMIT - TAIL - mark.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${head}${mark}${text.slice(-TAIL).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** Not there, not allowed, not understood: the rest of the context still stands. Bad credentials do not count. */
function isDispensable(error: unknown): error is IntegrationError {
  return (
    error instanceof IntegrationError &&
    !error.retryable &&
    (['not_found', 'invalid'].includes(error.code) || [403, 404, 410].includes(error.status ?? 0))
  );
}
