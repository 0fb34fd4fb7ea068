/** Jira over REST: platform v3 and agile 1.0. Endpoints: developer.atlassian.com/cloud/jira/platform/rest/v3. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { markdownToAdf } from '../../domain/markup/markdown-to-adf.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import type { AddressGuard } from '../address-guard.js';
import { createHttpClient, type HttpClient } from '../http.js';
import type { Traffic } from '../traffic/traffic.js';
import { markersOfComments } from './comment-markers.js';
import { toUser } from './convert.js';
import { createDataCenterHttp, type JiraDeployment, shownIn } from './data-center.js';
import type { EstimateFieldOf } from './estimates.js';
import { findCommentByAction } from './find-comment.js';
import type { Jira, JiraCommentWrite, JiraUser } from './jira.js';
import { issueOfPath } from './limits.js';
import { ACTION_PROPERTY, shownTo } from './marker.js';
import { refusedLogin } from './refused-login.js';
import { issuePath, readIssueOverRest, toTransition } from './rest-issue.js';
import {
  createdSchema,
  issueNameSchema,
  markerSchema,
  sprintSchema,
  transitionsSchema,
  userSchema,
  usersSchema,
} from './schema.js';
import { searchIssues } from './search.js';
import { toSprint } from './sprint-field.js';
import { getSprintIssues, sprintPath } from './sprint-issues.js';

export interface JiraRestOptions {
  /** `https://acme.atlassian.net`, or `https://api.atlassian.com/ex/jira/<cloud id>` for scoped tokens. */
  readonly baseUrl: string;
  /** With it, Basic; without, Bearer. */
  readonly email: string | null;
  readonly token: string;
  /** Data Center speaks v2; Cloud where not given. */
  readonly deployment?: JiraDeployment;
  /** Hosts that our comments may link to; the site's own host where not given. */
  readonly linkHosts?: readonly string[];
  /** Ids that our comments may mention; none where not given. */
  readonly mentions?: readonly string[];
  readonly timeoutMs?: number;
  /** Left out: no project's estimate goes by another name than Jira's. */
  readonly estimateFieldOf?: EstimateFieldOf;
  /** Shared by all clients of the site. */
  readonly traffic?: Traffic;
  /** Looked at before each request. */
  readonly guard?: AddressGuard;
}

/** Answers with `IntegrationError` for every failure. Texts come out as Markdown, and go in as ADF of allowed nodes. */
export function createJiraRest(options: JiraRestOptions): Jira {
  const http = createJiraHttp(options);
  const {
    linkHosts = [new URL(options.baseUrl).host],
    mentions = [],
    estimateFieldOf = () => null,
  } = options;
  const requests = requestsOf({ linkHosts, mentions });
  return {
    requests: shownIn(options.deployment, requests),
    ...peopleAndSprints(http, estimateFieldOf),
    searchIssues: (search) => searchIssues(http, search),
    getIssue: async (keyOrId) => (await readIssueOverRest(http, keyOrId, { estimateFieldOf })).issue,
    issueNow: (key) =>
      http.send({ method: 'GET', path: issuePath(key), query: { fields: 'summary' } }, issueNameSchema),
    getTransitions: async (key) => {
      const { transitions } = await http.send(
        { method: 'GET', path: `${issuePath(key)}/transitions`, query: { expand: 'transitions.fields' } },
        transitionsSchema,
      );
      return transitions.flatMap(toTransition);
    },
    findCommentByAction: (issueKey, actionId, sought = [], since = null) =>
      findCommentByAction(http, { issueKey, actionId, sought, since }),
    actionsOfComments: (commentIds) => actionsOfComments(http, commentIds),
    addComment: async (write, signal) =>
      (await http.send({ ...requests.addComment(write), ...until(signal) }, createdSchema)).id,
    transition: async (issueKey, transitionId, fields, signal) => {
      await http.send(
        { ...requests.transition(issueKey, transitionId, fields), ...until(signal) },
        z.unknown(),
      );
    },
    assign: async (issueKey, accountId, signal) => {
      await http.send({ ...requests.assign(issueKey, accountId), ...until(signal) }, z.unknown());
    },
  };
}

