/** Bitbucket Cloud over REST 2.0. Endpoints: developer.atlassian.com/cloud/bitbucket/rest. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { safeMarkdown } from '../../domain/markup/safe-markdown.js';
import type { AddressGuard } from '../address-guard.js';
import { createHttpClient, type HttpClient, segment } from '../http.js';
import { IntegrationError } from '../integration-error.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Bitbucket, BitbucketCommentWrite, DiffLine } from './bitbucket.js';
import { isoUtc, toAccount, toComment, toPullRequest } from './convert.js';
import { findLine } from './diff-lines.js';
import { findsOf } from './find.js';
import { allOf, standingComments } from './pages.js';
import { actionReference, isAnswerTo, isOfAction } from './reference.js';
import {
  accountSchema,
  type CommentJson,
  commentSchema,
  commitStatusSchema,
  diffstatSchema,
  pullRequestSchema,
  repositorySchema,
} from './schema.js';

const NEWEST = 50;

/** Bitbucket's limit on a comment, less the reference below it. */
export const COMMENT_LIMIT = 32_000;

export interface BitbucketOptions {
  /** `https://api.bitbucket.org/2.0` */
  readonly baseUrl: string;
  /** With it, Basic; without, Bearer. */
  readonly username: string | null;
  readonly token: string;
  /** Hosts that our comments may link to; `bitbucket.org` where not given. */
  readonly linkHosts?: readonly string[];
  /** Ids that our comments may mention; none where not given. */
  readonly mentions?: readonly string[];
  readonly timeoutMs?: number;
  /** Shared by all clients of Bitbucket. */
  readonly traffic?: Traffic;
  /** Looked at before each request. */
  readonly guard?: AddressGuard;
}

/** Answers with `IntegrationError` for every failure. */
export function createBitbucket(options: BitbucketOptions): Bitbucket {
  const http = createBitbucketHttp(options);
  const { linkHosts = ['bitbucket.org'], mentions = [] } = options;
  const requests = {
    addComment: (write: BitbucketCommentWrite) => commentRequest(write, { linkHosts, mentions }),
  };
  return {
    requests,
    ...reads(http),
    ...findsOf(http, repositoryPath),
    getComments: async (repository, id) => {
      const comments = await newestComments(http, pullRequestPath(repository, id), {
        isEnough: (read) => read.length >= NEWEST,
      });
      return comments.map(toComment).sort(oldestFirst).slice(-NEWEST);
    },
    findCommentByAction: async (repository, id, actionId, sought = [], since = null) => {
      const comments = await newestComments(http, pullRequestPath(repository, id), {
        isEnough: (read) => since !== null && isoUtc(read.at(-1)?.created_on ?? since) < since,
      });
      // Whoever copies our comment does so after we wrote it: the oldest is ours.
      const oldest = comments.toReversed().map(toComment).sort(oldestFirst);
      const found =
        oldest.find(({ body }) => isOfAction(body, actionId)) ??
        oldest.find(({ body }) => isAnswerTo(body, sought));
      return found?.id ?? null;
    },
    addComment: async (write, signal) => {
      const request = { ...requests.addComment(write), ...(signal === undefined ? {} : { signal }) };
      return (await http.send(request, commentSchema.pick({ id: true }))).id;
    },
  };
}

