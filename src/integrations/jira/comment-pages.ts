/** An issue's comments, the newest first, page by page to the last one. */
import type { z } from 'zod';
import type { HttpClient } from '../http.js';
import { outOfSight } from '../out-of-sight.js';
import { issuePath } from './rest-issue.js';

const PAGE = 100;
/** Jira Cloud lets an issue have 5,000 comments. */
const MOST_PAGES = 50;

interface CommentPage<T> {
  readonly comments?: readonly T[] | null | undefined;
  readonly total?: number | null | undefined;
}

/** Throws an `outOfSight` where the issue has more than are looked through. */
export async function* commentPages<T>(
  http: HttpClient,
  issueKey: string,
  schema: z.ZodType<CommentPage<T>>,
): AsyncGenerator<readonly T[]> {
  const path = `${issuePath(issueKey)}/comment`;
  let startAt = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { orderBy: '-created', startAt, maxResults: PAGE };
    const { comments, total } = await http.send({ method: 'GET', path, query }, schema);
    const read = comments ?? [];
    yield read;
    startAt += read.length;
    // A site may give fewer than it was asked for: its total says whether these are all.
    const hasMore = typeof total === 'number' ? startAt < total : read.length === PAGE;
    if (!hasMore || read.length === 0) {
      return;
    }
  }
  throw outOfSight('jira', `the comments of ${issueKey}`, PAGE * MOST_PAGES);
}
