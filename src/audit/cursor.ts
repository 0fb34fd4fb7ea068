/** Page cursors: opaque to callers, the sort key of the last row inside. */
import type { Paged } from './mirror-reader.js';

interface Position {
  readonly at: string;
  readonly id: string;
}

/** A cursor that no listing gave out. The API answers 400. */
export class BadCursorError extends Error {
  override readonly name = 'BadCursorError';
}

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.at, position.id])).toString('base64url');
}

/** Throws `BadCursorError` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string | null): Position | null {
  if (cursor === null) {
    return null;
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(value) &&
      value.length === 2 &&
      typeof value[0] === 'string' &&
      typeof value[1] === 'string'
    ) {
      return { at: value[0], id: value[1] };
    }
  } catch {
    // falls through to the one error below
  }
  throw new BadCursorError(
    'cursor: not one that a listing gave out; leave it away to start at the first page',
  );
}

/** `rows` holds up to one row more than `limit`: that one only tells whether a next page exists. */
export function pageOf<T>(rows: readonly T[], limit: number, positionOf: (row: T) => Position): Paged<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor(positionOf(last)) : null };
}
