/** Building blocks of the vendors' schemas: tolerant, because old servers leave out and respell what new ones send. */
import { z } from 'zod';

export { cutText } from '../../domain/cut-text.js';

/** Ids come as strings from one event and as numbers from the next. */
export const idText = z.union([z.string().min(1).max(200), z.number().transform(String)]);

/** Text where there is one; everything else, missing or of another type, is null. */
export const optionalText = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : null));

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
