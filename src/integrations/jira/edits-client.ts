/** Edits over REST. Endpoints: developer.atlassian.com/cloud/jira/platform/rest/v3, …/software/rest. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { type HttpClient, segment } from '../http.js';
import { firstOf, outOfSight } from '../out-of-sight.js';
import { isoUtc, toUser } from './convert.js';
import { shownIn } from './data-center.js';
import type { CommentStanding, IssueType, JiraEdits, MarkedIssueQuery } from './edits.js';
import { editRequests } from './edits-requests.js';
import {
  commentStandingSchema,
  createdIssueSchema,
  linkTypesSchema,
  looseFieldsSchema,
  markedIssuesSchema,
  markerIn,
  projectSchema,
  resolutionSchema,
} from './edits-schema.js';
import { ACTION_PROPERTY, candidatesFor, type Marked } from './marker.js';
import { createJiraHttp, type JiraRestOptions, until } from './rest.js';
import { belowIssue, issuePath } from './rest-issue.js';
import { readSiteFields } from './site-fields.js';
import { sprintOf } from './sprints.js';

const PAGE = 100;
/** A look is made within one attempt, and four times at most: with this many pages it comes to its end. */
const MOST_PAGES = 10;

/** Answers with `IntegrationError` for every failure. */
export function createJiraEdits(options: JiraRestOptions): JiraEdits {
  const http = createJiraHttp(options);
  const { linkHosts = [new URL(options.baseUrl).host], mentions = [], estimateFieldOf } = options;
  const requests = editRequests({ linkHosts, mentions });
  return {
    requests: shownIn(options.deployment, requests),
    ...siteReads(http),
    siteFields: (projectKey) => readSiteFields(http, projectKey, estimateFieldOf?.(projectKey) ?? null),
    sprintOf: (projectKey, which) => sprintOf(http, projectKey, which),
    findIssueByAction: (query) => findIssueByAction(http, query),
    ...removals(http, requests),
    updateFields: async (write, signal) => {
      await http.send({ ...requests.updateFields(write), ...until(signal) }, z.unknown());
    },
    addLink: async (write, signal) => {
      await http.send({ ...requests.addLink(write), ...until(signal) }, z.unknown());
    },
    createIssue: async (write, signal) =>
      (await http.send({ ...requests.createIssue(write), ...until(signal) }, createdIssueSchema)).key,
  };
}

function removals(
  http: HttpClient,
  requests: JiraEdits['requests'],
): Pick<JiraEdits, 'getComment' | 'deleteComment' | 'deleteLink' | 'deleteIssue'> {
  const remove = async ({ method, path }: OutgoingRequest, signal?: AbortSignal): Promise<void> => {
    await http.send({ method, path, ...until(signal) }, z.unknown());
  };
  return {
    getComment: (issueKey, commentId) => getComment(http, issueKey, commentId),
    deleteComment: (issueKey, commentId, signal) =>
      remove(requests.deleteComment(issueKey, commentId), signal),
    deleteLink: (linkId, signal) => remove(requests.deleteLink(linkId), signal),
    deleteIssue: (issueKey, signal) => remove(requests.deleteIssue(issueKey), signal),
  };
}

async function getComment(
  http: HttpClient,
  issueKey: string,
  commentId: string,
): Promise<CommentStanding | null> {
  const path = `${issuePath(issueKey)}/comment/${segment(commentId)}`;
  const asked = http.send({ method: 'GET', path }, commentStandingSchema);
  const comment = await belowIssue(http, issueKey, asked);
  if (comment === null) {
    return null;
  }
  const { created, updated, updateAuthor } = comment;
  const updatedBy = toUser(updateAuthor)?.displayName ?? null;
  return { created: isoUtc(created ?? ''), updated: isoUtc(updated ?? created ?? ''), updatedBy };
}

function siteReads(
  http: HttpClient,
): Pick<JiraEdits, 'readNumber' | 'readResolution' | 'linkTypes' | 'issueTypes'> {
  const get = <T>(path: string, schema: z.ZodType<T>, query = {}) =>
    http.send({ method: 'GET', path, query }, schema);
  return {
    readNumber: async (issueKey, field) => {
      const { fields } = await get(issuePath(issueKey), looseFieldsSchema, { fields: field });
      const value = fields[field];
      return typeof value === 'number' ? value : null;
    },
    readResolution: async (issueKey) => {
      const { fields } = await get(issuePath(issueKey), resolutionSchema, { fields: 'resolution' });
      return fields.resolution?.name ?? null;
    },
    linkTypes: async () => (await get('/rest/api/3/issueLinkType', linkTypesSchema)).issueLinkTypes,
    issueTypes: async (projectKey) => {
      const { issueTypes } = await get(`/rest/api/3/project/${segment(projectKey)}`, projectSchema);
      return (issueTypes ?? []).map((type): IssueType => ({ ...type, subtask: type.subtask === true }));
    },
  };
}

/** Properties set over REST are not searchable; those of the issues that a search finds come with them. */
async function findIssueByAction(
  http: HttpClient,
  { projectKey, actionId, sought, since }: MarkedIssueQuery,
): Promise<string | null> {
  const within = since === null ? '' : ` AND created >= -${minutesSince(since)}m`;
  const jql = `project = "${projectKey}" AND creator = currentUser()${within} ORDER BY created DESC`;
  const found = await firstOf(markedIssuePages(http, projectKey, jql), (page) =>
    candidatesFor(page, actionId, sought),
  );
  return found?.key ?? null;
}

/** Relative, because Jira reads absolute times in the time zone of the account that asks. */
function minutesSince(since: string): number {
  return Math.max(Math.ceil((Date.now() - Date.parse(since)) / 60_000), 1);
}

interface MarkedIssue extends Marked {
  readonly key: string;
}

async function* markedIssuePages(
  http: HttpClient,
  projectKey: string,
  jql: string,
): AsyncGenerator<readonly MarkedIssue[]> {
  let nextPageToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { jql, fields: 'created', properties: ACTION_PROPERTY, maxResults: PAGE, nextPageToken };
    const path = '/rest/api/3/search/jql';
    const found = await http.send({ method: 'GET', path, query }, markedIssuesSchema);
    yield found.issues.map(({ key, properties }) => ({ key, marker: markerIn(properties, ACTION_PROPERTY) }));
    nextPageToken = found.nextPageToken ?? undefined;
    if (nextPageToken === undefined) {
      return;
    }
  }
  throw outOfSight('jira', `the issues that the agent made in ${projectKey}`, PAGE * MOST_PAGES);
}
