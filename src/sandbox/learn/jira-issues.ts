import type { SandboxDeps } from '../deps.js';
import { SPRINT_FIELD, STORY_POINTS_FIELD } from '../jira/catalog.js';
import type { AdfNode, JiraIssueRecord, RichText, StatusCategoryKey } from '../jira/records.js';
import { richText, richTextFromAdf } from '../jira/rich-text.js';
import { isRecord, type JsonRecord, recordAt, textAt } from '../loose-json.js';
import { learnUser } from './jira-people.js';
import { isSprintField, learnSprints } from './jira-sprints.js';
import { type Note, toIso } from './note.js';

/** Project of issues of which only the id is known. */
const NAMELESS_PROJECT = 'LEARNED';

export interface Occasion {
  /** When it was said, for bodies whose issue carries no times. */
  readonly time: string;
  /** Keys that the issue had before it moved. */
  readonly movedFrom?: readonly string[];
}

/**
 * Makes an issue known by its REST shape. One that is known keeps what it has, unless the body is the first full one
 * or a newer one. Null where the value names no issue.
 */
export function learnIssue(
  deps: SandboxDeps,
  raw: JsonRecord,
  occasion: Occasion,
  note: Note,
): JiraIssueRecord | null {
  const key = textAt(raw, 'key')?.toUpperCase() ?? null;
  const id = textAt(raw, 'id');
  if (key === null || !/^[A-Z][A-Z0-9_]*-\d+$/.test(key)) {
    return id === null ? null : ensureIssueById(deps, id, occasion.time, note);
  }
  const fields = recordAt(raw, 'fields');
  const known = deps.jira.findIssue(key);
  const issueId = known?.id ?? freeId(deps, id, occasion.movedFrom ?? []);
  note(`issue ${key}`);
  const issue = issueFrom(deps, { id: issueId, key, fields }, known, occasion.time, note);
  if (known !== null && !isBetter(deps, known, fields)) {
    return known;
  }
  deps.jira.saveIssue(issue);
  if (isFull(fields)) {
    deps.store.remove('jira', 'known_in_part', issueId);
  } else {
    deps.store.put('jira', 'known_in_part', issueId, true);
  }
  return issue;
}

/** The issue with this id; where there is none, a nameless one, until a body tells more. */
export function ensureIssueById(deps: SandboxDeps, id: string, time: string, note: Note): JiraIssueRecord {
  const known = deps.jira.findIssue(id);
  if (known !== null) {
    note(`issue ${known.key}`);
    return known;
  }
  const issue = issueFrom(
    deps,
    { id, key: `${NAMELESS_PROJECT}-${id}`, fields: {} },
    null,
    time,
    () => undefined,
  );
  deps.jira.saveIssue(issue);
  deps.store.put('jira', 'known_in_part', id, true);
  note(`issue ${issue.key}`);
  return issue;
}

function isFull(fields: JsonRecord): boolean {
  return textAt(fields, 'summary') !== null && textAt(fields, 'updated') !== null && isRecord(fields.status);
}

function isBetter(deps: SandboxDeps, known: JiraIssueRecord, fields: JsonRecord): boolean {
  if (!isFull(fields)) {
    return false;
  }
  const knownInPart = deps.store.get('jira', 'known_in_part', known.id) !== null;
  return knownInPart || (toIso(fields.updated) ?? '') > known.updated;
}

/** The body's own id, unless it belongs to another issue here (sites count alike). A moved issue keeps its id. */
function freeId(deps: SandboxDeps, id: string | null, movedFrom: readonly string[]): string {
  const holder = id === null ? null : deps.jira.findIssue(id);
  const ours = holder === null || holder.projectKey === NAMELESS_PROJECT || movedFrom.includes(holder.key);
  return id !== null && ours ? id : deps.jira.newIssueId();
}

interface Named {
  readonly id: string;
  readonly key: string;
  readonly fields: JsonRecord;
}

function issueFrom(
  deps: SandboxDeps,
  { id, key, fields }: Named,
  known: JiraIssueRecord | null,
  time: string,
  note: Note,
): JiraIssueRecord {
  const created = toIso(fields.created) ?? known?.created ?? time;
  return {
    id,
    key,
    projectKey: learnProject(deps, key, fields.project, note),
    summary: textAt(fields, 'summary') ?? known?.summary ?? `(no summary of ${key} in the event)`,
    description: textFrom(fields.description) ?? known?.description ?? null,
    issueType: textAt(fields, 'issuetype', 'name') ?? known?.issueType ?? 'Task',
    statusId: statusFrom(deps, fields) ?? known?.statusId ?? deps.jira.ensureStatus('To Do', 'new').id,
    priority: textAt(fields, 'priority', 'name'),
    assignee: learnUser(deps, fields.assignee, note),
    reporter: learnUser(deps, fields.reporter, note) ?? known?.reporter ?? null,
    creator: learnUser(deps, fields.creator, note) ?? known?.creator ?? null,
    labels: Array.isArray(fields.labels) ? fields.labels.filter((label) => typeof label === 'string') : [],
    dueDate: textAt(fields, 'duedate'),
    resolution: textAt(fields, 'resolution', 'name'),
    resolutionDate: toIso(fields.resolutiondate),
    created,
    updated: toIso(fields.updated) ?? known?.updated ?? time,
    sprintIds: learnSprints(deps, fields, key, note),
    parentKey: textAt(fields, 'parent', 'key'),
    storyPoints: numberIn(fields[STORY_POINTS_FIELD]) ?? known?.storyPoints ?? null,
    custom: { ...known?.custom, ...customFields(fields) },
  };
}

function learnProject(deps: SandboxDeps, key: string, raw: unknown, note: Note): string {
  const projectKey = key.slice(0, key.lastIndexOf('-'));
  if (deps.jira.findProject(projectKey) === null) {
    const id = textAt(raw, 'id');
    const taken = id === null || deps.jira.findProject(id) !== null;
    deps.jira.saveProject({
      id: taken ? String(deps.store.nextNumber('learn.project', 90_001)) : id,
      key: projectKey,
      name: textAt(raw, 'name') ?? projectKey,
      lead: null,
    });
  }
  note(`project ${projectKey}`);
  return projectKey;
}

function statusFrom(deps: SandboxDeps, fields: JsonRecord): string | null {
  const name = textAt(fields, 'status', 'name');
  const category = textAt(fields, 'status', 'statusCategory', 'key');
  return name === null
    ? null
    : deps.jira.ensureStatus(name, isCategory(category) ? category : 'indeterminate').id;
}

function isCategory(key: string | null): key is StatusCategoryKey {
  return key === 'new' || key === 'indeterminate' || key === 'done';
}

/** A text of a webhook: wiki markup, or ADF from newer sites; null where it is empty. */
export function textFrom(value: unknown): RichText | null {
  if (isRecord(value) && value.type === 'doc') {
    return richTextFromAdf(value as unknown as AdfNode);
  }
  const text = textAt(value);
  return text === null ? null : richText(text);
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** The ids that mean something here are read elsewhere. */
const OWN_FIELDS: readonly string[] = [SPRINT_FIELD, STORY_POINTS_FIELD];

function customFields(fields: JsonRecord): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        name.startsWith('customfield_') &&
        !OWN_FIELDS.includes(name) &&
        value !== null &&
        !isSprintField(value),
    ),
  );
}
