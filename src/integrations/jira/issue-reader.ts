/** The port: reads one issue as a context needs it, by whatever way gives it first. */
import type { ContextRead } from '../../domain/context.js';
import type { JiraIssue, JiraTransition, JiraUser } from './jira.js';

/** What a trigger knows of an issue; at least one of the two is set. */
export interface IssueName {
  readonly id: string | null;
  readonly key: string | null;
}

export type IssueField = keyof JiraIssue;

/** Who told a part of an issue, and when. */
export interface Origin {
  readonly source: 'jira:rest' | 'jira:mcp';
  /** ISO 8601 UTC. */
  readonly fetchedAt: string;
}

export interface IssueReading {
  readonly issue: JiraIssue;
  readonly transitions: readonly JiraTransition[];
  readonly origins: { readonly [F in IssueField]: Origin };
  readonly read: ContextRead;
}

export interface IssueReader {
  /** Throws Jira's own `IntegrationError`; a failure of any other way is only noted in `read`. */
  readIssue(name: IssueName): Promise<IssueReading>;
  /** People who may be assigned on this issue (at most 20), at most a minute old. */
  assignableUsers(key: string): Promise<readonly JiraUser[]>;
  close(): Promise<void>;
}
