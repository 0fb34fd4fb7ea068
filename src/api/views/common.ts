/** Shapes that every listing and every failure share. They validate nothing at run time: they are the OpenAPI document, and tests hold answers against them. */
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

extendZodWithOpenApi(z);

export const time = z.string().openapi({ format: 'date-time', description: 'ISO 8601 UTC' });

export const jsonObject = z.record(z.string(), z.unknown());

export const errorShape = z
  .object({
    error: z.looseObject({
      code: z.string().openapi({ example: 'not_found' }),
      message: z.string().openapi({ example: 'cycle-jira-1 is not known here' }),
    }),
    requestId: z.string(),
  })
  .openapi('Error');

export function listOf<T extends z.ZodType>(name: string, item: T) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().openapi({ description: 'null on the last page' }),
    })
    .openapi(name);
}

/** What was asked for is kept, and is done when a worker is back. */
export const recordedShape = z.object({ status: z.literal('recorded') }).openapi('DecisionRecorded');

/** A person's own words, for the record. */
export function remark(description: string) {
  return z.string().trim().min(1).max(2_000).optional().openapi({ description });
}

/** The body of what a person may give a reason for. */
export function reasonBody(name: string) {
  return z.strictObject({ reason: remark('Tells the others why; it stands in the audit log') }).openapi(name);
}

/** What every listing takes. */
export const pageQuery = {
  limit: z.coerce.number('a number from 1 to 500').int().min(1).max(500).default(50),
  cursor: z.string().min(1).max(500).optional(),
};

export function pageOf(query: { readonly limit: number; readonly cursor?: string | undefined }) {
  return { limit: query.limit, cursor: query.cursor ?? null };
}

/** The mirror's JSON columns; null stays null. */
export function parseJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
