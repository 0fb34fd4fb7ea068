/** What every site of the simulated Jira knows: issue types, priorities, resolutions, fields and link types. */
import type {
  JiraLinkTypeRecord,
  JiraStatusRecord,
  JiraTransitionRecord,
  StatusCategoryKey,
} from './records.js';
import type { JiraState } from './state.js';

export const SPRINT_FIELD = 'customfield_10020';
export const STORY_POINTS_FIELD = 'customfield_10016';

export const ISSUE_TYPES = [
  { id: '10000', name: 'Epic', subtask: false, hierarchyLevel: 1, description: 'A big piece of work.' },
  { id: '10001', name: 'Story', subtask: false, hierarchyLevel: 0, description: 'A user goal.' },
  { id: '10002', name: 'Task', subtask: false, hierarchyLevel: 0, description: 'A piece of work.' },
  { id: '10003', name: 'Sub-task', subtask: true, hierarchyLevel: -1, description: 'A part of an issue.' },
  { id: '10004', name: 'Bug', subtask: false, hierarchyLevel: 0, description: 'Something does not work.' },
] as const;

export const PRIORITIES = [
  { id: '1', name: 'Highest', statusColor: '#d04437' },
  { id: '2', name: 'High', statusColor: '#f15c75' },
  { id: '3', name: 'Medium', statusColor: '#f79232' },
  { id: '4', name: 'Low', statusColor: '#707070' },
  { id: '5', name: 'Lowest', statusColor: '#999999' },
] as const;

export const RESOLUTIONS = [
  { id: '10000', name: 'Done', description: 'Work has been completed on this issue.' },
  { id: '10001', name: "Won't Do", description: 'This issue will not be worked on.' },
  { id: '10002', name: 'Duplicate', description: 'The problem is a duplicate of an existing issue.' },
  { id: '10003', name: 'Cannot Reproduce', description: 'The problem could not be seen again.' },
] as const;

export const LINK_TYPES: readonly JiraLinkTypeRecord[] = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' },
  { id: '10002', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10003', name: 'Relates', inward: 'relates to', outward: 'relates to' },
];

export const STATUSES: readonly JiraStatusRecord[] = [
  { id: '10001', name: 'To Do', category: 'new' },
  { id: '3', name: 'In Progress', category: 'indeterminate' },
  { id: '10002', name: 'In Review', category: 'indeterminate' },
  { id: '10003', name: 'Done', category: 'done' },
  { id: '10004', name: 'Resolved', category: 'done' },
];

const ofService = { projects: ['SUP'] };

export const TRANSITIONS: readonly JiraTransitionRecord[] = [
  { id: '11', name: 'Back to To Do', from: ['3', '10003'], to: '10001', requiredFields: [] },
  { id: '21', name: 'Start progress', from: ['10001', '10002', '10003'], to: '3', requiredFields: [] },
  { id: '31', name: 'Ready for review', from: ['3'], to: '10002', requiredFields: [] },
  { id: '41', name: 'Done', from: ['3', '10002'], to: '10003', requiredFields: [] },
  // The service project wants to know how a request ended, and who takes one that comes back.
  {
    ...ofService,
    id: '51',
    name: 'Resolve',
    from: ['10001', '3'],
    to: '10004',
    requiredFields: ['resolution'],
  },
  { ...ofService, id: '61', name: 'Reopen', from: ['10004'], to: '10001', requiredFields: ['assignee'] },
];

export const STATUS_CATEGORIES: Readonly<
  Record<StatusCategoryKey, { id: number; name: string; colorName: string }>
> = {
  new: { id: 2, name: 'To Do', colorName: 'blue-gray' },
  indeterminate: { id: 4, name: 'In Progress', colorName: 'yellow' },
  done: { id: 3, name: 'Done', colorName: 'green' },
};

/** id, name, schema type, and the clause names that JQL knows it by. */
export const FIELDS: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['summary', 'Summary', 'string', ['summary']],
  ['description', 'Description', 'string', ['description']],
  ['issuetype', 'Issue Type', 'issuetype', ['issuetype', 'type']],
  ['project', 'Project', 'project', ['project']],
  ['status', 'Status', 'status', ['status']],
  ['priority', 'Priority', 'priority', ['priority']],
  ['assignee', 'Assignee', 'user', ['assignee']],
  ['reporter', 'Reporter', 'user', ['reporter']],
  ['creator', 'Creator', 'user', ['creator']],
  ['labels', 'Labels', 'array', ['labels']],
  ['duedate', 'Due date', 'date', ['due', 'duedate']],
  ['created', 'Created', 'datetime', ['created', 'createdDate']],
  ['updated', 'Updated', 'datetime', ['updated', 'updatedDate']],
  ['resolution', 'Resolution', 'resolution', ['resolution']],
  ['resolutiondate', 'Resolved', 'datetime', ['resolutiondate', 'resolved']],
  ['issuelinks', 'Linked Issues', 'array', ['issueLink']],
  ['subtasks', 'Sub-tasks', 'array', ['subtasks']],
  ['parent', 'Parent', 'issuelink', ['parent']],
  ['comment', 'Comment', 'comments-page', ['comment']],
  [STORY_POINTS_FIELD, 'Story Points', 'number', ['cf[10016]', 'Story Points']],
  ['customfield_10036', 'Story point estimate', 'number', ['cf[10036]', 'Story point estimate']],
  [SPRINT_FIELD, 'Sprint', 'array', ['cf[10020]', 'Sprint']],
];

/** The estimates of team-managed projects, each project's by an id of its own; with the project's. */
export function ownEstimates(state: JiraState) {
  return state
    .projects()
    .flatMap(({ id, teamManaged }) =>
      teamManaged === undefined ? [] : [[teamManaged.estimateField, 'Story point estimate', id] as const],
    );
}
