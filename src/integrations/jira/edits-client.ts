/** Edits over REST. Endpoints: developer.atlassian.com/cloud/jira/platform/rest/v3, …/software/rest. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { type HttpClient, segment } from '../http.js';
import { orGone } from '../or-gone.js';
import { isoUtc, toUser } from './convert.js';
import { shownIn } from './data-center.js';
import type { CommentStanding, IssueType, JiraEdits, MarkedIssueQuery, SiteFields } from './edits.js';
import { editRequests } from './edits-requests.js';
import {
  boardsSchema,
  commentStandingSchema,
  createdIssueSchema,
  fieldListSchema,
  linkTypesSchema,
  looseFieldsSchema,
  markedIssuesSchema,
  markerIn,
  projectSchema,
  resolutionSchema,
  sprintsSchema,
} from './edits-schema.js';
import { ACTION_PROPERTY, markedFor } from './marker.js';
import { createJiraHttp, type JiraRestOptions, until } from './rest.js';
import { issuePath } from './rest-issue.js';

/** Of our own issues of the last two days, the newest first, so many pages are looked through. */
const PAGE = 100;
const PAGES = 5;
/** Names that estimates go by, in the order of preference; Jira Cloud's company-managed and team-managed projects differ. */
const ESTIMATES = ['story points', 'story point estimate'];

/** Answers with `IntegrationError` for every failure. */
export function createJiraEdits(options: JiraRestOptions): JiraEdits {
  const http = createJiraHttp(options);
  const { linkHosts = [new URL(options.baseUrl).host], mentions = [] } = options;
  const requests = editRequests({ linkHosts, mentions });
  return {
    requests: shownIn(options.deployment, requests),
    ...siteReads(http),
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
  const comment = await orGone(http.send({ method: 'GET', path }, commentStandingSchema));
  if (comment === null) {
    return null;
  }
  const { created, updated, updateAuthor } = comment;
  const updatedBy = toUser(updateAuthor)?.displayName ?? null;
  return { created: isoUtc(created ?? ''), updated: isoUtc(updated ?? created ?? ''), updatedBy };
}

function siteReads(
  http: HttpClient,
): Pick<JiraEdits, 'siteFields' | 'readNumber' | 'readResolution' | 'linkTypes' | 'issueTypes'> {
  const get = <T>(path: string, schema: z.ZodType<T>, query = {}) =>
    http.send({ method: 'GET', path, query }, schema);
  return {
    siteFields: async () => toSiteFields(await get('/rest/api/3/field', fieldListSchema)),
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

/** The sprint field is known by its type, the estimate by its name: no type tells one number from another. */
function toSiteFields(fields: z.infer<typeof fieldListSchema>): SiteFields {
  const sprint = fields.find(
    ({ id, name, schema }) =>
      schema?.custom === 'com.pyxis.greenhopper.jira:gh-sprint' ||
      (id.startsWith('customfield_') && name === 'Sprint'),
  );
  const estimate = ESTIMATES.flatMap((wanted) =>
    fields.filter(({ name, schema }) => name.toLowerCase() === wanted && schema?.type === 'number'),
  )[0];
  return { sprint: sprint?.id ?? null, estimate: estimate?.id ?? null };
}

async function sprintOf(
  http: HttpClient,
  projectKey: string,
  which: 'active' | 'next',
): Promise<number | null> {
  const query = { projectKeyOrId: projectKey, type: 'scrum' };
  const path = '/rest/agile/1.0/board';
  const [board] = (await http.send({ method: 'GET', path, query }, boardsSchema)).values;
  if (board === undefined) {
    return null;
  }
  const state = which === 'active' ? 'active' : 'future';
  const { values } = await http.send(
    { method: 'GET', path: `${path}/${segment(String(board.id))}/sprint`, query: { state } },
    sprintsSchema,
  );
  return values[0]?.id ?? null;
}

/** Properties set over REST are not searchable; those of the issues that a search finds come with them. */
async function findIssueByAction(
  http: HttpClient,
  { projectKey, actionId, sought }: MarkedIssueQuery,
): Promise<string | null> {
  const marked: { readonly key: string; readonly marker: ReturnType<typeof markerIn> }[] = [];
  let nextPageToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const query = {
      jql: `project = "${projectKey}" AND creator = currentUser() AND created >= -2d ORDER BY created DESC`,
      fields: 'created',
      properties: ACTION_PROPERTY,
      maxResults: PAGE,
      nextPageToken,
    };
    const path = '/rest/api/3/search/jql';
    const found = await http.send({ method: 'GET', path, query }, markedIssuesSchema);
    marked.push(
      ...found.issues.map(({ key, properties }) => ({ key, marker: markerIn(properties, ACTION_PROPERTY) })),
    );
    nextPageToken = found.nextPageToken ?? undefined;
    if (nextPageToken === undefined) {
      break;
    }
  }
  return markedFor(marked, actionId, sought)?.key ?? null;
}
