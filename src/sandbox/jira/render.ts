/** The simulated Jira's records as the REST API and the webhooks show them. */
import { ISSUE_TYPES, PRIORITIES, RESOLUTIONS, STATUS_CATEGORIES } from './catalog.js';
import { serverKey, serverName } from './data-center.js';
import type {
  JiraChangeRecord,
  JiraCommentRecord,
  JiraProjectRecord,
  JiraSprintRecord,
  JiraStatusRecord,
  JiraUserRecord,
  RichText,
} from './records.js';
import type { JiraState } from './state.js';

/** `3` answers texts as ADF, `2` as wiki markup. */
export type ApiVersion = '2' | '3';

export interface View {
  readonly state: JiraState;
  /** The site, without a trailing slash. */
  readonly base: string;
  readonly version: ApiVersion;
  /** People have names and no account ids. */
  readonly dataCenter: boolean;
}

type Json = Record<string, unknown>;

/** `2026-01-31T09:30:00.000+0000`, as Jira writes times. */
export function jiraTime(iso: string): string {
  return iso.replace(/Z$/, '+0000');
}

/** A text in the language of the version. */
export function renderText(view: View, text: RichText | null): unknown {
  if (text === null) return null;
  return view.version === '3' ? text.adf : text.wiki;
}

/** Null stays null; an account that the site does not know shows as a former user. */
export function renderUser(view: View, accountId: string | null): Json | null {
  if (accountId === null) return null;
  const user = view.state.findUser(accountId);
  if (view.dataCenter) return renderServerUser(view, accountId, user);
  return {
    self: `${rest(view)}/user?accountId=${encodeURIComponent(accountId)}`,
    accountId,
    avatarUrls: avatars(`${view.base}/avatar/user`),
    displayName: user?.displayName ?? 'Former user',
    active: user?.active ?? false,
    timeZone: user?.timeZone ?? 'Etc/UTC',
    accountType: user?.accountType ?? 'atlassian',
  };
}

function renderServerUser(view: View, accountId: string, user: JiraUserRecord | null): Json {
  const known = user ?? { accountId, emailAddress: null };
  const name = serverName(known);
  return {
    self: `${rest(view)}/user?username=${encodeURIComponent(name)}`,
    key: serverKey(known),
    name,
    emailAddress: user?.emailAddress ?? '',
    avatarUrls: avatars(`${view.base}/avatar/user`),
    displayName: user?.displayName ?? 'Former user',
    active: user?.active ?? false,
    timeZone: user?.timeZone ?? 'Etc/UTC',
  };
}

export function renderProject(view: View, project: JiraProjectRecord): Json {
  return {
    self: `${rest(view)}/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: project.type ?? 'software',
    simplified: project.teamManaged !== undefined,
    style: project.teamManaged === undefined ? 'classic' : 'next-gen',
    avatarUrls: avatars(`${view.base}/avatar/project`),
  };
}

export function renderStatus(view: View, status: JiraStatusRecord): Json {
  const category = STATUS_CATEGORIES[status.category];
  return {
    self: `${rest(view)}/status/${status.id}`,
    description: '',
    iconUrl: `${view.base}/images/icons/status.png`,
    name: status.name,
    id: status.id,
    statusCategory: {
      self: `${rest(view)}/statuscategory/${category.id}`,
      id: category.id,
      key: status.category,
      colorName: category.colorName,
      name: category.name,
    },
  };
}

export function renderIssueType(view: View, name: string): Json {
  const type = ISSUE_TYPES.find((known) => known.name === name);
  const id = type?.id ?? '10099';
  return {
    self: `${rest(view)}/issuetype/${id}`,
    id,
    description: type?.description ?? '',
    iconUrl: `${view.base}/images/icons/issuetype.svg`,
    name,
    subtask: type?.subtask ?? false,
    hierarchyLevel: type?.hierarchyLevel ?? 0,
  };
}

export function renderPriority(view: View, name: string | null): Json | null {
  if (name === null) return null;
  const id = PRIORITIES.find((known) => known.name === name)?.id ?? '10099';
  return {
    self: `${rest(view)}/priority/${id}`,
    iconUrl: `${view.base}/images/icons/priority.svg`,
    name,
    id,
  };
}

export function renderResolution(view: View, name: string | null): Json | null {
  if (name === null) return null;
  const known = RESOLUTIONS.find((resolution) => resolution.name === name);
  const id = known?.id ?? '10099';
  return { self: `${rest(view)}/resolution/${id}`, id, description: known?.description ?? '', name };
}

/** `properties` only where the caller expanded them. */
export function renderComment(view: View, comment: JiraCommentRecord, withProperties = false): Json {
  return {
    self: `${rest(view)}/issue/${comment.issueId}/comment/${comment.id}`,
    id: comment.id,
    author: renderUser(view, comment.author),
    body: renderText(view, comment.body),
    updateAuthor: renderUser(view, comment.updateAuthor),
    created: jiraTime(comment.created),
    updated: jiraTime(comment.updated),
    jsdPublic: isPublic(comment),
    ...(withProperties ? { properties: comment.properties } : {}),
  };
}

/** Does a service project's customer see it? Where nothing is said, they do. */
export function isPublic({ properties }: JiraCommentRecord): boolean {
  return !properties.some(isInternal);
}

/** What keeps a comment from a service project's customers. */
function isInternal({ key, value }: JiraCommentRecord['properties'][number]): boolean {
  return key === 'sd.public.comment' && (value as { internal?: unknown } | null)?.internal === true;
}

export function renderChange(view: View, change: JiraChangeRecord): Json {
  return {
    id: change.id,
    author: renderUser(view, change.author),
    created: jiraTime(change.created),
    items: change.items.map((item) => ({ fieldtype: 'jira', ...item })),
  };
}

/** The agile API's sprint; what is unknown is left out, as Jira does. */
export function renderSprint(view: View, sprint: JiraSprintRecord): Json {
  return {
    id: sprint.id,
    self: `${view.base}/rest/agile/1.0/sprint/${sprint.id}`,
    state: sprint.state,
    name: sprint.name,
    ...(sprint.startDate === null ? {} : { startDate: sprint.startDate }),
    ...(sprint.endDate === null ? {} : { endDate: sprint.endDate }),
    ...(sprint.completeDate === null ? {} : { completeDate: sprint.completeDate }),
    originBoardId: sprint.boardId,
    goal: sprint.goal ?? '',
  };
}

/** `<site>/rest/api/<version>` */
export function rest(view: View): string {
  return `${view.base}/rest/api/${view.version}`;
}

function avatars(base: string): Json {
  return Object.fromEntries([16, 24, 32, 48].map((size) => [`${size}x${size}`, `${base}?size=${size}`]));
}
