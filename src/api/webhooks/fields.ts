/**
 * Building blocks of the vendors' schemas: tolerant, because old servers leave out and respell what new ones send. Texts are
 * cut where they are read, so that no body makes an event that Temporal would not take.
 */
import { z } from 'zod';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_NAME_LIMIT } from '../../domain/event.js';

export { cutText };

/** Ids come as strings from one event and as numbers from the next. */
export const idText = z.union([z.string().min(1).max(EVENT_NAME_LIMIT), z.number().transform(String)]);

/** At most so many characters of a text where there is one; everything else, missing or of another type, is null. */
export function textUpTo(limit: number) {
  return z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? cutText(value, limit) : null));
}

/** A name, an id, a date: short text where there is one, else null. */
export const optionalText = textUpTo(EVENT_NAME_LIMIT);

/** An address where there is one, else null. */
export const optionalAddress = textUpTo(1_000);

/** What fits the schema; everything else, missing or of another shape, is null: a part that may be absent never spoils the whole. */
export function maybe<S extends z.ZodType>(schema: S) {
  return z
    .unknown()
    .optional()
    .transform((value): z.output<S> | null => {
      const parsed = value === null || value === undefined ? null : schema.safeParse(value);
      return parsed?.success === true ? parsed.data : null;
    });
}

/** The first problem of a failed parse in a few words: which field, and what it should have been. */
export function shapeProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined
    ? 'it has another shape'
    : `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`;
}

/** ISO 8601 UTC of a vendor's time in milliseconds or in words; null for anything that is not a time. */
export function isoTime(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return null;
  }
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
