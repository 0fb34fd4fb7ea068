/** What Jira's REST answers must hold for us: only fields that are read. Old servers and trimmed answers leave out many. */
import { z } from 'zod';

const text = z.string().nullish();

export const userSchema = z.object({
  accountId: text,
  /** Servers before 2019 name users by key. */
  key: text,
  name: text,
  /** Beside a server's name, where webhooks say the key (data-center.ts). */
  userKey: text,
  displayName: text,
  accountType: text,
});
export type UserJson = z.infer<typeof userSchema>;

export const usersSchema = z.array(userSchema);

export const idSchema = z.union([z.string(), z.number()]).transform(String);

const namedSchema = z.object({ name: text }).nullish();

export const statusSchema = z
  .object({ name: text, statusCategory: z.object({ key: text }).nullish() })
  .nullish();

const commentSchema = z.object({
  id: idSchema,
  author: userSchema.nullish(),
  /** ADF (v3) or wiki text (v2). */
  body: z.unknown().optional(),
  created: text,
  updated: text,
});
export type CommentJson = z.infer<typeof commentSchema>;

/** With who wrote it last. */
export const writtenCommentSchema = commentSchema.extend({ updateAuthor: userSchema.nullish() });

export const commentPageSchema = z.object({
  comments: z.array(commentSchema).nullish(),
  total: z.number().nullish(),
});

export const commentListSchema = z.object({
  values: z.array(
    z.object({
      id: idSchema,
      properties: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).nullish(),
    }),
  ),
});

/** The value of our property of a comment. Comments from before it named what it answers hold the action's id alone. */
export const markerSchema = z.object({ actionId: z.string(), answers: z.array(z.string()).nullish() });

export const createdSchema = z.object({ id: idSchema });

export const issueNameSchema = z.object({ id: idSchema, key: z.string() });

export const relatedIssueSchema = z
  .object({
    id: idSchema.nullish(),
    key: text,
    fields: z.object({ summary: text, status: statusSchema }).nullish(),
  })
  .nullish();

export const linkSchema = z.object({
  id: idSchema.nullish(),
  type: z.object({ name: text, inward: text, outward: text }).nullish(),
  inwardIssue: relatedIssueSchema,
  outwardIssue: relatedIssueSchema,
});
export type LinkJson = z.infer<typeof linkSchema>;

/** Loose: the item has a key called `toString`, which every object inherits; it is read as an own property only. */
const changeItemSchema = z.looseObject({ field: text, fieldId: text, fromString: text });

export const historySchema = z.object({
  id: idSchema,
  created: text,
  author: userSchema.nullish(),
  items: z.array(changeItemSchema).nullish(),
});
export type HistoryJson = z.infer<typeof historySchema>;

/** Loose: the sprint stands in a custom field whose id differs from site to site. */
const fieldsSchema = z.looseObject({
  summary: text,
  description: z.unknown().optional(),
  issuetype: namedSchema,
  status: statusSchema,
  priority: namedSchema,
  assignee: userSchema.nullish(),
  reporter: userSchema.nullish(),
  labels: z.array(z.string()).nullish(),
  duedate: text,
  created: text,
  updated: text,
  project: z.object({ key: text }).nullish(),
  parent: z.object({ key: text }).nullish(),
  subtasks: z.array(relatedIssueSchema).nullish(),
  issuelinks: z.array(linkSchema).nullish(),
  /** A page; the vendor's own documentation shows a bare list. */
  comment: z
    .union([
      commentPageSchema,
      z.array(commentSchema).transform((comments) => ({ comments, total: comments.length })),
    ])
    .nullish(),
});
export type FieldsJson = z.infer<typeof fieldsSchema>;

/** What a field on a transition's screen can be; others (versions of a cascade, …) have no name. */
export const allowedValueSchema = z.object({ id: idSchema, name: z.string() });

export const transitionsSchema = z.object({
  transitions: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      to: statusSchema,
      isAvailable: z.boolean().nullish(),
      /** By field id; only where `transitions.fields` was expanded. */
      fields: z
        .record(
          z.string(),
          z.object({
            name: text,
            required: z.boolean().nullish(),
            hasDefaultValue: z.boolean().nullish(),
            /** Of every kind of thing; what has neither id nor name is of no use here. */
            allowedValues: z.array(z.unknown()).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

export const issueSchema = z.object({
  id: idSchema.nullish(),
  key: z.string(),
  fields: fieldsSchema,
  changelog: z.object({ histories: z.array(historySchema).nullish() }).nullish(),
  transitions: transitionsSchema.shape.transitions.nullish(),
  /** Of its fields by their ids; only where `names` was expanded. */
  names: z.record(z.string(), z.string()).nullish(),
});
export type IssueJson = z.infer<typeof issueSchema>;

export const sprintSchema = z.object({
  id: z.number(),
  name: z.string(),
  state: z.string(),
  goal: text,
  startDate: text,
  endDate: text,
});
export type SprintJson = z.infer<typeof sprintSchema>;

const sprintIssueSchema = z.object({ key: z.string(), fields: fieldsSchema.nullish() });
export type SprintIssueJson = z.infer<typeof sprintIssueSchema>;

export const sprintIssuesSchema = z.object({
  total: z.number().nullish(),
  issues: z.array(sprintIssueSchema),
});
