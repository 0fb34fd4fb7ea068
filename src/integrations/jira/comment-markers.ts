/** Our property on comments. Lists of an issue's comments do not show properties; `comment/list` does, for ids that are named. */
import type { z } from 'zod';
import type { HttpClient } from '../http.js';
import { ACTION_PROPERTY } from './marker.js';
import { commentListSchema } from './schema.js';

/**
 * What the comments carry under our key, by comment id: one request for all of them (a page has up to 1,000), none for
 * no ids. Left out are comments that are gone or hidden, those without the property, and those where it holds something
 * else than `schema` says: somebody else's property under our key is no marker.
 */
export async function markersOfComments<T>(
  http: HttpClient,
  ids: readonly string[],
  schema: z.ZodType<T>,
): Promise<ReadonlyMap<string, T>> {
  if (ids.length === 0) {
    return new Map();
  }
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
  return new Map(
    values.flatMap(({ id, properties }) => {
      const property = (properties ?? []).find(({ key }) => key === ACTION_PROPERTY);
      const marker = schema.safeParse(property?.value);
      return property !== undefined && marker.success ? [[id, marker.data] as const] : [];
    }),
  );
}
