/** Lists of Bitbucket, page by page. Pages are asked for by number: the vendor's `next` address is never followed. */
import type { z } from 'zod';
import type { HttpClient, HttpRequest } from '../http.js';
import { outOfSight } from '../out-of-sight.js';
import { type CommentJson, commentSchema, pageOf } from './schema.js';

const PAGE = 100;
const MOST_PAGES = 50;

/** @param what they are, as in "the comments of a/b#1". Throws an `outOfSight` where there are more than are looked through. */
async function* pagesOf<T extends z.ZodType>(
  http: HttpClient,
  request: HttpRequest,
  item: T,
  what: string,
): AsyncGenerator<readonly z.infer<T>[]> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { ...request.query, pagelen: PAGE, ...(page === 1 ? {} : { page }) };
    const { values, next } = await http.send({ ...request, query }, pageOf(item));
    yield values;
    if (next === null || next === undefined || values.length === 0) {
      return;
    }
  }
  throw outOfSight('bitbucket', what, PAGE * MOST_PAGES);
}

/** Every page; throws as `pagesOf` does. */
export async function allOf<T extends z.ZodType>(
  http: HttpClient,
  request: HttpRequest,
  item: T,
  what: string,
): Promise<readonly z.infer<T>[]> {
  const all: z.infer<T>[] = [];
  for await (const values of pagesOf(http, request, item, what)) {
    all.push(...values);
  }
  return all;
}

/** A pull request's comments, the newest first, without what was deleted. @param path of the pull request */
export async function* standingComments(
  http: HttpClient,
  path: string,
): AsyncGenerator<readonly CommentJson[]> {
  const request = { method: 'GET', path: `${path}/comments`, query: { sort: '-created_on' } };
  for await (const comments of pagesOf(http, request, commentSchema, `the comments of ${path}`)) {
    yield comments.filter((comment) => comment.deleted !== true);
  }
}
