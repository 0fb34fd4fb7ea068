/** The fields of Jira's bodies that are read. Cloud, Data Center and servers of 2017 send the same names with different gaps. */
import { z } from 'zod';
import { EVENT_TITLE_LIMIT } from '../../domain/event.js';
import { idText, maybe, optionalAddress, optionalText, textUpTo } from './fields.js';

const title = textUpTo(EVENT_TITLE_LIMIT);

const user = maybe(
  z.object({
    accountId: optionalText,
    key: optionalText,
    name: optionalText,
    displayName: optionalText,
    accountType: optionalText,
  }),
);

const issue = z.object({
  // An id or a key of another type is a reason to distrust the body, so these two are not lenient.
  id: idText.nullish().transform((id) => id ?? null),
  key: z
    .string()
    .nullish()
    .transform((key) => key ?? null),
  self: optionalAddress,
  fields: maybe(z.object({ summary: title, project: maybe(z.object({ key: optionalText })) })),
});

const comment = z.object({
  id: idText,
  self: optionalAddress,
  /** Wiki markup, or ADF. */
  body: z.unknown().optional(),
  author: user,
  updateAuthor: user,
  created: optionalText,
  updated: optionalText,
});

const changelog = maybe(
  z.object({
    id: maybe(idText),
    // Items are read by hand: one of their keys is called `toString`, which every object seems to have.
    items: maybe(z.array(z.unknown())),
  }),
);

export const issueBody = z.object({
  user,
  issue,
  changelog,
  comment: maybe(comment),
  issue_event_type_name: optionalText,
});

/** Server's comment events carry no `issue`; its id stands in `comment.self`. */
export const commentBody = z.object({
  user,
  issue: issue.nullish().transform((given) => given ?? null),
  comment,
});

export const sprintBody = z.object({
  user,
  sprint: z.object({
    id: z.number().int().nonnegative(),
    self: optionalAddress,
    name: title,
    state: optionalText,
    originBoardId: maybe(z.number().int()),
    goal: title,
    completeDate: optionalText,
  }),
  /** The sprint as it was; only on `sprint_updated`. */
  oldValue: maybe(z.object({ state: optionalText })),
});

export const linkBody = z.object({
  user,
  issueLink: z.object({
    id: idText,
    self: optionalAddress,
    sourceIssueId: idText,
    destinationIssueId: idText,
    issueLinkType: maybe(z.object({ name: optionalText })),
  }),
});

export type JiraUser = z.output<typeof user>;
export type JiraIssue = z.output<typeof issue>;
export type JiraComment = z.output<typeof comment>;
export type JiraChangelog = z.output<typeof changelog>;
