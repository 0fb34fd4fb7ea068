/** What the product can do, as it leaves to the simulated vendors. */
import type { Action, ActionKind } from '../../../src/domain/action.js';
import type { PlannedAction } from '../../../src/domain/cycle.js';
import { CLEO } from '../../../src/sandbox/seed/people.js';

const REPOSITORY = 'acme/pay-api';

/** One effect on the demo team's vendors. */
export interface PossibleEffect {
  readonly vendor: 'jira' | 'slack' | 'bitbucket';
  readonly action: Action;
  /** Over `METHOD path` of the one call that is the effect. */
  readonly write: string;
  /** What the decision saw of it. */
  readonly seen?: PlannedAction['seen'];
}

/** One of each kind, and those of a kind that leave in another way. A new kind is a row here. */
export const EFFECTS: {
  readonly [K in ActionKind]: PossibleEffect & { readonly action: Action<K> };
} & Record<string, PossibleEffect> = {
  'jira.comment': {
    vendor: 'jira',
    action: { kind: 'jira.comment', payload: { issueKey: 'PAY-3', body: 'Noted.' } },
    write: '^POST .*/issue/PAY-3/comment$',
  },
  'a status note on an issue': {
    vendor: 'jira',
    action: { kind: 'jira.comment', payload: { issueKey: 'PAY-4', as: 'status_note', body: 'Stands.' } },
    write: '^POST .*/issue/PAY-4/comment$',
  },
  'jira.transition': {
    vendor: 'jira',
    action: { kind: 'jira.transition', payload: { issueKey: 'WEB-3', toStatus: 'In Progress' } },
    seen: { status: 'To Do' },
    write: '^POST .*/issue/WEB-3/transitions$',
  },
  'jira.assign': {
    vendor: 'jira',
    action: { kind: 'jira.assign', payload: { issueKey: 'WEB-4', accountId: CLEO.jira } },
    write: '^PUT .*/issue/WEB-4/assignee$',
  },
  'jira.update_fields': {
    vendor: 'jira',
    action: {
      kind: 'jira.update_fields',
      payload: {
        issueKey: 'PAY-5',
        priority: 'Lowest',
        addLabels: ['lost'],
        removeLabels: [],
        dueDate: '2026-12-24',
        estimate: 21,
        sprint: 'next',
      },
    },
    write: '^PUT .*/issue/PAY-5$',
  },
  'jira.link': {
    vendor: 'jira',
    action: { kind: 'jira.link', payload: { issueKey: 'PAY-6', relation: 'blocks', toKey: 'WEB-1' } },
    write: '^POST .*/issueLink$',
  },
  'jira.create_issue': {
    vendor: 'jira',
    action: {
      kind: 'jira.create_issue',
      payload: { issueKey: 'PAY-7', as: 'follow_up', issueType: null, summary: 'Look', description: 'Why.' },
    },
    write: '^POST .*/issue$',
  },
  'slack.message': {
    vendor: 'slack',
    action: { kind: 'slack.message', payload: { channel: 'C0WEB', threadTs: null, text: 'Noted.' } },
    write: 'chat.postMessage$',
  },
  'bitbucket.pr_comment': {
    vendor: 'bitbucket',
    action: {
      kind: 'bitbucket.pr_comment',
      payload: { repository: REPOSITORY, pullRequestId: 1, body: 'Noted.' },
    },
    write: '^POST .*/pullrequests/1/comments$',
  },
  'a comment on a line': {
    vendor: 'bitbucket',
    action: {
      kind: 'bitbucket.pr_comment',
      payload: {
        repository: REPOSITORY,
        pullRequestId: 2,
        body: 'Does this round?',
        inline: { path: 'src/refunds/refund.ts', line: 5, side: 'new' },
      },
    },
    write: '^POST .*/pullrequests/2/comments$',
  },
  escalate: {
    vendor: 'slack',
    action: { kind: 'escalate', payload: { reason: 'lost', text: 'Look.', level: 'info', to: 'C0WEB' } },
    write: 'chat.postMessage$',
  },
};
