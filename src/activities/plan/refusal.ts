/**
 * What code refuses whatever policy says. The model is taken as compromised: a proposal may touch only what the event
 * is about, in ways that were really offered.
 */
import { type Action, textOf } from '../../domain/action.js';
import type { ContextFacts } from '../../domain/context.js';
import { ACTION_TEXT_LIMIT } from '../../reasoning/decision-schema.js';
import { NO_ESCALATION_PLACE } from '../escalation.js';

export interface AllowedTargets {
  readonly facts: ContextFacts;
  /** The channel of the event's team; null where there is none. */
  readonly teamChannel: string | null;
}

/** Null where the action may go on to the policy, else the sentence to show. */
export function refusalFor(action: Action, targets: AllowedTargets): string | null {
  return textRefusal(textOf(action)) ?? targetRefusal(action, targets);
}

const INVISIBLE = /[\s\p{DI}\p{Cf}\p{Cc}]/gu;

function textRefusal(text: string | null): string | null {
  if (text === null) {
    return null;
  }
  if (text.replace(INVISIBLE, '') === '') {
    return 'the text is empty';
  }
  return text.length > ACTION_TEXT_LIMIT
    ? `the text has ${text.length} characters, more than the ${ACTION_TEXT_LIMIT} that are allowed`
    : null;
}

function targetRefusal(action: Action, { facts, teamChannel }: AllowedTargets): string | null {
  switch (action.kind) {
    case 'jira.comment':
      return commentRefusal(action.payload.issueKey, facts);
    case 'jira.transition':
      return transitionRefusal(action.payload, facts);
    case 'jira.assign':
      return assignRefusal(action.payload, facts);
    case 'slack.message':
      return messageRefusal(action.payload, facts, teamChannel);
    case 'bitbucket.pr_comment':
      return pullRequestRefusal(action.payload, facts);
    case 'escalate':
      return (action.payload.to ?? null) === null ? NO_ESCALATION_PLACE : null;
  }
}

function commentRefusal(issueKey: string, { issue }: ContextFacts): string | null {
  return issue !== null && (issueKey === issue.key || issue.linkedKeys.includes(issueKey))
    ? null
    : `${issueKey} is neither the issue of this event nor linked from it`;
}

function transitionRefusal(
  { issueKey, toStatus }: { readonly issueKey: string; readonly toStatus: string },
  { issue }: ContextFacts,
): string | null {
  if (issue === null || issueKey !== issue.key) {
    return `${issueKey} is not the issue of this event`;
  }
  // Spelled the same: a policy rule for "Done" must not be passed by with "done".
  return issue.reachableStatuses.includes(toStatus)
    ? null
    : `${toStatus} cannot be reached from ${issue.status}; reachable: ${issue.reachableStatuses.join(', ') || 'nothing'}`;
}

function assignRefusal(
  { issueKey, accountId }: { readonly issueKey: string; readonly accountId: string | null },
  { issue }: ContextFacts,
): string | null {
  if (issue === null || issueKey !== issue.key) {
    return `${issueKey} is not the issue of this event`;
  }
  return accountId === null || issue.people.some((person) => person.id === accountId)
    ? null
    : `${accountId} is not among the people of ${issueKey}`;
}

function messageRefusal(
  { channel, threadTs }: { readonly channel: string; readonly threadTs: string | null },
  { thread }: ContextFacts,
  teamChannel: string | null,
): string | null {
  const inOwnChannel = thread !== null && channel === thread.channel;
  if (!inOwnChannel && channel !== teamChannel) {
    return `${channel} is neither the channel of this event nor its team's channel`;
  }
  const isOwnThread = inOwnChannel && threadTs === thread.threadTs;
  return threadTs === null || isOwnThread ? null : `${threadTs} is not the thread of this event`;
}

function pullRequestRefusal(
  { repository, pullRequestId }: { readonly repository: string; readonly pullRequestId: number },
  { pullRequest }: ContextFacts,
): string | null {
  return pullRequest !== null && repository === pullRequest.repository && pullRequestId === pullRequest.id
    ? null
    : `${repository}#${pullRequestId} is not the pull request of this event`;
}
