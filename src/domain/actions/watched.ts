/** What of an action's target whoever approves it relies on: where it changes while a request waits, they are asked again. */
import { type Action, changesState, seenBy, targetOf } from '../action.js';
import type { ContextFacts } from '../context.js';
import type { Standing } from './row.js';

/** Null where nothing is known of the target, or nothing about it can change. */
export function watchedBy(action: Action, facts: ContextFacts): Standing | null {
  const target = targetOf(action);
  const seen = seenBy(action, facts);
  const common =
    ofIssue(action, facts) ??
    ofLinkedIssue(target, facts) ??
    ofPullRequest(target, facts) ??
    ofThread(target, facts);
  return common === null && seen === null ? null : { ...common, ...seen };
}

/** Words answer what an issue says; a move or an assignment does not rest on each sentence of it. */
function ofIssue(action: Action, { issue }: ContextFacts): Standing | null {
  if (issue === null || targetOf(action) !== `jira:${issue.key}`) {
    return null;
  }
  const { status, assigneeId, priority, summary, description } = issue;
  const said = description === undefined || changesState(action.kind) ? {} : { description };
  return { status, assignee: assigneeId, priority, summary, ...said };
}

/** As far as the event's issue tells of it. */
function ofLinkedIssue(target: string, { issue }: ContextFacts): Standing | null {
  const key = issue?.linkedKeys.find((one) => target === `jira:${one}`);
  if (key === undefined) {
    return null;
  }
  const linked = issue?.linked?.find((one) => one.key === key);
  const { status = null, summary = null, movedTo = key } = linked ?? {};
  return { key: movedTo, ...(status === null ? {} : { status }), ...(summary === null ? {} : { summary }) };
}

/** Its code too: a comment on it is about what was pushed by then. */
function ofPullRequest(target: string, { pullRequest }: ContextFacts): Standing | null {
  if (pullRequest === null || target !== `bitbucket:${pullRequest.repository}#${pullRequest.id}`) {
    return null;
  }
  const { state, title, destinationBranch, commit = null } = pullRequest;
  return { state, title, destination: destinationBranch, ...(commit === null ? {} : { commit }) };
}

/** The message that is answered: what others say in its thread is an event of its own. */
function ofThread(target: string, { thread }: ContextFacts): Standing | null {
  return thread?.answered !== undefined && target === `slack:${thread.channel}/${thread.threadTs}`
    ? { message: thread.answered.text }
    : null;
}
