/**
 * What the agent can do to the world. `ActionPayloads` is the one list: a key added here makes the compiler ask for
 * a schema (reasoning), a policy default, and an executor (activities/actions).
 */

export interface ActionPayloads {
  'jira.comment': {
    readonly issueKey: string;
    /** Markdown; becomes ADF from an allow-list of nodes. */
    readonly body: string;
  };
  'jira.transition': {
    readonly issueKey: string;
    /** Name of the status to reach, not of the transition. */
    readonly toStatus: string;
  };
  'jira.assign': {
    readonly issueKey: string;
    /** Null unassigns. */
    readonly accountId: string | null;
  };
  'slack.message': {
    readonly channel: string;
    readonly threadTs: string | null;
    /** Markdown; becomes Slack mrkdwn with mentions and foreign links defused. */
    readonly text: string;
  };
  'bitbucket.pr_comment': {
    /** `workspace/repository`. */
    readonly repository: string;
    readonly pullRequestId: number;
    readonly body: string;
  };
  escalate: {
    /** Why a person has to step in, in a few words. */
    readonly reason: string;
    /** Markdown: what is going on, and what is asked of the person. */
    readonly text: string;
    readonly level: EscalationLevel;
    /**
     * Slack id of the person or channel that is told, from pm-agent.yaml; null where it names none. Code fills it in: a
     * proposal has no such member, and no text can choose it.
     */
    readonly to?: string | null;
  };
}

export type EscalationLevel = 'info' | 'warning' | 'critical';

export type ActionKind = keyof ActionPayloads;

/** One action of kind K. Distributes over unions, so `Action` is a discriminated union. */
export type Action<K extends ActionKind = ActionKind> = {
  [P in K]: { readonly kind: P; readonly payload: ActionPayloads[P] };
}[K];

export const ACTION_KINDS = [
  'jira.comment',
  'jira.transition',
  'jira.assign',
  'slack.message',
  'bitbucket.pr_comment',
  'escalate',
] as const satisfies readonly ActionKind[];

/** Worst of reversibility, blast radius and stakes; see docs/overview.md. */
export type RiskGrade = 'G0' | 'G1' | 'G2' | 'G3';

export type ActionStatus =
  | 'proposed'
  | 'denied'
  | 'awaiting_approval'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'executing'
  | 'executed'
  | 'simulated'
  | 'failed'
  | 'unknown'
  | 'obsolete'
  | 'undone';

/** The thing an action touches, as an event's subject names it. */
export function targetOf(action: Action): string {
  switch (action.kind) {
    case 'jira.comment':
    case 'jira.transition':
    case 'jira.assign':
      return `jira:${action.payload.issueKey}`;
    case 'slack.message':
      return action.payload.threadTs === null
        ? `slack:${action.payload.channel}`
        : `slack:${action.payload.channel}/${action.payload.threadTs}`;
    case 'bitbucket.pr_comment':
      return `bitbucket:${action.payload.repository}#${action.payload.pullRequestId}`;
    case 'escalate':
      return slackPlace(action.payload.to) ?? 'escalation';
  }
}

function slackPlace(id: string | null | undefined): string | null {
  return id === null || id === undefined ? null : `slack:${id}`;
}

/** Kinds that change how something stands, where others only add words to a conversation. */
const CHANGES_STATE: { readonly [K in ActionKind]: boolean } = {
  'jira.comment': false,
  'jira.transition': true,
  'jira.assign': true,
  'slack.message': false,
  'bitbucket.pr_comment': false,
  escalate: false,
};

export function changesState(kind: ActionKind): boolean {
  return CHANGES_STATE[kind];
}

/** One line for a person: "Comment on PAY-142". */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'jira.comment':
      return `Comment on ${action.payload.issueKey}`;
    case 'jira.transition':
      return `Move ${action.payload.issueKey} to ${action.payload.toStatus}`;
    case 'jira.assign':
      return action.payload.accountId === null
        ? `Unassign ${action.payload.issueKey}`
        : `Assign ${action.payload.issueKey} to ${action.payload.accountId}`;
    case 'slack.message':
      return action.payload.threadTs === null
        ? `Post in ${action.payload.channel}`
        : `Reply in ${action.payload.channel}`;
    case 'bitbucket.pr_comment':
      return `Comment on pull request ${action.payload.repository}#${action.payload.pullRequestId}`;
    case 'escalate':
      return `Escalate to ${action.payload.to ?? 'nobody'}: ${action.payload.reason}`;
  }
}

/** The words an action would put before people, or null where it writes none. */
export function textOf(action: Action): string | null {
  switch (action.kind) {
    case 'jira.comment':
    case 'bitbucket.pr_comment':
      return action.payload.body;
    case 'slack.message':
      return action.payload.text;
    case 'escalate':
      return escalationText(action.payload);
    case 'jira.transition':
    case 'jira.assign':
      return null;
  }
}

/** The message of an escalation, as it is approved and sent. */
export function escalationText({ reason, text, level }: ActionPayloads['escalate']): string {
  return `**Escalation (${level}): ${reason}**\n\n${text}`;
}
