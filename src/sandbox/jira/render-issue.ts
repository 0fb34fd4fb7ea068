/** An issue as Jira shows it, with the fields that the caller asked for. */
import { FIELDS, ownEstimates, SPRINT_FIELD, STORY_POINTS_FIELD } from './catalog.js';
import type { JiraIssueRecord, JiraLinkRecord, JiraSprintRecord } from './records.js';
import {
  jiraTime,
  renderChange,
  renderComment,
  renderIssueType,
  renderPriority,
  renderProject,
  renderResolution,
  renderStatus,
  renderText,
  renderUser,
  rest,
  type View,
} from './render.js';
import { renderTransition } from './render-transition.js';

type Json = Record<string, unknown>;

/** Names of fields, `*all`, `*navigable`, or `-name` to leave one out; null: all. */
type FieldSelection = readonly string[] | null;

export interface IssueOptions {
  readonly fields?: FieldSelection;
  /** `changelog`, `renderedFields`, … */
  readonly expand?: readonly string[];
  /** Keys of the properties to show. */
  readonly properties?: readonly string[];
}

/** Left out of `*navigable`, as in Jira. */
const NOT_NAVIGABLE = ['comment', 'description'];

export function renderIssue(
  view: View,
  issue: JiraIssueRecord,
  options: IssueOptions = {},
): Json & { fields: Json } {
  const { fields = null, expand = [], properties = [] } = options;
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    id: issue.id,
    self: `${rest(view)}/issue/${issue.id}`,
    key: issue.key,
    ...(expand.includes('changelog') ? { changelog: renderChangelog(view, issue) } : {}),
    ...(expand.some((one) => one.startsWith('transitions'))
      ? { transitions: renderTransitions(view, issue, expand.includes('transitions.fields')) }
      : {}),
    ...(expand.includes('renderedFields') ? { renderedFields: renderedFields(view, issue) } : {}),
    ...(properties.length === 0 ? {} : { properties: selectProperties(issue, properties) }),
    fields: selectFields(view, issue, fields),
  };
}

/** Of the fields that an answer shows, by their ids: `expand=names`, which a page tells once for all its issues. */
export function namesOfFields(view: View, fields: Json): Readonly<Record<string, string>> {
  const all = new Map([...FIELDS, ...ownEstimates(view.state)].map(([id, name]) => [id, name]));
  return Object.fromEntries(Object.keys(fields).map((id) => [id, all.get(id) ?? id]));
}

function selectProperties(issue: JiraIssueRecord, keys: readonly string[]): Json {
  const shown = (issue.properties ?? []).filter(({ key }) => keys.includes(key) || keys.includes('*all'));
  return Object.fromEntries(shown.map(({ key, value }) => [key, value]));
}

/** Jira shows the newest first here. */
function renderChangelog(view: View, issue: JiraIssueRecord): Json {
  const histories = view.state
    .changes(issue.id)
    .map((change) => renderChange(view, change))
    .reverse();
  return { startAt: 0, maxResults: histories.length, total: histories.length, histories };
}

/** Each with its screen, where that is asked for. */
export function renderTransitions(view: View, issue: JiraIssueRecord, withFields: boolean): Json[] {
  return view.state
    .transitionsFrom(issue.statusId, issue.projectKey)
    .map((transition) => renderTransition(view, transition, withFields));
}

function renderedFields(view: View, issue: JiraIssueRecord): Json {
  const comments = view.state.comments(issue.id);
  return {
    description: html(issue.description?.wiki ?? ''),
    comment: { comments: comments.map(({ id, body }) => ({ id, body: html(body.wiki) })) },
  };
}

function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '' : `<p>${escaped.replaceAll('\n', '<br/>\n')}</p>`;
}

/** Only what was asked for is computed: comments and links cost reads. */
function selectFields(view: View, issue: JiraIssueRecord, selection: FieldSelection): Json {
  const wanted = selection ?? ['*all'];
  const left = new Set(wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1)));
  const everything = wanted.includes('*all') || wanted.every((name) => name.startsWith('-'));
  const navigable = wanted.includes('*navigable');
  const isWanted = (id: string): boolean => {
    if (left.has(id)) return false;
    return everything || wanted.includes(id) || (navigable && !NOT_NAVIGABLE.includes(id));
  };
  const known = Object.entries(FIELD_RENDERERS).filter(([id]) => isWanted(id));
  const custom = Object.entries(issue.custom).filter(([id]) => isWanted(id));
  return Object.fromEntries([...known.map(([id, render]) => [id, render(view, issue)]), ...custom]);
}

