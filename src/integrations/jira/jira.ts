/** The port: what the product needs of Jira. Texts come out as Markdown whether the site sent ADF or wiki markup. */
import type { OutgoingRequest } from '../../domain/effect.js';
import type { Estimate } from './estimates.js';

export interface JiraUser {
  /** On Data Center the user's name. */
  readonly accountId: string;
  /** What webhooks of Data Center call the same person by; left out elsewhere. */
  readonly userKey?: string;
  readonly displayName: string;
  readonly isApp: boolean;
}

export interface JiraComment {
  readonly id: string;
  readonly author: JiraUser | null;
  readonly body: string;
  readonly created: string;
  readonly updated: string;
}

export interface JiraChange {
  readonly id: string;
  readonly at: string;
  readonly author: string | null;
  /** The account of its author, on Data Center their name, as in `JiraUser`; left out where Jira does not tell. */
  readonly authorId?: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface JiraLink {
  readonly id: string;
  /** "blocks", "is blocked by", … as read from this issue. */
  readonly relation: string;
  readonly key: string;
  readonly summary: string | null;
  readonly status: string | null;
}

export interface JiraSprint {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly goal: string | null;
  readonly startDate: string | null;
  readonly endDate: string | null;
}

export interface JiraSprintIssue {
  readonly key: string;
  readonly summary: string;
  readonly status: string;
  /** `new`, `indeterminate` or `done`; null where Jira did not tell. */
  readonly statusCategory: string | null;
  readonly assignee: string | null;
  readonly estimate: Estimate;
}

export interface JiraIssue {
  readonly id: string;
  readonly key: string;
  readonly projectKey: string;
  readonly summary: string;
  readonly description: string;
  readonly issueType: string | null;
  readonly status: string;
  readonly statusCategory: string | null;
  readonly priority: string | null;
  readonly assignee: JiraUser | null;
  readonly reporter: JiraUser | null;
  readonly labels: readonly string[];
  readonly estimate: Estimate;
  readonly dueDate: string | null;
  readonly created: string | null;
  readonly updated: string | null;
  readonly parentKey: string | null;
  readonly subtasks: readonly {
    readonly key: string;
    readonly summary: string | null;
    readonly status: string | null;
  }[];
  readonly links: readonly JiraLink[];
  readonly sprint: JiraSprint | null;
  /** Newest last. */
  readonly comments: readonly JiraComment[];
  readonly commentTotal: number;
  /** Newest last. */
  readonly changes: readonly JiraChange[];
}

export interface IssueSearch {
  /** Keys; nothing is found outside of them. */
  readonly projects: readonly string[];
  readonly words: string;
  readonly state: 'open' | 'done' | 'any';
  readonly limit: number;
}

export interface FoundIssue {
  readonly key: string;
  readonly projectKey: string;
  readonly summary: string;
  readonly status: string;
  readonly assignee: string | null;
  readonly priority: string | null;
  readonly updated: string | null;
}

export interface JiraTransition {
  readonly id: string;
  readonly name: string;
  readonly toStatus: string;
  /** `new`, `indeterminate` or `done`; null or left out where Jira did not tell. */
  readonly toCategory?: string | null;
  /** What its screen holds; left out where Jira was not asked. */
  readonly fields?: readonly TransitionField[];
}

export interface TransitionField {
  /** `resolution`, `customfield_10010` */
  readonly id: string;
  readonly name: string;
  /** Jira refuses the move without it: it is required and has no default. */
  readonly isDemanded: boolean;
  /** What it can be; null where Jira lists nothing, as for people. */
  readonly allowed: readonly { readonly id: string; readonly name: string }[] | null;
}

/** `fields` of a move as Jira takes them: `{resolution: {id: '10000'}}` */
export type MoveFields = Readonly<Record<string, unknown>>;

export interface JiraCommentWrite {
  readonly issueKey: string;
  /** Markdown. */
  readonly body: string;
  /** Idempotency marker, stored as comment property `pm-agent.action`. */
  readonly actionId: string;
  /** Marks of the changes that it answers, beside it; none where left out. */
  readonly answers?: readonly string[];
  /** Shown to the customers of a service project; left out: it is not. */
  readonly isPublic?: boolean;
}

export interface Jira {
  myself(): Promise<JiraUser>;
  /** By key or id. Includes comments, links, sprint and recent changelog. */
  getIssue(keyOrId: string): Promise<JiraIssue>;
  /** The issue that this key leads to now: a moved one keeps its id, and answers to its former keys with its present one. */
  issueNow(key: string): Promise<{ readonly id: string; readonly key: string }>;
  getTransitions(key: string): Promise<readonly JiraTransition[]>;
  getSprint(id: number): Promise<JiraSprint>;
  getSprintIssues(id: number): Promise<readonly JiraSprintIssue[]>;
  /** Latest change first. */
  searchIssues(search: IssueSearch): Promise<readonly FoundIssue[]>;
  /** People who may be assigned on this issue (at most 20). */
  assignableUsers(key: string): Promise<readonly JiraUser[]>;
  /**
   * The id of the comment that carries this action's marker, else of one that answers what carries one of `sought`, or
   * null; `since` as in an effect's mark. Throws an `outOfSight` where neither is found and not all could be looked through.
   */
  findCommentByAction(
    issueKey: string,
    actionId: string,
    sought?: readonly string[],
    since?: string | null,
  ): Promise<string | null>;
  /** The actions whose markers these comments carry, by comment id; left out is one that carries none, or is gone. */
  actionsOfComments(commentIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Answers the new comment's id. A write whose `signal` fires throws the signal's reason; it may be applied all the same. */
  addComment(write: JiraCommentWrite, signal?: AbortSignal): Promise<string>;
  transition(
    issueKey: string,
    transitionId: string,
    fields?: MoveFields,
    signal?: AbortSignal,
  ): Promise<void>;
  assign(issueKey: string, accountId: string | null, signal?: AbortSignal): Promise<void>;
  /** The exact requests that the writes above send. */
  requests: {
    addComment(write: JiraCommentWrite): OutgoingRequest;
    transition(issueKey: string, transitionId: string, fields?: MoveFields): OutgoingRequest;
    assign(issueKey: string, accountId: string | null): OutgoingRequest;
  };
}
