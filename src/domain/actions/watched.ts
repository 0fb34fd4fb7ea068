/** What of an action's target whoever approves it relies on: where it changes while a request waits, they are asked again. */
import { type Action, seenBy, targetOf } from '../action.js';
import type { ContextFacts } from '../context.js';
import type { Standing } from './row.js';

/** Null where nothing is known of the target, or nothing about it can change. */
export function watchedBy(action: Action, facts: ContextFacts): Standing | null {
  const target = targetOf(action);
  const seen = seenBy(action, facts);
  const common = ofIssue(target, facts) ?? ofPullRequest(target, facts);
  return common === null && seen === null ? null : { ...common, ...seen };
}

function ofIssue(target: string, { issue }: ContextFacts): Standing | null {
  if (issue === null || target !== `jira:${issue.key}`) {
    return null;
  }
  const { status, assigneeId, priority, summary } = issue;
  return { status, assignee: assigneeId, priority, summary };
}

function ofPullRequest(target: string, { pullRequest }: ContextFacts): Standing | null {
  if (pullRequest === null || target !== `bitbucket:${pullRequest.repository}#${pullRequest.id}`) {
    return null;
  }
  const { state, title, destinationBranch } = pullRequest;
  return { state, title, destination: destinationBranch };
}
