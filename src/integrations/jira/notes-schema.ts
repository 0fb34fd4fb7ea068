/** What Jira's answers must hold for status notes: only fields that are read. */
import { z } from 'zod';
import { idSchema, userSchema } from './schema.js';

const text = z.string().nullish();

export const noteSchema = z.object({
  id: idSchema,
  author: userSchema.nullish(),
  updateAuthor: userSchema.nullish(),
  /** ADF (v3) or wiki text (v2). */
  body: z.unknown().optional(),
  created: text,
  updated: text,
});

export const notesPageSchema = z.object({ comments: z.array(noteSchema) });

/** The value of our property on a comment that is a note. */
export const markerSchema = z.object({
  actionId: z.string(),
  answers: z.array(z.string()).default([]),
  note: z.object({ words: z.string() }).optional(),
});
export type MarkerJson = z.infer<typeof markerSchema>;

/** What puts a note back. */
export const keptSchema = z.object({ body: z.unknown(), marker: markerSchema.nullable() });
