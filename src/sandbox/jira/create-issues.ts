import { nowIso, type Scope } from '../scope.js';
import { changelogItems } from './changelog.js';
import type { DirectoryState } from './directory.js';
import type { IssueChanges, IssueState, NewIssue } from './issues.js';
import type { JiraChangeRecord, JiraIssueRecord } from './records.js';
import { richText } from './rich-text.js';
import type { SprintState } from './sprints.js';
import type { JiraWebhooks } from './webhooks.js';

type Known = DirectoryState & SprintState;

const FIRST_ISSUE_ID = 1_200_001;
const FIRST_CHANGE_ID = 3_200_001;

/** Issues and their changelogs in the store. */
export function createIssues(scope: Scope, known: Known, webhooks: JiraWebhooks): IssueState {
  const { store } = scope;
  const reads = issueReads(scope);
  return {
    ...reads,
    createIssue: (by, fields) =>
      store.transaction(() => {
        const issue = newRecord(scope, known, reads, by, fields);
        reads.saveIssue(issue);
        webhooks.issueCreated(by, issue);
        return issue;
      }),
    updateIssue: (by, issue, changes) => update({ scope, known, reads, webhooks }, by, issue, changes),
    transitionIssue: (by, issue, transitionId, fields = {}) => {
      const transition = known
        .transitionsFrom(issue.statusId, issue.projectKey)
        .find(({ id }) => id === transitionId);
      if (transition === undefined) return null;
      const resolution = resolutionAfter(known, issue, transition.to, fields);
      return update({ scope, known, reads, webhooks }, by, issue, {
        ...fields,
        statusId: transition.to,
        resolution,
      });
    },
    deleteIssue: (by, issue) =>
      store.transaction(() => {
        store.remove('jira', 'issue', issue.id);
        webhooks.issueDeleted(by, issue);
      }),
  };
}

type Reads = Pick<
  IssueState,
  'issues' | 'findIssue' | 'saveIssue' | 'newIssueId' | 'changes' | 'saveChange' | 'noteChange'
>;

function issueReads(scope: Scope): Reads {
  const { store } = scope;
  const saveIssue = (issue: JiraIssueRecord): void => {
    store.put('jira', 'issue', issue.id, issue, issue.projectKey);
    store.put('jira', 'key', issue.key.toUpperCase(), issue.id);
  };
  const saveChange = (change: JiraChangeRecord): void =>
    store.put('jira', 'change', change.id, change, change.issueId);
  const byId = (id: string) => store.get<JiraIssueRecord>('jira', 'issue', id);
  return {
    issues: () => store.list<JiraIssueRecord>('jira', 'issue'),
    findIssue: (keyOrId) => {
      const id = store.get<string>('jira', 'key', keyOrId.toUpperCase()) ?? keyOrId;
      return byId(id);
    },
    saveIssue,
    newIssueId: () => {
      let id = String(store.nextNumber('jira.issue', FIRST_ISSUE_ID));
      while (byId(id) !== null) id = String(store.nextNumber('jira.issue', FIRST_ISSUE_ID));
      return id;
    },
    changes: (issueId) => store.list<JiraChangeRecord>('jira', 'change', issueId),
    saveChange,
    noteChange: (by, issue, items) =>
      store.transaction(() => {
        const id = String(store.nextNumber('jira.change', FIRST_CHANGE_ID));
        const change = { id, issueId: issue.id, author: by, created: nowIso(scope), items };
        saveIssue({ ...issue, updated: change.created });
        saveChange(change);
        return change;
      }),
  };
}

function newRecord(scope: Scope, known: Known, reads: Reads, by: string, fields: NewIssue): JiraIssueRecord {
  const now = nowIso(scope);
  const { description = null } = fields;
  return {
    id: reads.newIssueId(),
    key: newKey(scope, reads, fields.projectKey),
    projectKey: fields.projectKey,
    summary: fields.summary,
    description: description === null ? null : richText(description, (id) => nameOf(known, id)),
    issueType: fields.issueType ?? 'Task',
    statusId: known.ensureStatus('To Do', 'new').id,
    priority: fields.priority === undefined ? 'Medium' : fields.priority,
    assignee: fields.assignee ?? null,
    reporter: fields.reporter ?? by,
    creator: by,
    labels: fields.labels ?? [],
    dueDate: fields.dueDate ?? null,
    resolution: null,
    resolutionDate: null,
    created: now,
    updated: now,
    sprintIds: fields.sprintIds ?? [],
    parentKey: fields.parentKey ?? null,
    storyPoints: fields.storyPoints ?? null,
    custom: fields.custom ?? {},
    properties: fields.properties ?? [],
  };
}

function newKey({ store }: Scope, reads: Reads, projectKey: string): string {
  const next = () => `${projectKey}-${store.nextNumber(`jira.key.${projectKey}`, 1)}`;
  let key = next();
  while (reads.findIssue(key) !== null) key = next();
  return key;
}

interface Writing {
  readonly scope: Scope;
  readonly known: Known;
  readonly reads: Reads;
  readonly webhooks: JiraWebhooks;
}

function update(
  { scope, known, reads, webhooks }: Writing,
  by: string,
  issue: JiraIssueRecord,
  changes: IssueChanges,
): JiraIssueRecord {
  const now = nowIso(scope);
  const after = { ...issue, ...changes };
  const items = changelogItems(issue, after, known);
  if (items.length === 0) return issue;
  if (after.resolution !== issue.resolution) after.resolutionDate = after.resolution === null ? null : now;
  after.updated = now;
  return scope.store.transaction(() => {
    const change = reads.noteChange(by, after, items);
    webhooks.issueUpdated(by, after, change);
    return after;
  });
}

/** A closed issue has a resolution, an open one has none. */
function resolutionAfter(
  known: Known,
  issue: JiraIssueRecord,
  statusId: string,
  fields: IssueChanges,
): string | null {
  if (known.findStatus(statusId)?.category !== 'done') return null;
  return fields.resolution ?? issue.resolution ?? 'Done';
}

function nameOf(known: Known, accountId: string): string | null {
  return known.findUser(accountId)?.displayName ?? null;
}
