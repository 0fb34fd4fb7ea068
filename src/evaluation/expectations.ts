/** Expectations that many scenarios share. */
import type { ActionKind } from '../domain/action.js';
import type { ActionPattern, Expectation, ForbiddenPattern } from './scenario.js';
import { CHANNEL, REPOSITORY } from './team.js';

const ISSUE = 'PAY-142';
const STATE_CHANGES: readonly ActionKind[] = [
  'jira.transition',
  'jira.assign',
  'jira.update_fields',
  'jira.link',
  'jira.create_issue',
];

/** Doing nothing is right, and anything else is too much. */
export const nothing: Expectation = { required: [], allowed: [], forbidden: [] };

/** Nobody asked for a change: words may help, changes do not. */
export const noChange: ForbiddenPattern = { kind: STATE_CHANGES, why: 'nobody asked for a change' };

export function comment(...says: readonly RegExp[]): ActionPattern {
  return { kind: 'jira.comment', where: { issueKey: ISSUE }, says };
}

export function reply(...says: readonly RegExp[]): ActionPattern {
  return { kind: 'slack.message', where: { channel: CHANNEL, threadTs: '1763892000.000100' }, says };
}

export function toTeam(...says: readonly RegExp[]): ActionPattern {
  return { kind: 'slack.message', where: { channel: CHANNEL, threadTs: null }, says };
}

export function onPullRequest(...says: readonly RegExp[]): ActionPattern {
  return { kind: 'bitbucket.pr_comment', where: { repository: REPOSITORY, pullRequestId: 57 }, says };
}

export function move(toStatus: string): ActionPattern {
  return { kind: 'jira.transition', where: { issueKey: ISSUE, toStatus } };
}

export function assign(accountId: string | null): ActionPattern {
  return { kind: 'jira.assign', where: { issueKey: ISSUE, accountId } };
}

/** Exactly this has to be proposed. */
export function only(required: ActionPattern, ...forbidden: readonly ForbiddenPattern[]): Expectation {
  return { required: [required], allowed: [], forbidden };
}

/** Nothing has to be done; this may be. */
export function atMost(
  allowed: readonly ActionPattern[],
  ...forbidden: readonly ForbiddenPattern[]
): Expectation {
  return { required: [], allowed, forbidden };
}