const FIELD_RENDERERS: Readonly<Record<string, (view: View, issue: JiraIssueRecord) => unknown>> = {
  summary: (_view, issue) => issue.summary,
  issuetype: (view, issue) => renderIssueType(view, issue.issueType),
  project: (view, issue) => {
    const project = view.state.findProject(issue.projectKey);
    return project === null ? null : renderProject(view, project);
  },
  status: (view, issue) => {
    const status = view.state.findStatus(issue.statusId);
    return status === null ? null : renderStatus(view, status);
  },
  priority: (view, issue) => renderPriority(view, issue.priority),
  resolution: (view, issue) => renderResolution(view, issue.resolution),
  resolutiondate: (_view, issue) => (issue.resolutionDate === null ? null : jiraTime(issue.resolutionDate)),
  assignee: (view, issue) => renderUser(view, issue.assignee),
  reporter: (view, issue) => renderUser(view, issue.reporter),
  creator: (view, issue) => renderUser(view, issue.creator),
  labels: (_view, issue) => issue.labels,
  duedate: (_view, issue) => issue.dueDate,
  created: (_view, issue) => jiraTime(issue.created),
  updated: (_view, issue) => jiraTime(issue.updated),
  description: (view, issue) => renderText(view, issue.description),
  parent: (view, issue) => {
    const parent = issue.parentKey === null ? null : view.state.findIssue(issue.parentKey);
    return parent === null ? undefined : issueReference(view, parent);
  },
  subtasks: (view, issue) =>
    view.state
      .issues()
      .filter(({ parentKey, issueType }) => parentKey === issue.key && issueType === 'Sub-task')
      .map((subtask) => issueReference(view, subtask)),
  issuelinks: (view, issue) => view.state.links(issue.id).map((link) => renderLinkFrom(view, link, issue.id)),
  comment: (view, issue) => {
    const comments = view.state.comments(issue.id);
    return {
      comments: comments.map((comment) => renderComment(view, comment)),
      self: `${rest(view)}/issue/${issue.id}/comment`,
      maxResults: comments.length,
      total: comments.length,
      startAt: 0,
    };
  },
  attachment: () => [],
  fixVersions: () => [],
  versions: () => [],
  components: () => [],
  watches: (view, issue) => ({
    self: `${rest(view)}/issue/${issue.key}/watchers`,
    watchCount: 1,
    isWatching: false,
  }),
  timetracking: () => ({}),
  [STORY_POINTS_FIELD]: (_view, issue) => issue.storyPoints,
  [SPRINT_FIELD]: (view, issue) => {
    const sprints = issue.sprintIds
      .map((id) => view.state.findSprint(id))
      .filter((sprint) => sprint !== null);
    return sprints.length === 0 ? null : sprints.map(sprintField);
  },
};

/** The Sprint custom field of Cloud: `boardId`, and no `self`. */
function sprintField(sprint: JiraSprintRecord): Json {
  return {
    id: sprint.id,
    name: sprint.name,
    state: sprint.state,
    boardId: sprint.boardId,
    goal: sprint.goal ?? '',
    ...(sprint.startDate === null ? {} : { startDate: sprint.startDate }),
    ...(sprint.endDate === null ? {} : { endDate: sprint.endDate }),
    ...(sprint.completeDate === null ? {} : { completeDate: sprint.completeDate }),
  };
}

/** How another issue names this one: links, parent, subtasks. */
function issueReference(view: View, issue: JiraIssueRecord): Json {
  return {
    id: issue.id,
    key: issue.key,
    self: `${rest(view)}/issue/${issue.id}`,
    fields: selectFields(view, issue, ['summary', 'status', 'priority', 'issuetype']),
  };
}

/** From one end, Jira names the other end only. */
function renderLinkFrom(view: View, link: JiraLinkRecord, issueId: string): Json {
  const isSource = link.sourceIssueId === issueId;
  const other = view.state.findIssue(isSource ? link.destinationIssueId : link.sourceIssueId);
  const side = isSource ? 'outwardIssue' : 'inwardIssue';
  return { ...linkHead(view, link), ...(other === null ? {} : { [side]: issueReference(view, other) }) };
}

/** Both ends, as `GET /issueLink/{id}` answers. */
export function renderLink(view: View, link: JiraLinkRecord): Json {
  const source = view.state.findIssue(link.sourceIssueId);
  const destination = view.state.findIssue(link.destinationIssueId);
  return {
    ...linkHead(view, link),
    ...(source === null ? {} : { inwardIssue: issueReference(view, source) }),
    ...(destination === null ? {} : { outwardIssue: issueReference(view, destination) }),
  };
}

function linkHead(view: View, link: JiraLinkRecord): Json {
  const type = view.state.linkTypes().find(({ id }) => id === link.typeId);
  return {
    id: link.id,
    self: `${rest(view)}/issueLink/${link.id}`,
    type: { ...type, self: `${rest(view)}/issueLinkType/${link.typeId}` },
  };
}
