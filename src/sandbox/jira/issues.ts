import type { JiraChangeItem, JiraChangeRecord, JiraIssueRecord, RichText } from './records.js';

/** What a new issue may say; the rest gets Jira's defaults. `description` as a string is wiki markup. */
export interface NewIssue {
  projectKey: string;
  summary: string;
  description?: string | RichText | null;
  issueType?: string;
  priority?: string | null;
  assignee?: string | null;
  reporter?: string | null;
  labels?: string[];
  dueDate?: string | null;
  sprintIds?: number[];
  parentKey?: string | null;
  storyPoints?: number | null;
  custom?: Record<string, unknown>;
  properties?: { key: string; value: unknown }[];
}

/** Fields that `updateIssue` knows how to tell the changelog about. */
export type IssueChanges = Partial<
  Pick<
    JiraIssueRecord,
    | 'summary'
    | 'description'
    | 'issueType'
    | 'statusId'
    | 'priority'
    | 'assignee'
    | 'reporter'
    | 'labels'
    | 'dueDate'
    | 'resolution'
    | 'sprintIds'
    | 'parentKey'
    | 'storyPoints'
    | 'custom'
  >
>;

export interface IssueState {
  issues(): JiraIssueRecord[];
  /** By key (any case) or id. */
  findIssue(keyOrId: string): JiraIssueRecord | null;
  /** Stores the record as it is: no changelog, no webhook. */
  saveIssue(issue: JiraIssueRecord): void;
  /** An id that no issue has. */
  newIssueId(): string;
  createIssue(by: string, fields: NewIssue): JiraIssueRecord;
  /** Writes the changelog and sends `jira:issue_updated`; nothing happens where nothing differs. */
  updateIssue(by: string, issue: JiraIssueRecord, changes: IssueChanges): JiraIssueRecord;
  /** Moves the issue along a transition of its workflow; null where its status does not offer it. */
  transitionIssue(
    by: string,
    issue: JiraIssueRecord,
    transitionId: string,
    fields?: IssueChanges,
  ): JiraIssueRecord | null;
  deleteIssue(by: string, issue: JiraIssueRecord): void;
  /** Oldest first. */
  changes(issueId: string): JiraChangeRecord[];
  saveChange(change: JiraChangeRecord): void;
  /** Writes a changelog entry and moves `updated`, without a webhook. */
  noteChange(by: string, issue: JiraIssueRecord, items: JiraChangeItem[]): JiraChangeRecord;
}
