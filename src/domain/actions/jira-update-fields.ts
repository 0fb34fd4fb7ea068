import type { ContextFacts } from '../context.js';
import { issueTarget, ownIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow, type Standing } from './row.js';

/** Null, or an empty list, leaves a field as it is. */
export interface JiraUpdateFields {
  readonly issueKey: string;
  /** Name of the priority. */
  readonly priority: string | null;
  readonly addLabels: readonly string[];
  readonly removeLabels: readonly string[];
  /** `YYYY-MM-DD` */
  readonly dueDate: string | null;
  /** In the team's own unit, story points mostly. */
  readonly estimate: number | null;
  /** The sprint that runs on the project's board, or the one after it. */
  readonly sprint: 'active' | 'next' | null;
}

export const jiraUpdateFields: ActionRow<JiraUpdateFields> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: (payload) => `Change ${payload.issueKey}: ${changesOf(payload).join(', ')}`,
    named: (payload) => payload,
    words: () => null,
    rewritten: (payload, rewrite) => ({
      ...payload,
      priority: payload.priority === null ? null : rewrite(payload.priority),
      addLabels: payload.addLabels.map(rewrite),
      removeLabels: payload.removeLabels.map(rewrite),
    }),
  },
  editable: [
    { name: 'priority', label: 'Priority; empty: as it is', as: 'lineOrNothing' },
    { name: 'addLabels', label: 'Labels to add, one a line', as: 'list' },
    { name: 'removeLabels', label: 'Labels to remove, one a line', as: 'list' },
    { name: 'dueDate', label: 'Due, like 2026-12-24; empty: as it is', as: 'lineOrNothing' },
    { name: 'estimate', label: 'Estimate; empty: as it is', as: 'numberOrNothing' },
    { name: 'sprint', label: 'Sprint, active or next; empty: as it is', as: 'lineOrNothing' },
  ],
  target: { ...issueTarget, refusal: (payload, { facts }) => refusalOf(payload, facts) },
  preconditions: {
    words:
      'the fields that it changes stand as the decision saw them; an estimate, which it does not see, is only set where there is none',
    seen: (payload, facts) => seenOf(payload, facts),
    already: (payload, { facts }) => heldAlready(payload, facts),
  },
  marker: { words: 'the fields themselves', appearsLate: false, provesOurs: false },
  inverse: {
    reversible: true,
    words: 'gives the fields back what they held',
    windowMs: A_DAY_MS,
    by: 'standing',
  },
  risk: { grade: 'G2', why: 'others plan by these fields; a priority is G3' },
};

function changesOf(payload: JiraUpdateFields): readonly string[] {
  const { priority, addLabels, removeLabels, dueDate, estimate, sprint } = payload;
  return [
    ...(priority === null ? [] : [`priority ${priority}`]),
    ...addLabels.map((label) => `label +${label}`),
    ...removeLabels.map((label) => `label -${label}`),
    ...(dueDate === null ? [] : [`due ${dueDate}`]),
    ...(estimate === null ? [] : [`estimate ${estimate}`]),
    ...(sprint === null ? [] : [`into the ${sprint} sprint`]),
  ];
}

function refusalOf(payload: JiraUpdateFields, facts: ContextFacts): string | null {
  const foreign = ownIssueRefusal(payload.issueKey, facts);
  if (foreign !== null) {
    return foreign;
  }
  const spaced = [...payload.addLabels, ...payload.removeLabels].find((label) => !/^\S+$/.test(label));
  if (spaced !== undefined) {
    return `${JSON.stringify(spaced)} is no label: Jira's labels have no spaces`;
  }
  return changesOf(payload).length === 0 ? 'it changes nothing' : null;
}

/** Only the fields that it changes: a person may change others meanwhile. */
function seenOf(payload: JiraUpdateFields, { issue }: ContextFacts): Standing | null {
  if (issue === null || issue.key !== payload.issueKey) {
    return null;
  }
  const { priority, addLabels, removeLabels, dueDate, estimate, sprint } = payload;
  const labels = issue.labels === undefined ? {} : { labels: issue.labels.toSorted() };
  const due = issue.dueDate === undefined ? {} : { dueDate: issue.dueDate };
  const inSprint = issue.sprintId === undefined ? {} : { sprint: issue.sprintId };
  return {
    ...(priority === null ? {} : { priority: issue.priority }),
    ...(addLabels.length + removeLabels.length === 0 ? {} : labels),
    ...(dueDate === null ? {} : due),
    ...(estimate === null ? {} : { estimate: null }),
    ...(sprint === null ? {} : inSprint),
  };
}

/** Each field that it names; an estimate and a sprint are not known well enough to tell. */
function heldAlready(payload: JiraUpdateFields, { issue }: ContextFacts): string | null {
  const { issueKey, priority, addLabels, removeLabels, dueDate, estimate, sprint } = payload;
  if (issue === null || issue.key !== issueKey || estimate !== null || sprint !== null) {
    return null;
  }
  const { labels } = issue;
  const holds =
    changesOf(payload).length > 0 &&
    (priority === null || priority === issue.priority) &&
    (dueDate === null || dueDate === issue.dueDate) &&
    addLabels.every((label) => labels?.includes(label) === true) &&
    removeLabels.every((label) => labels?.includes(label) === false);
  return holds ? `it is so already: ${issueKey} has ${heldOf(payload).join(', ')}` : null;
}

function heldOf({ priority, addLabels, removeLabels, dueDate }: JiraUpdateFields): readonly string[] {
  return [
    ...(priority === null ? [] : [`priority ${priority}`]),
    ...addLabels.map((label) => `label ${label}`),
    ...removeLabels.map((label) => `no label ${label}`),
    ...(dueDate === null ? [] : [`due date ${dueDate}`]),
  ];
}
