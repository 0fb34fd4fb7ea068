/**
 * What happened at a vendor, normalised. A `PmEvent` is small (≤ 32 KB, long texts are cut), plain JSON and
 * is the only part of a delivery that enters a workflow history; the raw body stays in the inbox.
 */

export const EVENT_SOURCES = ['jira', 'bitbucket', 'slack'] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

/** Who did it, as the vendor names them. `isBot` is the vendor's own statement (accountType app, bot_id). */
export interface Actor {
  readonly id: string;
  readonly name: string | null;
  readonly isBot: boolean;
}

interface EventBase<T extends string, S extends EventSource> {
  readonly type: T;
  readonly source: S;
  /** The vendor's own site, workspace or team: `acme.atlassian.net`, `acme`, `T024BE7LD`; `default` where the payload names none. */
  readonly tenant: string;
  /** The thing that keeps order: `jira:PAY-142`, `bitbucket:acme/pay-api#7`, `slack:C0PAY/1700000000.000100`. */
  readonly subject: string;
  /** Jira project key, `workspace/repository`, or Slack channel id; null where the event belongs to none. */
  readonly project: string | null;
  /** Source + subject + id of the comment, changelog entry or activity: how a webhook and a sweep meet. Null where the vendor names no such id. */
  readonly changeKey: string | null;
  /** ISO 8601 UTC, the vendor's clock. */
  readonly occurredAt: string | null;
  readonly actor: Actor | null;
}

export interface IssueRef {
  readonly id: string | null;
  /** Old servers send comments that name only the issue's id. At least one of the two is set. */
  readonly key: string | null;
  readonly summary: string | null;
}

export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export type IssueEvent = EventBase<'issue_created' | 'issue_updated' | 'issue_deleted', 'jira'> & {
  readonly issue: IssueRef;
  readonly changes: readonly FieldChange[];
};

/** Nobody did it: its due date is over, and it is not done. Found by asking, as no vendor tells of it. */
export type IssueOverdueEvent = EventBase<'issue_overdue', 'jira'> & {
  readonly issue: IssueRef;
  /** `YYYY-MM-DD`: the last day on which it was in time. */
  readonly dueDate: string;
};

export type CommentEvent = EventBase<'comment_created' | 'comment_updated', 'jira'> & {
  readonly issue: IssueRef;
  /** Markdown, cut to 4,000 characters. */
  readonly comment: { readonly id: string; readonly text: string };
};

export type SprintEvent = EventBase<
  'sprint_created' | 'sprint_updated' | 'sprint_started' | 'sprint_closed' | 'sprint_deleted',
  'jira'
> & {
  readonly sprint: {
    readonly id: number;
    readonly name: string;
    readonly state: string | null;
    readonly boardId: number | null;
    readonly goal: string | null;
  };
};

export type IssueLinkEvent = EventBase<'issuelink_created' | 'issuelink_deleted', 'jira'> & {
  readonly link: {
    readonly id: string;
    readonly linkType: string | null;
    readonly sourceIssueId: string;
    readonly destinationIssueId: string;
  };
};

export type PullRequestEvent = EventBase<
  | 'pr_created'
  | 'pr_updated'
  | 'pr_approved'
  | 'pr_changes_requested'
  | 'pr_comment_created'
  | 'pr_merged'
  | 'pr_declined',
  'bitbucket'
> & {
  /** `workspace/repository`. */
  readonly repository: string;
  readonly pullRequest: { readonly id: number; readonly title: string };
  readonly comment: { readonly id: string; readonly text: string } | null;
};

export type PushEvent = EventBase<'push', 'bitbucket'> & {
  readonly repository: string;
  readonly changes: readonly {
    readonly kind: string;
    readonly name: string;
    readonly newHash: string | null;
    readonly messages: readonly string[];
  }[];
};

export type CommitStatusEvent = EventBase<'commit_status', 'bitbucket'> & {
  readonly repository: string;
  readonly commit: string;
  readonly branch: string | null;
  readonly state: string;
  readonly name: string;
};

export type SlackMessageEvent = EventBase<'app_mention' | 'thread_message' | 'direct_message', 'slack'> & {
  readonly channel: string;
  readonly ts: string;
  /** The thread's first message; equal to `ts` where the message itself opens the thread. */
  readonly threadTs: string;
  readonly text: string;
};

export type SlackCommandEvent = EventBase<'slash_command', 'slack'> & {
  readonly channel: string;
  readonly command: string;
  readonly text: string;
};

export type SlackInteractionEvent = EventBase<'interaction', 'slack'> & {
  readonly channel: string | null;
  readonly threadTs: string | null;
  readonly interactionType: string;
  readonly actionId: string;
  readonly value: string;
};

export type PmEvent =
  | IssueEvent
  | IssueOverdueEvent
  | CommentEvent
  | SprintEvent
  | IssueLinkEvent
  | PullRequestEvent
  | PushEvent
  | CommitStatusEvent
  | SlackMessageEvent
  | SlackCommandEvent
  | SlackInteractionEvent;

export type EventType = PmEvent['type'];

/**
 * Types whose whole meaning is how the subject stands now: a later look at the subject tells as much. All others are moments
 * of their own (somebody said something, something came into being), which no later one replaces.
 */
const WHOLE_STATE: ReadonlySet<EventType> = new Set<EventType>([
  'issue_updated',
  'sprint_updated',
  'pr_updated',
]);

export function isWholeState(type: EventType): boolean {
  return WHOLE_STATE.has(type);
}

/** Longest text of a comment or message that an event carries; the whole text is read from the vendor by the cycle. */
export const EVENT_TEXT_LIMIT = 4_000;
/** Longest title, or value of a changed field. */
export const EVENT_TITLE_LIMIT = 500;
/** Longest name of a person, a branch or a field, and longest id. */
export const EVENT_NAME_LIMIT = 200;
/** Most changed fields. */
export const EVENT_CHANGES_LIMIT = 50;

const CYCLE_ID_LIMIT = 200;

/**
 * 48 bits of time, 80 of a random UUID (Node keeps those in stock), hex: neighbours in time are neighbours in the
 * index, which halves its writes.
 */
export function eventIdAt(ms: number, uuid: string): string {
  return `evt_${ms.toString(16).padStart(12, '0')}${uuid.replaceAll('-', '').slice(0, 20)}`;
}

/**
 * The workflow id of the cycle that answers one delivery: `cycle-<source>-<delivery id>`.
 * Characters outside `[A-Za-z0-9._-]` become `-`; cut to 200. The caller passes a delivery id that holds nothing
 * personal, or the body's sha256 where the vendor sent none.
 */
export function cycleIdFor(source: EventSource, deliveryId: string): string {
  return `cycle-${source}-${deliveryId.replace(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, CYCLE_ID_LIMIT);
}
