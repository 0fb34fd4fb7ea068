/** What Bitbucket Cloud's 2.0 answers must hold for us: only fields that are read. Former users come without names. */
import { z } from 'zod';

const text = z.string().nullish();

export const accountSchema = z.object({
  uuid: text,
  account_id: text,
  username: text,
  nickname: text,
  display_name: text,
  /** `app_user` for an app. */
  type: text,
});
export type AccountJson = z.infer<typeof accountSchema>;

const endSchema = z.object({
  branch: z.object({ name: text }).nullish(),
  commit: z.object({ hash: text }).nullish(),
});

export const pullRequestSchema = z.object({
  id: z.number(),
  title: z.string(),
  description: text,
  summary: z.object({ raw: text }).nullish(),
  state: z.string(),
  draft: z.boolean().nullish(),
  author: accountSchema.nullish(),
  source: endSchema.nullish(),
  destination: endSchema.nullish(),
  /** Absent in lists; participants then name the reviewers. */
  reviewers: z.array(accountSchema).nullish(),
  participants: z
    .array(
      z.object({ user: accountSchema.nullish(), role: text, state: text, approved: z.boolean().nullish() }),
    )
    .nullish(),
  created_on: z.string(),
  updated_on: z.string(),
  comment_count: z.number().nullish(),
});
export type PullRequestJson = z.infer<typeof pullRequestSchema>;

export const commentSchema = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  user: accountSchema.nullish(),
  content: z.object({ raw: text }).nullish(),
  created_on: z.string(),
  updated_on: text,
  deleted: z.boolean().nullish(),
  inline: z.object({ path: text, from: z.number().nullish(), to: z.number().nullish() }).nullish(),
});
export type CommentJson = z.infer<typeof commentSchema>;

const fileSchema = z.object({ path: text }).nullish();

export const diffstatSchema = z.object({
  status: z.string(),
  lines_added: z.number().nullish(),
  lines_removed: z.number().nullish(),
  old: fileSchema,
  new: fileSchema,
});

export const commitSchema = z.object({
  hash: z.string(),
  message: text,
  parents: z.array(z.object({ hash: z.string() })).nullish(),
});

export const commitStatusSchema = z.object({
  key: text,
  name: text,
  state: z.string(),
  url: text,
  updated_on: text,
});

export const repositorySchema = z.object({
  full_name: z.string(),
  mainbranch: z.object({ name: text }).nullish(),
});

/** One page of anything; `next` is there while more follows. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ values: z.array(item), next: text });
}
