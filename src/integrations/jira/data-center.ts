/**
 * Data Center speaks v2: texts are wiki markup, people have a `name` and no account id, a search counts from a start, and
 * properties are read one by one (docs.atlassian.com/software/jira/docs/api/REST). What is asked in the words
 * of v3 is put into those of v2 here, and the answers back; nothing else of the client knows.
 */
import { z } from 'zod';
import { adfToWiki, isAdfDocument } from '../../domain/markup/adf-to-wiki.js';
import type { HttpClient, HttpRequest } from '../http.js';
import { commentsWithProperty, issuesWithProperty } from './data-center-properties.js';

export type JiraDeployment = 'cloud' | 'data_center';

interface Addressed {
  readonly path: string;
  readonly body?: unknown;
}

/** The same request in v2's words. A request that is in them already stays as it is. */
export function toDataCenter<R extends Addressed>(request: R): R {
  const path = request.path.replace(/^\/rest\/api\/3(?=\/)/, '/rest/api/2');
  return { ...request, path, ...(request.body === undefined ? {} : { body: inWords(request.body) }) };
}

type Making = (...args: never[]) => Addressed;

/** Makers of requests whose requests are what leaves: shown, recorded, and sent in the same words. */
export function shownIn<R extends object>(deployment: JiraDeployment | undefined, makers: R): R {
  if (deployment !== 'data_center') {
    return makers;
  }
  const made = Object.entries(makers).map(([name, make]: [string, Making]) => [
    name,
    (...args: never[]) => toDataCenter(make(...args)),
  ]);
  return Object.fromEntries(made) as R;
}

/** Documents become wiki markup, an `accountId` the `name` that it is here; our own properties are nobody's words. */
function inWords(value: unknown): unknown {
  if (isAdfDocument(value)) {
    return adfToWiki(value);
  }
  if (Array.isArray(value)) {
    return value.map(inWords);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key === 'accountId' ? 'name' : key,
      key === 'properties' ? inner : inWords(inner),
    ]),
  );
}

/** @param property of a comment or an issue: the one that is read where properties are asked for */
export function createDataCenterHttp(http: HttpClient, property: string): HttpClient {
  return {
    send: (request, schema) => {
      switch (request.path) {
        case '/rest/api/3/search/jql':
          return search(http, request, property, schema);
        case '/rest/api/3/comment/list':
          return commentList(http, request, property, schema);
        default:
          return http.send(toDataCenter(request), people.pipe(schema));
      }
    },
  };
}

async function search<T>(
  http: HttpClient,
  request: HttpRequest,
  property: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const { properties, ...query } = request.query ?? {};
  const asked = searchFromStart({ ...request, query });
  if (properties === undefined) {
    return http.send(asked, fromStart.pipe(schema));
  }
  const page = await http.send(asked, fromStart.pipe(foundSchema));
  return schema.parse({ ...page, issues: await issuesWithProperty(http, page.issues, property) });
}

/** The token of the next page is where it starts. */
function searchFromStart(request: HttpRequest): HttpRequest {
  const { nextPageToken, ...query } = request.query ?? {};
  const startAt = typeof nextPageToken === 'string' ? Number(nextPageToken) : 0;
  return { ...request, path: '/rest/api/2/search', query: { ...query, startAt } };
}

const foundSchema = z.looseObject({ issues: z.array(z.looseObject({ key: z.string() })) });

/**
 * People of a server have a name, by which they are assigned and mentioned, and a key, by which webhooks call them: the
 * name is who they are, the key stays beside it.
 */
const people = z.unknown().transform(withNames);

function withNames(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withNames);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, withNames(inner)] as const);
  const { key, ...others } = Object.fromEntries(entries);
  const isPerson = typeof others['name'] === 'string' && 'displayName' in others && typeof key === 'string';
  return isPerson ? { ...others, userKey: key } : Object.fromEntries(entries);
}

const fromStart = z
  .looseObject({ startAt: z.number(), total: z.number(), issues: z.array(z.unknown()) })
  .transform(({ startAt, total, issues, ...others }) => {
    const end = startAt + issues.length;
    const isLast = issues.length === 0 || end >= total;
    return withNames({ ...others, issues, ...(isLast ? {} : { nextPageToken: String(end) }) });
  });

const idsSchema = z.object({ ids: z.array(z.number()) });

async function commentList<T>(
  http: HttpClient,
  request: HttpRequest,
  property: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const { ids } = idsSchema.parse(request.body);
  return schema.parse({ values: await commentsWithProperty(http, ids, property) });
}
