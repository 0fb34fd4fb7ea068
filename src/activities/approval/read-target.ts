/** How an action's target stands now, in place of how the context found it. */
import type { Action } from '../../domain/action.js';
import type { ContextFacts, LinkedIssue } from '../../domain/context.js';
import { isOutOfSight, orGone } from '../../integrations/integration-error.js';
import { assigneeOf } from '../assignee.js';
import { boundedText } from '../bounded-text.js';
import type { ActivityDeps } from '../dependencies.js';
import { waysOf } from '../gather/ways.js';

type Vendors = Pick<ActivityDeps, 'jira' | 'bitbucket' | 'slack'>;

/** The facts with what the target is now; null where it is none that can be read. Throws what the vendor throws. */
export async function readTarget(
  vendors: Vendors,
  target: string,
  facts: ContextFacts,
): Promise<ContextFacts | null> {
  const { issue, pullRequest, thread } = facts;
  if (issue !== null && target === `jira:${issue.key}`) {
    return { ...facts, issue: await issueNow(vendors, issue) };
  }
  const linked = issue?.linkedKeys.find((key) => target === `jira:${key}`);
  if (issue !== null && linked !== undefined) {
    return { ...facts, issue: { ...issue, linked: [await linkedNow(vendors, linked)] } };
  }
  if (pullRequest !== null && target === `bitbucket:${pullRequest.repository}#${pullRequest.id}`) {
    return { ...facts, pullRequest: await pullRequestNow(vendors, pullRequest) };
  }
  if (thread?.answered !== undefined && target === `slack:${thread.channel}/${thread.threadTs}`) {
    return { ...facts, thread: { ...thread, answered: await answeredNow(vendors, thread, thread.answered) } };
  }
  return null;
}

/** Where a move could lead from how the issue stands now: whoever is asked again may choose another. */
export async function readWays(
  { jira }: Vendors,
  { kind }: Action,
  facts: ContextFacts,
): Promise<ContextFacts> {
  const { issue } = facts;
  return kind === 'jira.transition' && issue !== null
    ? { ...facts, issue: { ...issue, ...waysOf(await jira.getTransitions(issue.key)) } }
    : facts;
}

async function issueNow({ jira }: Vendors, issue: NonNullable<ContextFacts['issue']>) {
  const { status, priority, summary, labels, dueDate, assignee, sprint, description } = await jira.getIssue(
    issue.id,
  );
  return {
    ...issue,
    status,
    priority,
    summary,
    labels,
    dueDate,
    assigneeId: assigneeOf({ assignee }),
    sprintId: sprint?.id ?? null,
    ...(issue.description === undefined ? {} : { description: boundedText(description) }),
  };
}

async function linkedNow({ jira }: Vendors, asked: string): Promise<LinkedIssue> {
  const { key, summary, status } = await jira.getIssue(asked);
  return { key: asked, summary, status, ...(key === asked ? {} : { movedTo: key }) };
}

async function pullRequestNow({ bitbucket }: Vendors, pullRequest: NonNullable<ContextFacts['pullRequest']>) {
  const { state, title, destinationBranch, sourceCommit } = await bitbucket.getPullRequest(
    pullRequest.repository,
    pullRequest.id,
  );
  return { ...pullRequest, state, title, destinationBranch, commit: sourceCommit };
}

type Answered = NonNullable<NonNullable<ContextFacts['thread']>['answered']>;

/** Null once it is deleted. Where more was said since than is read, or can be, it counts as unchanged. */
async function answeredNow(
  { slack }: Vendors,
  { channel, threadTs }: NonNullable<ContextFacts['thread']>,
  answered: Answered,
): Promise<Answered> {
  const messages = await messagesOf({ slack }, channel, threadTs ?? answered.ts);
  if (messages === null) {
    return answered;
  }
  const found = messages.find(({ ts }) => ts === answered.ts);
  if (found !== undefined) {
    return { ...answered, text: boundedText(found.text) };
  }
  const isBeyond = messages.length > 0 && messages.every(({ ts }) => ts > answered.ts);
  return isBeyond ? answered : { ...answered, text: null };
}

/** None where the thread is gone; null where it is too long to be read. */
async function messagesOf({ slack }: Pick<Vendors, 'slack'>, channel: string, threadTs: string) {
  try {
    return (await orGone(slack.getThread(channel, threadTs))) ?? [];
  } catch (error) {
    if (isOutOfSight(error)) {
      return null;
    }
    throw error;
  }
}
