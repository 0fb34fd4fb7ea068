/** The port of the sweep: what happened in Jira lately. Texts are Markdown, times ISO 8601 UTC. */
import type { JiraUser } from './jira.js';

export interface IssueComment {
  readonly id: string;
  readonly author: JiraUser | null;
  readonly updateAuthor: JiraUser | null;
  readonly body: string;
  readonly created: string;
  readonly updated: string;
}

export interface IssueChangeItem {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The new value as Jira keeps it: an id, or the key of a linked issue. */
  readonly toValue: string | null;
}

/** One entry of an issue's history: all that was changed at once. */
export interface IssueChange {
  readonly id: string;
  readonly at: string;
  readonly author: JiraUser | null;
  readonly items: readonly IssueChangeItem[];
}

export interface IssueLink {
  readonly id: string;
  readonly linkType: string | null;
  /** What this end of it is called: "blocks", "is blocked by". */
  readonly verb: string | null;
  readonly sourceIssueId: string;
  readonly destinationIssueId: string;
  /** The issue at the other end. */
  readonly otherKey: string;
}

/** An issue with its comments and changes; those before the asked time may be missing. */
export interface UpdatedIssue {
  /** The issue's own address, which names the site. */
  readonly self: string | null;
  readonly id: string;
  readonly key: string;
  readonly summary: string;
  readonly created: string | null;
  readonly creator: JiraUser | null;
  readonly comments: readonly IssueComment[];
  readonly changes: readonly IssueChange[];
  readonly links: readonly IssueLink[];
}

/** An issue as the search for due dates shows it. */
export interface DueIssue extends Pick<UpdatedIssue, 'self' | 'id' | 'key' | 'summary'> {
  /** `YYYY-MM-DD` */
  readonly dueDate: string | null;
}

export interface BoardSprint {
  readonly self: string | null;
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly goal: string | null;
  readonly boardId: number | null;
  readonly startDate: string | null;
  readonly completeDate: string | null;
}

export interface JiraChanges {
  /**
   * One page of the issues that were updated within so many minutes, latest first: an issue that is updated meanwhile
   * moves to a page that was read already, and no other is passed over. `project`: a key; null for all.
   * `since`: comments and changes from then on are all there.
   */
  updatedIssues(query: {
    readonly project: string | null;
    readonly withinMinutes: number;
    readonly since: string;
    readonly pageToken: string | null;
  }): Promise<{ readonly issues: readonly UpdatedIssue[]; readonly nextPageToken: string | null }>;
  /**
   * One page of the issues that are not done and were due from one day on and before another (`YYYY-MM-DD`), earliest first.
   * `project`: a key; null for all.
   */
  overdueIssues(query: {
    readonly project: string | null;
    readonly from: string;
    readonly before: string;
    readonly pageToken: string | null;
  }): Promise<{ readonly issues: readonly DueIssue[]; readonly nextPageToken: string | null }>;
  /** One page of a board's sprints, those not yet started left out. */
  boardSprints(
    boardId: number,
    startAt: number,
  ): Promise<{ readonly sprints: readonly BoardSprint[]; readonly nextStartAt: number | null }>;
}
