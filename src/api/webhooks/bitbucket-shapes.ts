/** The fields of Bitbucket's bodies that are read: Cloud's first, Data Center's below. */
import { z } from 'zod';
import { EVENT_TEXT_LIMIT, EVENT_TITLE_LIMIT } from '../../domain/event.js';
import { idText, maybe, optionalAddress, optionalText, textUpTo } from './fields.js';

const title = textUpTo(EVENT_TITLE_LIMIT);
const words = textUpTo(EVENT_TEXT_LIMIT);

const account = maybe(
  z.object({
    uuid: optionalText,
    account_id: optionalText,
    username: optionalText,
    nickname: optionalText,
    display_name: optionalText,
    type: optionalText,
  }),
);

const repository = z.object({
  full_name: z.string(),
  workspace: maybe(z.object({ slug: optionalText })),
});

const dated = maybe(z.object({ date: optionalText }));

export const pullRequestBody = z.object({
  actor: account,
  repository,
  pullrequest: z.object({
    id: z.number().int().positive(),
    title,
    state: z.string(),
    updated_on: optionalText,
  }),
  approval: dated,
  changes_request: dated,
  comment: maybe(
    z.object({ id: idText, content: maybe(z.object({ raw: words })), created_on: optionalText }),
  ),
});

const ref = maybe(z.object({ name: title, target: maybe(z.object({ hash: optionalText })) }));

export const pushBody = z.object({
  actor: account,
  repository,
  push: z.object({
    changes: z.array(
      z.object({
        old: ref,
        /** Null when a branch or tag was deleted. */
        new: ref,
        commits: maybe(z.array(z.object({ message: title }))),
      }),
    ),
  }),
});

export const statusBody = z.object({
  actor: account,
  repository,
  commit_status: z.object({
    key: optionalText,
    name: title,
    state: z.string(),
    refname: title,
    updated_on: optionalText,
    commit: maybe(z.object({ hash: optionalText })),
    links: maybe(z.object({ commit: maybe(z.object({ href: optionalAddress })) })),
  }),
});

const dcUser = maybe(
  z.object({ id: maybe(idText), name: optionalText, displayName: optionalText, type: optionalText }),
);

const dcRepository = z.object({ slug: z.string(), project: z.object({ key: z.string() }) });

export const dcPullRequestBody = z.object({
  eventKey: z.string(),
  date: optionalText,
  actor: dcUser,
  pullRequest: z.object({
    id: z.number().int().positive(),
    title,
    toRef: z.object({ repository: dcRepository }),
  }),
  comment: maybe(z.object({ id: idText, text: words })),
});

export const dcPushBody = z.object({
  eventKey: z.string(),
  date: optionalText,
  actor: dcUser,
  repository: dcRepository,
  changes: z.array(
    z.object({ ref: z.object({ displayId: z.string() }), toHash: optionalText, type: optionalText }),
  ),
});

export type BitbucketAccount = z.output<typeof account>;
export type BitbucketRepository = z.output<typeof repository>;
export type BitbucketPullRequestBody = z.output<typeof pullRequestBody>;
export type DataCenterPullRequestBody = z.output<typeof dcPullRequestBody>;
export type DataCenterUser = z.output<typeof dcUser>;
export type DataCenterRepository = z.output<typeof dcRepository>;
