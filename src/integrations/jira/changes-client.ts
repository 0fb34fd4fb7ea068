/**
 * What happened in Jira lately, over REST: `/search/jql` with token paging, and per issue what its answer leaves out.
 * Endpoints: developer.atlassian.com/cloud/jira/platform/rest/v3, …/software/rest.
 */
import { type HttpClient, segment } from '../http.js';
import type { DueIssue, IssueChange, IssueComment, JiraChanges, UpdatedIssue } from './changes.js';
import { toBoardSprint, toIssueChange, toIssueComment, toIssueLinks } from './changes-convert.js';
import {
  boardSprintsSchema,
  changelogPageSchema,
  commentsSchema,
  type DueIssueJson,
  dueIssuesSchema,
  type UpdatedIssueJson,
  updatedIssuesSchema,
} from './changes-schema.js';
import { isoUtc, toUser } from './convert.js';
import { createJiraHttp, type JiraRestOptions } from './rest.js';

/** Issues of one page. Each comes with its comments and its latest changes, whole descriptions among them. */
const SEARCH = '/rest/api/3/search/jql';
const ISSUES = 20;
const PAGE_BYTES = 50 * 1024 * 1024;
const FIELDS = 'summary,created,creator,reporter,issuelinks,comment';
/** Of issues of which only a line is asked for. */
const DUE_FIELDS = 'summary,duedate';
const LISTED = 100;
const SPRINTS = 50;

/** Answers with `IntegrationError` for every failure. */
export function createJiraChanges(options: JiraRestOptions): JiraChanges {
  const http = createJiraHttp(options);
  return {
    updatedIssues: async ({ project, withinMinutes, since, pageToken }) => {
      const query = {
        jql: updatedWithin(withinMinutes, project),
        fields: FIELDS,
        expand: 'changelog',
        maxResults: ISSUES,
        nextPageToken: pageToken ?? undefined,
      };
      const page = await http.send(
        { method: 'GET', path: SEARCH, query, maxBytes: PAGE_BYTES },
        updatedIssuesSchema,
      );
      const issues: UpdatedIssue[] = [];
      for (const json of page.issues) {
        issues.push(await toUpdatedIssue(http, json, since));
      }
      return { issues, nextPageToken: page.nextPageToken ?? null };
    },
    overdueIssues: async ({ project, from, before, pageToken }) => {
      const query = {
        jql: dueBetween(from, before, project),
        fields: DUE_FIELDS,
        maxResults: LISTED,
        nextPageToken: pageToken ?? undefined,
      };
      const page = await http.send({ method: 'GET', path: SEARCH, query }, dueIssuesSchema);
      return { issues: page.issues.map(toDueIssue), nextPageToken: page.nextPageToken ?? null };
    },
    boardSprints: async (boardId, startAt) => {
      const path = `/rest/agile/1.0/board/${segment(String(boardId))}/sprint`;
      const query = { state: 'active,closed', startAt, maxResults: SPRINTS };
      const page = await http.send({ method: 'GET', path, query }, boardSprintsSchema);
      const isLast = page.isLast ?? page.values.length < SPRINTS;
      return {
        sprints: page.values.map(toBoardSprint),
        nextStartAt: isLast || page.values.length === 0 ? null : startAt + page.values.length,
      };
    },
  };
}

/** Relative, because Jira reads absolute times in the time zone of the account that asks. */
function updatedWithin(minutes: number, project: string | null): string {
  return `updated >= -${minutes}m${withinProject(project)} ORDER BY updated DESC`;
}

/** A due date is a day without a time, which no zone moves. */
function dueBetween(from: string, before: string, project: string | null): string {
  return `duedate >= "${from}" AND duedate < "${before}" AND statusCategory != Done${withinProject(project)} ORDER BY duedate ASC, key ASC`;
}

function withinProject(project: string | null): string {
  return project === null ? '' : ` AND project = "${project.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function toDueIssue({ id, key, self, fields }: DueIssueJson): DueIssue {
  return {
    self: self ?? null,
    id,
    key,
    summary: fields.summary ?? '',
    dueDate: fields.duedate ?? null,
  };
}

async function toUpdatedIssue(
  http: HttpClient,
  json: UpdatedIssueJson,
  since: string,
): Promise<UpdatedIssue> {
  const { id, key, self, fields } = json;
  return {
    self: self ?? null,
    id,
    key,
    summary: fields.summary ?? '',
    created: fields.created === null || fields.created === undefined ? null : isoUtc(fields.created),
    creator: toUser(fields.creator ?? fields.reporter),
    comments: await commentsSince(http, json, since),
    changes: await changesSince(http, json, since),
    links: toIssueLinks(id, fields.issuelinks ?? []),
  };
}

/** Those in the answer where it holds all; else the newest, page by page. */
async function commentsSince(
  http: HttpClient,
  { id, fields }: UpdatedIssueJson,
  since: string,
): Promise<readonly IssueComment[]> {
  const inside = (fields.comment?.comments ?? []).map(toIssueComment);
  const total = fields.comment?.total ?? inside.length;
  if (total <= inside.length) {
    return inside;
  }
  const path = `/rest/api/3/issue/${segment(id)}/comment`;
  const read: IssueComment[] = [];
  for (let startAt = 0; startAt < total; startAt += LISTED) {
    const query = { orderBy: '-created', startAt, maxResults: LISTED };
    const page = await http.send({ method: 'GET', path, query }, commentsSchema);
    const comments = (page.comments ?? []).map(toIssueComment);
    read.push(...comments);
    if (comments.some((comment) => comment.created < since)) {
      break;
    }
  }
  return read;
}

/** The answer holds the latest; where those do not reach back far enough, the issue's own list does, oldest first. */
async function changesSince(
  http: HttpClient,
  { id, changelog }: UpdatedIssueJson,
  since: string,
): Promise<readonly IssueChange[]> {
  const inside = (changelog?.histories ?? []).map(toIssueChange);
  const total = changelog?.total ?? inside.length;
  if (total <= inside.length || inside.some((change) => change.at < since)) {
    return inside;
  }
  const path = `/rest/api/3/issue/${segment(id)}/changelog`;
  const read: IssueChange[] = [];
  for (let end = total; end > 0; end -= LISTED) {
    const query = { startAt: Math.max(0, end - LISTED), maxResults: Math.min(LISTED, end) };
    const page = await http.send({ method: 'GET', path, query }, changelogPageSchema);
    const changes = page.values.map(toIssueChange);
    read.push(...changes);
    if (changes.some((change) => change.at < since)) {
      break;
    }
  }
  return read;
}
