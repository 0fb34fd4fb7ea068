/** The port: what changes an issue besides its status, assignee and comments. */
import type { OutgoingRequest } from '../../domain/effect.js';

/** Ids of the fields that differ from site to site; null where the site has none. */
export interface SiteFields {
  readonly sprint: string | null;
  /** That of the project which was asked about. */
  readonly estimate: string | null;
  /** The name of that field; where there is none, what pm-agent.yaml calls it; null where it does not say. */
  readonly estimateName: string | null;
}

export interface CommentStanding {
  readonly created: string;
  readonly updated: string;
  /** Who wrote it last. */
  readonly updatedBy: string | null;
}

/** Only members that are given are changed; null empties a field. */
export interface FieldsWrite {
  readonly issueKey: string;
  readonly priority?: string | null;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  /** `YYYY-MM-DD` */
  readonly dueDate?: string | null;
  readonly estimate?: { readonly field: string; readonly value: number | null };
  readonly sprint?: { readonly field: string; readonly id: number | null };
}

export interface LinkType {
  readonly name: string;
  readonly inward: string;
  readonly outward: string;
}

export interface LinkWrite {
  readonly type: string;
  /** "from <outward> to" */
  readonly fromKey: string;
  readonly toKey: string;
}

export interface IssueType {
  readonly id: string;
  readonly name: string;
  readonly subtask: boolean;
}

export interface IssueWrite {
  readonly projectKey: string;
  /** Of a sub-task; null otherwise. */
  readonly parentKey: string | null;
  readonly typeId: string;
  readonly summary: string;
  /** Markdown */
  readonly description: string;
  /** Idempotency marker, stored as issue property `pm-agent.action`. */
  readonly actionId: string;
  readonly answers: readonly string[];
}

export interface MarkedIssueQuery {
  readonly projectKey: string;
  readonly actionId: string;
  readonly sought: readonly string[];
  /** As in an effect's mark. */
  readonly since: string | null;
}

export interface JiraEdits {
  siteFields(projectKey: string): Promise<SiteFields>;
  /** What an issue's number field holds; null where it is empty. */
  readNumber(issueKey: string, field: string): Promise<number | null>;
  /** Name of its resolution; null where it has none. */
  readResolution(issueKey: string): Promise<string | null>;
  /** The running sprint, or the next one, of the first of the project's boards that has one; null where none has. */
  sprintOf(projectKey: string, which: 'active' | 'next'): Promise<number | null>;
  updateFields(write: FieldsWrite, signal?: AbortSignal): Promise<void>;
  linkTypes(): Promise<readonly LinkType[]>;
  addLink(write: LinkWrite, signal?: AbortSignal): Promise<void>;
  issueTypes(projectKey: string): Promise<readonly IssueType[]>;
  /** Answers the new issue's key. */
  createIssue(write: IssueWrite, signal?: AbortSignal): Promise<string>;
  /**
   * The key of the issue, made by us, that carries this action's marker, else of one that answers what carries one of
   * `sought`; null where the search (which is behind by seconds) shows none. Throws an `outOfSight` where it finds more than
   * can be looked through, and neither among them.
   */
  findIssueByAction(query: MarkedIssueQuery): Promise<string | null>;
  /** Null where it is gone. Throws `IntegrationError` with status 404 where its issue is not shown. */
  getComment(issueKey: string, commentId: string): Promise<CommentStanding | null>;
  deleteComment(issueKey: string, commentId: string, signal?: AbortSignal): Promise<void>;
  deleteLink(linkId: string, signal?: AbortSignal): Promise<void>;
  deleteIssue(issueKey: string, signal?: AbortSignal): Promise<void>;
  /** The exact requests that the writes above send. */
  requests: {
    updateFields(write: FieldsWrite): OutgoingRequest;
    addLink(write: LinkWrite): OutgoingRequest;
    createIssue(write: IssueWrite): OutgoingRequest;
    deleteComment(issueKey: string, commentId: string): OutgoingRequest;
    deleteLink(linkId: string): OutgoingRequest;
    deleteIssue(issueKey: string): OutgoingRequest;
  };
}
