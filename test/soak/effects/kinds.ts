/** What the soak of effects does with each kind of action, and how its writes are told from other calls at the vendor. */
import type { Action, ActionKind } from '../../../src/domain/action.js';

/**
 * What is soaked: each kind of action, the living notes, which are edited where others are added, and what is looked for
 * elsewhere than the others of its kind.
 */
export type SoakKind =
  | ActionKind
  | 'note on an issue'
  | 'note on a pull request'
  | 'comment on a line'
  | 'message in a thread'
  | 'direct message';

/** Where one effect goes. */
export interface Place {
  /** An issue that no other effect touches. */
  readonly ownIssue: string;
  /** An issue that all effects of the same run share. */
  readonly runIssue: string;
  /** A pull request that no other effect touches; only for notes on one. */
  readonly ownPullRequest: number;
  /** A pull request that all effects of the same run share; `LINE` is one of its lines. */
  readonly runPullRequest: number;
  /** `ts` of a message that all effects of the same run can answer. */
  readonly runThread: string;
  /** A word that stands in this effect's text and nowhere else. */
  readonly word: string;
}

export interface EffectKind<K extends ActionKind> {
  readonly vendor: 'jira' | 'slack' | 'bitbucket';
  action(place: Place): Action<K>;
  /** What each write of this effect, and no other one's, holds in its path or body. */
  token(place: Place): string;
  /** Over `METHOD path`: the call that is the effect. */
  readonly write: RegExp;
  /** Null for what cannot be taken back. */
  readonly undo: {
    /** As `token`, of the write that takes it back. @param made the vendor's id of what was made */
    token(place: Place, made: string): string;
    /** As `write`. */
    readonly write: RegExp;
  } | null;
}

/** Of the simulated vendors' seed. */
export const SLACK_CHANNEL = 'C0WEB';
const EVA = 'U0EVA';
const CHANNEL_WITH_EVA = 'D0EVA';
export const REPOSITORY = 'acme/pay-api';
/** The transition of the simulated Jira. */
const BACK_TO_TO_DO = '11';
const ANA = '712020:a11a0000-0000-4000-8000-000000000001';

/** Of every second note: it stands there already, from before these databases. */
export const FORMER_WORDS = 'Stood elsewhere.';

/** What the pull request of a run changes, and where in it. */
export const CHANGED_FILE = {
  path: 'src/refund.ts',
  status: 'modified',
  linesAdded: 6,
  linesRemoved: 3,
} as const;
const LINE = { path: CHANGED_FILE.path, line: 2, side: 'new' } as const;

/** A vendor's id is looked for in a path, or in a body as JSON: a dot is nothing but itself. */
const byId = (_place: Place, made: string): string => `/${made}`;
const DELETED_COMMENT = { token: byId, write: /^DELETE .*\/comments?\/\d+$/ };
/** Former words come back, or the first note goes. */
const NOTE_TAKEN_BACK = {
  token: (_place: Place, made: string) => `(?:DELETE .*/${made}|PUT .*/${made}\n.*${FORMER_WORDS})`,
  write: /^(?:DELETE|PUT) .*\/comments?\/\d+$/,
};

/** A `ts` is unique in its channel only. */
function deletedFrom(channel: string) {
  return {
    token: (_place: Place, made: string) =>
      `chat\\.delete\n(?=.*"channel":"${channel}")(?=.*"ts":"${made.replace('.', '\\.')}")`,
    write: /chat\.delete$/,
  };
}

const byWord = ({ word }: Place): string => word;
const byIssue = ({ ownIssue }: Place): string => ownIssue;

