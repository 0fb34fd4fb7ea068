/**
 * Properties on Data Center. No list shows them: there is no `comment/list`, and a search takes no notice of `properties`
 * (JRASERVER-62898). So each is read where it is kept, and what is without it comes back without it.
 */
import { z } from 'zod';
import { type HttpClient, segment } from '../http.js';
import { orGone } from '../integration-error.js';

/** Reads at once. */
const TOGETHER = 5;

const propertySchema = z.object({ key: z.string(), value: z.unknown().optional() });

/** The issues as Cloud's search shows them: properties by key. */
export function issuesWithProperty<T extends { readonly key: string }>(
  http: HttpClient,
  issues: readonly T[],
  property: string,
): Promise<unknown[]> {
  return fewAtOnce(issues, async (issue) => {
    const found = await propertyBelow(http, `/rest/api/2/issue/${segment(issue.key)}`, property);
    return { ...issue, properties: found === null ? {} : { [found.key]: found.value } };
  });
}

/** The comments as Cloud's list shows them. One without the property is one of somebody else. */
export function commentsWithProperty(
  http: HttpClient,
  ids: readonly number[],
  property: string,
): Promise<unknown[]> {
  return fewAtOnce(ids, async (id) => {
    const found = await propertyBelow(http, `/rest/api/2/comment/${segment(String(id))}`, property);
    return { id, properties: found === null ? [] : [found] };
  });
}

function propertyBelow(http: HttpClient, place: string, property: string) {
  const path = `${place}/properties/${segment(property)}`;
  return orGone(http.send({ method: 'GET', path }, propertySchema));
}

async function fewAtOnce<A, B>(all: readonly A[], read: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (let from = 0; from < all.length; from += TOGETHER) {
    done.push(...(await Promise.all(all.slice(from, from + TOGETHER).map(read))));
  }
  return done;
}
