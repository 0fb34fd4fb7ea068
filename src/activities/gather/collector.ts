/** Collects context items and notes what was left out. */
import type { ContextItem, ContextItemKind, ContextRead } from '../../domain/context.js';
import { IntegrationError, isOutOfSight } from '../../integrations/integration-error.js';
import { fingerprint } from '../fingerprint.js';

/** Longest text that an item carries: head and tail of it, with a mark between. */
export const TEXT_LIMIT = 4_000;
const TAIL = 1_000;
/** Newest entries kept of any list. */
export const LIST_LIMIT = 20;

/** Who told an item; `fetchedAt` where it was not just now. */
export type ItemOrigin = Pick<ContextItem, 'source' | 'filled'> & Partial<Pick<ContextItem, 'fetchedAt'>>;

export interface Collector {
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  readonly reads: readonly ContextRead[];
  /** `origin`: a source, where there is no more to say of it. */
  add(
    kind: ContextItemKind,
    id: string,
    origin: string | ItemOrigin,
    data: Readonly<Record<string, unknown>>,
  ): void;
  noteRead(read: ContextRead): void;
  /** The text, cut in the middle where it is too long. */
  text(value: string, what: string): string;
  /** The newest of a list that stands oldest first. `total`: how many there are at the vendor. */
  newest<T>(list: readonly T[], what: string, total?: number): readonly T[];
  /** The first of a list that has no order in time. */
  first<T>(list: readonly T[], most: number, what: string): readonly T[];
  /** Says that something is not there, and why. */
  leaveOut(what: string): void;
  /** A read that never stands in the way, whatever the vendor says: null, with a note, where it fails. */
  dispensable<T>(read: Promise<T>, what: string): Promise<T | null>;
  /** A read that the context needs, if it is not too long to be read: null, with a note, where it is. */
  inSight<T>(read: Promise<T>, what: string): Promise<T | null>;
  /** A read that the context can do without: null, with a note, where the vendor has nothing or forbids it. */
  optional<T>(read: Promise<T>, what: string): Promise<T | null>;
}

/** @param fetchedAt ISO 8601 UTC */
export function createCollector(fetchedAt: string): Collector {
  const items: ContextItem[] = [];
  const omitted: string[] = [];
  const reads: ContextRead[] = [];
  const unless = async <T>(
    read: Promise<T>,
    mayFail: (error: unknown) => boolean,
    what: string,
  ): Promise<T | null> => {
    try {
      return await read;
    } catch (error) {
      if (!mayFail(error)) {
        throw error;
      }
      omitted.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  return {
    items,
    omitted,
    reads,
    add(kind, id, origin, data) {
      const taken = items.filter((item) => item.id === id || item.id.startsWith(`${id}~`)).length;
      const unique = taken === 0 ? id : `${id}~${taken + 1}`;
      const told = typeof origin === 'string' ? { source: origin } : origin;
      items.push({ id: unique, kind, fetchedAt, ...told, hash: fingerprint(data), data });
    },
    noteRead: (read) => void reads.push(read),
    leaveOut: (what) => void omitted.push(what),
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
    first(list, most, what) {
      if (list.length > most) {
        omitted.push(`${list.length - most} ${what} (first ${most} kept)`);
      }
      return list.slice(0, most);
    },
    dispensable: (read, what) => unless(read, (error) => error instanceof IntegrationError, what),
    inSight: (read, what) => unless(read, isOutOfSight, what),
    optional: (read, what) => unless(read, isDispensable, what),
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

/** Not there, not allowed, not understood, too long to be read: the rest of the context still stands. Bad credentials do not count. */
function isDispensable(error: unknown): boolean {
  return (
    error instanceof IntegrationError &&
    !error.retryable &&
    (['not_found', 'invalid', 'out_of_sight'].includes(error.code) ||
      [403, 404, 410].includes(error.status ?? 0))
  );
}