/** What every client of Bitbucket sends through. */
export function createBitbucketHttp(options: BitbucketOptions): HttpClient {
  const { username, token } = options;
  const authorization =
    username === null ? `Bearer ${token}` : `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
  return createHttpClient({
    service: 'bitbucket',
    baseUrl: options.baseUrl,
    headers: { authorization },
    timeoutMs: options.timeoutMs ?? 15_000,
    messageOf: bitbucketMessage,
    requestIdHeaders: ['x-request-id', 'atl-traceid', 'x-usage-request-id'],
    ...(options.traffic === undefined ? {} : { traffic: options.traffic }),
    ...(options.guard === undefined ? {} : { guard: options.guard }),
  });
}

/** `{type: "error", error: {message, detail?}}`, or plain text (429). */
export function bitbucketMessage(body: unknown): string | null {
  const parsed = z
    .object({ error: z.object({ message: z.string(), detail: z.unknown().optional() }) })
    .safeParse(body);
  if (!parsed.success) {
    return typeof body === 'string' && !body.trimStart().startsWith('<') ? body : null;
  }
  const { message, detail } = parsed.data.error;
  return typeof detail === 'string' ? `${message} (${detail})` : message;
}

function commentRequest(write: BitbucketCommentWrite, allowed: Allowed): OutgoingRequest {
  const body = safeMarkdown(write.body, { ...allowed, limit: COMMENT_LIMIT });
  return {
    service: 'bitbucket',
    method: 'POST',
    path: `${pullRequestPath(write.repository, write.pullRequestId)}/comments`,
    body: {
      content: { raw: `${body}\n\n_ref ${actionReference(write.actionId, write.answers)}_` },
      ...inlineOf(write.inline ?? null),
    },
  };
}

/**
 * `to` is a line of the new file, `from` one of the old, and each goes with the name that the file has on that side: so does
 * Atlassian's own editor extension (atlascode, prCommentController and diffViewHelper).
 */
function inlineOf(place: DiffLine | null) {
  return place === null
    ? {}
    : { inline: { path: place.path, [place.side === 'new' ? 'to' : 'from']: place.line } };
}

/** Refuses what is no `workspace/repository`. */
export function repositoryPath(repository: string): string {
  const [workspace = '', slug = '', ...more] = repository.split('/');
  if (
    more.length > 0 ||
    [workspace, slug].some((part) => !/^[\w.{}-]{1,128}$/.test(part) || /^\.+$/.test(part))
  ) {
    throw new IntegrationError({
      service: 'bitbucket',
      message: `${JSON.stringify(repository.slice(0, 100))} is no Bitbucket repository: write workspace/repository`,
      code: 'invalid',
      retryable: false,
    });
  }
  return `/repositories/${segment(workspace)}/${segment(slug)}`;
}

export function pullRequestPath(repository: string, id: number): string {
  return `${repositoryPath(repository)}/pullrequests/${segment(String(id))}`;
}

function reads(
  http: HttpClient,
): Pick<
  Bitbucket,
  'currentUser' | 'getPullRequest' | 'getDiffstat' | 'findLine' | 'getCommitStatuses' | 'getRepository'
> {
  return {
    currentUser: async () => {
      const user = await http.send({ method: 'GET', path: '/user' }, accountSchema);
      return toAccount(user) ?? { id: '', name: '' };
    },
    getPullRequest: async (repository, id) =>
      toPullRequest(
        repository,
        await http.send({ method: 'GET', path: pullRequestPath(repository, id) }, pullRequestSchema),
      ),
    getDiffstat: async (repository, id) => {
      // Answered with a redirect to the diffstat of the two commits.
      const path = `${pullRequestPath(repository, id)}/diffstat`;
      const request = { method: 'GET', path, followOwnRedirects: true };
      const files = await allOf(http, request, diffstatSchema, `the files of ${repository}#${id}`);
      return files.map((file) => ({
        path: file.new?.path ?? file.old?.path ?? '',
        status: file.status,
        linesAdded: file.lines_added ?? 0,
        linesRemoved: file.lines_removed ?? 0,
      }));
    },
    findLine: async (repository, id, line) => {
      // Answered with a redirect, too.
      const diff = `${pullRequestPath(repository, id)}/diff`;
      const request = { method: 'GET', path: diff, followOwnRedirects: true, answer: 'text' } as const;
      return findLine(await http.send(request, z.string()), line);
    },
    getCommitStatuses: async (repository, commit) => {
      const path = `${repositoryPath(repository)}/commit/${segment(commit)}/statuses`;
      const what = `the builds of commit ${commit}`;
      const statuses = await allOf(http, { method: 'GET', path }, commitStatusSchema, what);
      return statuses.map(({ name, key, state, url, updated_on }) => ({
        name: name ?? key ?? '',
        state,
        url: url ?? null,
        updatedOn: updated_on === null || updated_on === undefined ? null : isoUtc(updated_on),
      }));
    },
    getRepository: async (repository) => {
      const json = await http.send({ method: 'GET', path: repositoryPath(repository) }, repositorySchema);
      return { fullName: json.full_name, mainBranch: json.mainbranch?.name ?? null };
    },
  };
}

/** Newest first, by whole pages; all of them where it is never enough. */
async function newestComments(
  http: HttpClient,
  path: string,
  { isEnough }: { readonly isEnough: (read: readonly CommentJson[]) => boolean },
): Promise<readonly CommentJson[]> {
  const all: CommentJson[] = [];
  for await (const comments of standingComments(http, path)) {
    all.push(...comments);
    if (isEnough(all)) {
      break;
    }
  }
  return all;
}

function oldestFirst(left: { readonly createdOn: string }, right: { readonly createdOn: string }): number {
  return left.createdOn.localeCompare(right.createdOn);
}
