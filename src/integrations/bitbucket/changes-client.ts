/**
 * What happened to pull requests lately, over REST 2.0. The list is asked by `updated_on`; a pull request's activity
 * takes no filter (BCLOUD-21067), comes latest first and is paged by an opaque `ctx`.
 */
import type { z } from 'zod';
import { type HttpClient, segment } from '../http.js';
import { outOfSight } from '../out-of-sight.js';
import type {
  ActivityAccount,
  BitbucketChanges,
  PullRequestActivity,
  UpdatedPullRequest,
} from './changes.js';
import {
  type ActivityJson,
  activitySchema,
  type UpdatedPullRequestJson,
  updatedPullRequestSchema,
} from './changes-schema.js';
import { type BitbucketOptions, createBitbucketHttp, repositoryPath } from './client.js';
import { isoUtc } from './convert.js';
import { type AccountJson, pageOf } from './schema.js';

/** Each needs a read of its own. Bitbucket takes at most 50. */
const PULL_REQUESTS = 10;
const ENTRIES = 50;
/** Of one pull request: 10,000 entries. */
const MOST_PAGES = 200;
/** Without them only open ones are listed. */
const ALL_STATES = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'];

/** Answers with `IntegrationError` for every failure. */
export function createBitbucketChanges(options: BitbucketOptions): BitbucketChanges {
  const http = createBitbucketHttp(options);
  return {
    updatedPullRequests: async ({ repository, since, page }) => {
      const query = {
        q: `updated_on >= ${since.replace(/Z$/, '+00:00')}`,
        sort: '-updated_on',
        state: ALL_STATES,
        pagelen: PULL_REQUESTS,
        page,
      };
      const path = `${repositoryPath(repository)}/pullrequests`;
      const answer = await http.send({ method: 'GET', path, query }, pageOf(updatedPullRequestSchema));
      const hasMore = answer.next !== null && answer.next !== undefined && answer.values.length > 0;
      return {
        pullRequests: answer.values.map((json) => toUpdated(repository, json)),
        nextPage: hasMore ? page + 1 : null,
      };
    },
    activity: (repository, id, since) =>
      readActivity(http, `${repositoryPath(repository)}/pullrequests/${segment(String(id))}/activity`, since),
  };
}

function toUpdated(asked: string, json: UpdatedPullRequestJson): UpdatedPullRequest {
  return {
    repository: json.destination?.repository?.full_name ?? asked,
    id: json.id,
    title: json.title,
    createdOn: isoUtc(json.created_on),
    author: toAccount(json.author),
  };
}

/**
 * Entries of one page can be a little out of order: the reading ends with a page of which all is earlier. Throws an
 * `outOfSight` where it does not get there.
 */
async function readActivity(
  http: HttpClient,
  path: string,
  since: string,
): Promise<readonly PullRequestActivity[]> {
  const read: PullRequestActivity[] = [];
  let next: Readonly<Record<string, string>> | null = {};
  for (let page = 0; next !== null; page++) {
    if (page === MOST_PAGES) {
      throw outOfSight('bitbucket', `the entries of ${path}`, MOST_PAGES * ENTRIES);
    }
    const query: Record<string, string | number> = { pagelen: ENTRIES, ...next };
    const answer: z.infer<typeof activityPage> = await http.send(
      { method: 'GET', path, query },
      activityPage,
    );
    const entries = answer.values.flatMap(toActivity);
    read.push(...entries);
    const isEarlier = entries.length > 0 && entries.every((entry) => entry.at < since);
    next = isEarlier ? null : placeOf(answer.next);
  }
  return read;
}

const activityPage = pageOf(activitySchema);

/** What the vendor's `next` address says of the place; the address itself is never followed. */
function placeOf(next: string | null | undefined): Readonly<Record<string, string>> | null {
  if (next === null || next === undefined || !URL.canParse(next)) {
    return null;
  }
  const { searchParams } = new URL(next);
  const place = ['ctx', 'page'].flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return place.length === 0 ? null : Object.fromEntries(place);
}

function toActivity({ update, approval, changes_requested, comment }: ActivityJson): PullRequestActivity[] {
  if (update !== null && update !== undefined) {
    const { date, state, author } = update;
    return [{ kind: 'update', at: isoUtc(date), exactly: date, state, by: toAccount(author) }];
  }
  if (comment !== null && comment !== undefined) {
    const { id, content, user, created_on, deleted } = comment;
    const body = content?.raw ?? '';
    return deleted === true
      ? []
      : [{ kind: 'comment', at: isoUtc(created_on), id, body, by: toAccount(user) }];
  }
  const review = approval ?? changes_requested ?? null;
  const kind = approval === null || approval === undefined ? 'changes_request' : 'approval';
  return review === null ? [] : [{ kind, at: isoUtc(review.date), by: toAccount(review.user) }];
}

/** Null for the accounts of people who have left, which carry no id. */
function toAccount(account: AccountJson | null | undefined): ActivityAccount | null {
  const ids = [account?.uuid, account?.account_id, account?.username].filter(
    (id): id is string => typeof id === 'string' && id !== '',
  );
  return ids.length === 0
    ? null
    : {
        ids,
        name: account?.display_name ?? account?.nickname ?? null,
        isApp: account?.type === 'app_user',
      };
}
