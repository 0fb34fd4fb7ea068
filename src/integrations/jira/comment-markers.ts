/** Our property on comments. Lists of an issue's comments do not show properties; `comment/list` does, for ids that are named. */
import type { z } from 'zod';
import type { HttpClient } from '../http.js';
import { ACTION_PROPERTY } from './marker.js';
import { commentListSchema } from './schema.js';

/** Jira takes no more in one request. */
const MOST_IDS = 1_000;

/**
 * What the comments carry under our key, by comment id: one request for each thousand of them, none for no ids. Left out are comments that are gone or hidden, those without the property, and those where it holds something
 * else than `schema` says: somebody else's property under our key is no marker.
 */
export async function markersOfComments<T>(
  http: HttpClient,
  ids: readonly string[],
  schema: z.ZodType<T>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for (let from = 0; from < ids.length; from += MOST_IDS) {
    for (const [id, marker] of await markersOfSome(http, ids.slice(from, from + MOST_IDS), schema)) {
      found.set(id, marker);
    }
  }
  return found;
}

async function markersOfSome<T>(
  http: HttpClient,
  ids: readonly string[],
  schema: z.ZodType<T>,
): Promise<readonly (readonly [string, T])[]> {
  const { values } = await http.send(
    {
      method: 'POST',
      path: '/rest/api/3/comment/list',
      query: { expand: 'properties' },
      readOnly: true,
      place: `comments ${ids.join(', ')}`,
      body: { ids: ids.map(Number) },
    },
    commentListSchema,
  );
  return values.flatMap(({ id, properties }) => {
    const property = (properties ?? []).find(({ key }) => key === ACTION_PROPERTY);
    const marker = schema.safeParse(property?.value);
    return property !== undefined && marker.success ? [[id, marker.data] as const] : [];
  });
}
