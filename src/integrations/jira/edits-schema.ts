/** What Jira's answers must hold for the edits: only fields that are read. */
import { z } from 'zod';
import { idSchema, markerSchema, sprintSchema, userSchema } from './schema.js';

const text = z.string().nullish();

/** A field that one project alone has says which. */
const fieldSchema = z.object({
  id: z.string(),
  name: z.string(),
  schema: z.object({ type: text, custom: text }).nullish(),
  scope: z.object({ project: z.object({ id: idSchema }).nullish() }).nullish(),
});
export type FieldJson = z.infer<typeof fieldSchema>;

export const fieldListSchema = z.array(fieldSchema);

export const looseFieldsSchema = z.object({ fields: z.record(z.string(), z.unknown()) });

export const resolutionSchema = z.object({
  fields: z.object({ resolution: z.object({ name: text }).nullish() }),
});

const boardSchema = z.object({ id: z.number(), type: text });
export type BoardJson = z.infer<typeof boardSchema>;

export const boardsSchema = z.object({ values: z.array(boardSchema), isLast: z.boolean().nullish() });

export const sprintsSchema = z.object({ values: z.array(sprintSchema) });

export const commentStandingSchema = z.object({
  created: text,
  updated: text,
  updateAuthor: userSchema.nullish(),
});

export const linkTypesSchema = z.object({
  issueLinkTypes: z.array(z.object({ name: z.string(), inward: z.string(), outward: z.string() })),
});

export const projectSchema = z.object({
  issueTypes: z.array(z.object({ id: idSchema, name: z.string(), subtask: z.boolean().nullish() })).nullish(),
});

export const createdIssueSchema = z.object({ key: z.string() });

/** Somebody else's property under our key is no marker. */
export const markedIssuesSchema = z.object({
  nextPageToken: text,
  issues: z.array(
    z.object({
      key: z.string(),
      properties: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

export function markerIn(properties: Readonly<Record<string, unknown>> | null | undefined, key: string) {
  return markerSchema.safeParse(properties?.[key]).data ?? null;
}
