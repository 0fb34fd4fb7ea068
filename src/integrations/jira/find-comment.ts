/** Finding a comment of our own by its marker. */
import type { HttpClient } from '../http.js';
import { firstOf } from '../out-of-sight.js';
import { markersOfComments } from './comment-markers.js';
import { commentPages } from './comment-pages.js';
import { isoUtc } from './convert.js';
import { candidatesFor, type Marked } from './marker.js';
import { commentPageSchema, markerSchema } from './schema.js';

interface CommentQuery {
  readonly issueKey: string;
  readonly actionId: string;
  readonly sought: readonly string[];
  readonly since: string | null;
}

/** Two requests a page; mostly the first page is all. */
export async function findCommentByAction(
  http: HttpClient,
  { issueKey, actionId, sought, since }: CommentQuery,
): Promise<string | null> {
  const found = await firstOf(markedPages(http, issueKey, since), (page) =>
    candidatesFor(page, actionId, sought),
  );
  return found?.id ?? null;
}

interface MarkedComment extends Marked {
  readonly id: string;
}

async function* markedPages(
  http: HttpClient,
  issueKey: string,
  since: string | null,
): AsyncGenerator<readonly MarkedComment[]> {
  for await (const comments of commentPages(http, issueKey, commentPageSchema)) {
    const markers = await markersOfComments(
      http,
      comments.map(({ id }) => id),
      markerSchema,
    );
    yield [...markers].map(([id, marker]) => ({ id, marker }));
    const oldest = comments.at(-1)?.created ?? null;
    if (since !== null && oldest !== null && isoUtc(oldest) < since) {
      return;
    }
  }
}
