/** What Jira's answers must hold for status notes: only fields that are read. */
import { z } from 'zod';
import { commentPageSchema, writtenCommentSchema } from './schema.js';

export const notesPageSchema = commentPageSchema.extend({ comments: z.array(writtenCommentSchema) });

/** The value of our property on a comment that is a note. */
export const markerSchema = z.object({
  actionId: z.string(),
  answers: z.array(z.string()).default([]),
  note: z.object({ words: z.string() }).optional(),
});
export type MarkerJson = z.infer<typeof markerSchema>;

/** What puts a note back. */
export const keptSchema = z.object({ body: z.unknown(), marker: markerSchema.nullable() });