/** Part of a request whose caller may stop waiting for it. */
export function until(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** What every client of a Jira site sends through. */
export function createJiraHttp(options: JiraRestOptions): HttpClient {
  const { email, token } = options;
  const authorization =
    email === null ? `Bearer ${token}` : `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  const http = createHttpClient({
    service: 'jira',
    baseUrl: options.baseUrl,
    headers: { authorization },
    timeoutMs: options.timeoutMs ?? 15_000,
    messageOf: jiraMessage,
    refusedLogin,
    requestIdHeaders: ['atl-traceid', 'x-arequestid', 'x-request-id'],
    resourceOf: issueOfPath,
    ...(options.traffic === undefined ? {} : { traffic: options.traffic }),
    ...(options.guard === undefined ? {} : { guard: options.guard }),
  });
  return options.deployment === 'data_center' ? createDataCenterHttp(http, ACTION_PROPERTY) : http;
}

/** `{errorMessages: [], errors: {field: text}}`, `{message}`, or plain text (401). */
export function jiraMessage(body: unknown): string | null {
  const parsed = z
    .object({
      errorMessages: z.array(z.string()).optional(),
      errors: z.record(z.string(), z.string()).optional(),
      message: z.string().optional(),
    })
    .safeParse(body);
  if (!parsed.success) {
    return typeof body === 'string' && !body.trimStart().startsWith('<') ? body : null;
  }
  const { errorMessages = [], errors = {}, message } = parsed.data;
  const sentences = [...errorMessages, ...Object.entries(errors).map(([field, text]) => `${field}: ${text}`)];
  return sentences.length > 0 ? sentences.join('; ') : (message ?? null);
}

function requestsOf(allowed: Allowed): Jira['requests'] {
  return {
    addComment: (write: JiraCommentWrite): OutgoingRequest => ({
      service: 'jira',
      method: 'POST',
      path: `${issuePath(write.issueKey)}/comment`,
      body: {
        body: markdownToAdf(write.body, allowed),
        properties: [{ key: ACTION_PROPERTY, value: markerOf(write) }, shownTo(write.isPublic ?? false)],
      },
    }),
    transition: (issueKey, transitionId, fields = {}): OutgoingRequest => ({
      service: 'jira',
      method: 'POST',
      path: `${issuePath(issueKey)}/transitions`,
      body: {
        transition: { id: transitionId },
        ...(Object.keys(fields).length === 0 ? {} : { fields }),
      },
    }),
    assign: (issueKey, accountId): OutgoingRequest => ({
      service: 'jira',
      method: 'PUT',
      path: `${issuePath(issueKey)}/assignee`,
      body: { accountId },
    }),
  };
}

function markerOf({ actionId, answers = [] }: JiraCommentWrite) {
  return answers.length === 0 ? { actionId } : { actionId, answers };
}

/** An id that is no number is no comment of Jira's. */
async function actionsOfComments(
  http: HttpClient,
  commentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = commentIds.filter((id) => /^\d{1,18}$/.test(id));
  const markers = await markersOfComments(http, ids, markerSchema);
  return new Map([...markers].map(([id, { actionId }]) => [id, actionId]));
}

function peopleAndSprints(
  http: HttpClient,
  estimateFieldOf: EstimateFieldOf,
): Pick<Jira, 'myself' | 'assignableUsers' | 'getSprint' | 'getSprintIssues'> {
  return {
    myself: async () => asUser(await http.send({ method: 'GET', path: '/rest/api/3/myself' }, userSchema)),
    assignableUsers: async (key) => {
      issuePath(key);
      const query = { issueKey: key, maxResults: 20 };
      const path = '/rest/api/3/user/assignable/search';
      return (await http.send({ method: 'GET', path, query }, usersSchema)).map(asUser).slice(0, 20);
    },
    getSprint: async (id) => toSprint(await http.send({ method: 'GET', path: sprintPath(id) }, sprintSchema)),
    getSprintIssues: (id) => getSprintIssues(http, id, estimateFieldOf),
  };
}

function asUser(json: z.infer<typeof userSchema>): JiraUser {
  return toUser(json) ?? { accountId: '', displayName: '', isApp: false };
}