export const EFFECT_KINDS: { readonly [K in ActionKind]: EffectKind<K> } & {
  readonly [K in SoakKind]: EffectKind<ActionKind>;
} = {
  'jira.comment': {
    vendor: 'jira',
    action: ({ runIssue, word }) => ({
      kind: 'jira.comment',
      payload: { issueKey: runIssue, body: `Noted: ${word}.` },
    }),
    token: byWord,
    write: /^POST .*\/comment$/,
    undo: DELETED_COMMENT,
  },
  'jira.transition': {
    vendor: 'jira',
    action: ({ ownIssue }) => ({
      kind: 'jira.transition',
      payload: { issueKey: ownIssue, toStatus: 'In Progress' },
    }),
    token: byIssue,
    write: /^POST .*\/transitions$/,
    undo: {
      token: ({ ownIssue }) => `${ownIssue}/transitions\n.*"id":"${BACK_TO_TO_DO}"`,
      write: /^POST .*\/transitions$/,
    },
  },
  'jira.assign': {
    vendor: 'jira',
    action: ({ ownIssue }) => ({ kind: 'jira.assign', payload: { issueKey: ownIssue, accountId: ANA } }),
    token: byIssue,
    write: /^PUT .*\/assignee$/,
    undo: {
      token: ({ ownIssue }) => `${ownIssue}/assignee\n.*"accountId":null`,
      write: /^PUT .*\/assignee$/,
    },
  },
  'jira.update_fields': {
    vendor: 'jira',
    action: ({ ownIssue }) => ({
      kind: 'jira.update_fields',
      payload: {
        issueKey: ownIssue,
        priority: null,
        addLabels: ['soak'],
        removeLabels: [],
        dueDate: null,
        estimate: null,
        sprint: null,
      },
    }),
    token: byIssue,
    write: /^PUT .*\/issue\/[^/]+$/,
    undo: {
      token: ({ ownIssue }) => `${ownIssue}\n.*"remove":"soak"`,
      write: /^PUT .*\/issue\/[^/]+$/,
    },
  },
  'jira.link': {
    vendor: 'jira',
    action: ({ ownIssue, runIssue }) => ({
      kind: 'jira.link',
      payload: { issueKey: ownIssue, relation: 'blocks', toKey: runIssue },
    }),
    token: byIssue,
    write: /^POST .*\/issueLink$/,
    undo: { token: byId, write: /^DELETE .*\/issueLink\/\d+$/ },
  },
  'jira.create_issue': {
    vendor: 'jira',
    action: ({ ownIssue, word }) => ({
      kind: 'jira.create_issue',
      payload: {
        issueKey: ownIssue,
        as: 'follow_up',
        issueType: null,
        summary: `Look at ${word}`,
        description: 'Soak.',
      },
    }),
    token: byWord,
    write: /^POST .*\/issue$/,
    undo: { token: byId, write: /^DELETE .*\/issue\/[^/]+$/ },
  },
  'slack.message': {
    vendor: 'slack',
    action: ({ word }) => ({
      kind: 'slack.message',
      payload: { channel: SLACK_CHANNEL, threadTs: null, text: `Noted: ${word}.` },
    }),
    token: byWord,
    write: /chat\.postMessage$/,
    undo: deletedFrom(SLACK_CHANNEL),
  },
  'bitbucket.pr_comment': {
    vendor: 'bitbucket',
    action: ({ runPullRequest, word }) => ({
      kind: 'bitbucket.pr_comment',
      payload: { repository: REPOSITORY, pullRequestId: runPullRequest, body: `Noted: ${word}.` },
    }),
    token: byWord,
    write: /^POST .*\/comments$/,
    undo: DELETED_COMMENT,
  },
  escalate: {
    vendor: 'slack',
    action: ({ word }) => ({
      kind: 'escalate',
      payload: { reason: 'soak', text: `Look at ${word}.`, level: 'info', to: SLACK_CHANNEL },
    }),
    token: byWord,
    write: /chat\.postMessage$/,
    undo: null,
  },
  'note on an issue': {
    vendor: 'jira',
    action: ({ ownIssue, word }) => ({
      kind: 'jira.comment',
      payload: { issueKey: ownIssue, as: 'status_note', body: `Stands at ${word}.` },
    }),
    token: byWord,
    write: /^(?:POST .*\/comment|PUT .*\/comment\/\d+)$/,
    undo: NOTE_TAKEN_BACK,
  },
  'note on a pull request': {
    vendor: 'bitbucket',
    action: ({ ownPullRequest, word }) => ({
      kind: 'bitbucket.pr_comment',
      payload: {
        repository: REPOSITORY,
        pullRequestId: ownPullRequest,
        as: 'status_note',
        body: `Stands at ${word}.`,
      },
    }),
    token: byWord,
    write: /^(?:POST .*\/comments|PUT .*\/comments\/\d+)$/,
    undo: NOTE_TAKEN_BACK,
  },
  'comment on a line': {
    vendor: 'bitbucket',
    action: ({ runPullRequest, word }) => ({
      kind: 'bitbucket.pr_comment',
      payload: {
        repository: REPOSITORY,
        pullRequestId: runPullRequest,
        body: `Noted: ${word}.`,
        inline: LINE,
      },
    }),
    token: byWord,
    write: /^POST .*\/comments$/,
    undo: DELETED_COMMENT,
  },
  'message in a thread': {
    vendor: 'slack',
    action: ({ runThread, word }) => ({
      kind: 'slack.message',
      payload: { channel: SLACK_CHANNEL, threadTs: runThread, text: `Noted: ${word}.` },
    }),
    token: byWord,
    write: /chat\.postMessage$/,
    undo: deletedFrom(SLACK_CHANNEL),
  },
  'direct message': {
    vendor: 'slack',
    action: ({ word }) => ({
      kind: 'slack.message',
      payload: { channel: EVA, threadTs: null, text: `Noted: ${word}.` },
    }),
    token: byWord,
    write: /chat\.postMessage$/,
    undo: deletedFrom(CHANNEL_WITH_EVA),
  },
};

export const SOAK_KINDS = Object.keys(EFFECT_KINDS) as readonly SoakKind[];

export const UNDOABLE_KINDS: readonly SoakKind[] = SOAK_KINDS.filter(
  (kind) => EFFECT_KINDS[kind].undo !== null,
);
