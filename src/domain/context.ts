/**
 * What "gather" returns: the facts a decision may rest on. Every item says where it came from, when, and its hash,
 * so that a claim can name it as evidence and `show` can trace it.
 */

import type { EventType } from './event.js';
import type { Flag } from './flags/flag.js';

export type ContextItemKind =
  | 'issue'
  | 'comment'
  | 'link'
  | 'sprint'
  | 'change'
  | 'pull_request'
  | 'commit_status'
  | 'message'
  | 'person'
  /** When a team works, and who of it is away. */
  | 'calendar'
  | 'transition'
  /** What was decided before, and what people made of it. */
  | 'earlier';

export interface ContextItem {
  /** Stable within one context: `issue`, `comment-10001`, `pr`, `message-1700000000.000100`. Evidence ids name these. */
  readonly id: string;
  readonly kind: ContextItemKind;
  /** Vendor and way: `jira:rest`, `jira:mcp`. */
  readonly source: string;
  /** Members of `data` that another source gave; left out for none. */
  readonly filled?: { readonly source: string; readonly members: readonly string[] };
  /** ISO 8601 UTC: when the vendor told it, which is earlier than now where it was known and had not changed. */
  readonly fetchedAt: string;
  /** sha256 (hex) of the canonical JSON of `data`. */
  readonly hash: string;
  /** Vendor facts, texts as Markdown. UNTRUSTED: written by whoever can write at the vendor. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A file that a pull request changes. */
export interface ChangedFile {
  readonly path: string;
  /** `added`, `removed`, `modified` or `renamed`, as Bitbucket says. */
  readonly status: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

/** An issue that another one names. */
export interface LinkedIssue {
  readonly key: string;
  /** Null: not told. */
  readonly summary: string | null;
  readonly status: string | null;
  /** Its key now, where it was moved since; left out where it was not. */
  readonly movedTo?: string;
}

/** Facts that code (not the model) reads to plan and to re-check: which targets exist and how they stand. */
export interface ContextFacts {
  readonly issue: {
    readonly id: string;
    readonly key: string;
    readonly summary: string;
    readonly projectKey: string;
    readonly status: string;
    readonly assigneeId: string | null;
    readonly priority: string | null;
    readonly updated: string | null;
    /** These three are left out in contexts from before the kinds that change them. */
    readonly labels?: readonly string[];
    /** `YYYY-MM-DD` */
    readonly dueDate?: string | null;
    readonly sprintId?: number | null;
    /** Status names that a transition leads to now. */
    readonly reachableStatuses: readonly string[];
    /** Those of them that finish the issue, or of which the vendor did not tell; left out where nobody asked. */
    readonly finalStatuses?: readonly string[];
    /** Accounts that the model may name as assignee: reporter, assignee, commenters, assignable users found. */
    readonly people: readonly { readonly id: string; readonly name: string }[];
    readonly linkedKeys: readonly string[];
    /** Those of them of which the issue itself tells how they stand. This and the next are left out in contexts from before. */
    readonly linked?: readonly LinkedIssue[];
    /** What it says, bounded (`boundedText`). */
    readonly description?: string;
  } | null;
  readonly pullRequest: {
    readonly repository: string;
    readonly id: number;
    readonly title: string;
    readonly state: string;
    readonly updated: string | null;
    readonly sourceBranch: string;
    readonly destinationBranch: string;
    /** At most 50; left out in contexts from before lines were commented on. */
    readonly files?: readonly ChangedFile[];
    /** Where its source branch stood; null where Bitbucket did not say. Left out in contexts from before. */
    readonly commit?: string | null;
  } | null;
  readonly thread: {
    readonly channel: string;
    readonly threadTs: string | null;
    /** The message that is answered, its text bounded; null once it is deleted. Left out where there is none, or it was not found. */
    readonly answered?: { readonly ts: string; readonly text: string | null };
    /** Who writes or is mentioned there, by Slack's ids, as far as their names are known. UNTRUSTED where Slack told them. Left out for nobody. */
    readonly people?: readonly { readonly id: string; readonly name: string }[];
  } | null;
}

/** How one thing was read, where there is more than one way: for people, not for the model. */
export interface ContextRead {
  /** "issue PAY-142" */
  readonly what: string;
  /** Who told it: `jira:mcp`, with `jira:rest` for the rest, or `jira:rest` alone. */
  readonly source: string;
  /** Server and tool: "mcp-atlassian jira_get_issue"; null over REST. */
  readonly tool: string | null;
  /** Parts that were known from less than a minute ago and had not changed. */
  readonly reused: readonly string[];
  /** Why it was not the first source; null where it was, or where there is only one. May hold a server's words. */
  readonly why: string | null;
}

export interface Context {
  readonly facts: ContextFacts;
  readonly items: readonly ContextItem[];
  /** What was left out and why: "12 older comments (newest 20 kept)". */
  readonly omitted: readonly string[];
  /** Marks of a text that may want to steer the model: in it, or in the events that are answered. Left out for none. */
  readonly flags?: readonly Flag[];
  /** Left out where nothing was read that could have come another way. */
  readonly reads?: readonly ContextRead[];
  /** ISO 8601 UTC: when the reading began, which is "now" to whoever decides by it. Left out in contexts from before. */
  readonly readAt?: string;
  /** A further event, which the same decision answers, speaks to the agent and the first one does not: its type. */
  readonly asked?: EventType;
}
