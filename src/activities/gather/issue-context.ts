/** One Jira issue as context: items for the model, facts for the code that judges. */
import type { ContextFacts } from '../../domain/context.js';
import type { JiraIssue, JiraTransition, JiraUser } from '../../integrations/jira/jira.js';
import type { Collector } from './collector.js';
import type { GatherSources } from './gatherer.js';

type IssueFacts = NonNullable<ContextFacts['issue']>;

const SOURCE = 'jira:rest';

/** The subject's issue. Throws the vendor's "not found" for the issue itself; what surrounds it is optional. */
export async function readIssue(
  ref: { readonly id: string | null; readonly key: string | null },
  sources: GatherSources,
): Promise<IssueFacts> {
  if (ref.key === null) {
    const issue = await sources.jira.getIssue(ref.id ?? '');
    return addIssue(issue, ...(await readAround(issue.key, sources)), sources.collector);
  }
  const [issue, around] = await Promise.allSettled([
    sources.jira.getIssue(ref.key),
    readAround(ref.key, sources),
  ]);
  // The issue's own failure tells more than that of a read around it.
  if (issue.status === 'rejected') {
    throw issue.reason;
  }
  if (around.status === 'rejected') {
    throw around.reason;
  }
  return addIssue(issue.value, ...around.value, sources.collector);
}

/** Adds an issue that was read already as the one that may be acted on. */
export async function addMainIssue(issue: JiraIssue, sources: GatherSources): Promise<IssueFacts> {
  return addIssue(issue, ...(await readAround(issue.key, sources)), sources.collector);
}

/** Adds an issue that is only told about. */
export function addFurtherIssue(issue: JiraIssue, collector: Collector): void {
  collector.add('issue', `issue-${issue.key}`, SOURCE, issueData(issue, collector));
}

type Around = [readonly JiraTransition[], readonly JiraUser[]];

async function readAround(key: string, { jira, collector }: GatherSources): Promise<Around> {
  const [transitions, people] = await Promise.all([
    collector.optional(jira.getTransitions(key), `transitions of ${key}`),
    collector.optional(jira.assignableUsers(key), `assignable people of ${key}`),
  ]);
  return [transitions ?? [], people ?? []];
}

function addIssue(
  issue: JiraIssue,
  transitions: readonly JiraTransition[],
  assignable: readonly JiraUser[],
  collector: Collector,
): IssueFacts {
  collector.add('issue', 'issue', SOURCE, issueData(issue, collector));
  if (issue.sprint !== null) {
    collector.add('sprint', `sprint-${issue.sprint.id}`, SOURCE, { ...issue.sprint });
  }
  for (const link of issue.links) {
    collector.add('link', `link-${link.id}`, SOURCE, { ...link });
  }
  for (const comment of collector.newest(issue.comments, `comments of ${issue.key}`, issue.commentTotal)) {
    const body = collector.text(comment.body, `comment ${comment.id}`);
    collector.add('comment', `comment-${comment.id}`, SOURCE, {
      ...comment,
      author: nameOf(comment.author),
      body,
    });
  }
  for (const { id, ...change } of collector.newest(issue.changes, `changes of ${issue.key}`)) {
    collector.add('change', `change-${id}`, SOURCE, {
      ...change,
      from: bounded(change.from, `change ${id}`, collector),
      to: bounded(change.to, `change ${id}`, collector),
    });
  }
  for (const { id, name, toStatus } of transitions) {
    collector.add('transition', `transition-${id}`, SOURCE, { name, toStatus });
  }
  return factsOf(issue, transitions, assignable);
}

function issueData(issue: JiraIssue, collector: Collector): Readonly<Record<string, unknown>> {
  const { id, key, projectKey, summary, issueType, status, statusCategory, priority, labels } = issue;
  const { dueDate, created, updated, parentKey, subtasks } = issue;
  return {
    id,
    key,
    projectKey,
    summary,
    description: collector.text(issue.description, `the description of ${key}`),
    issueType,
    status,
    statusCategory,
    priority,
    assignee: nameOf(issue.assignee),
    reporter: nameOf(issue.reporter),
    labels,
    dueDate,
    created,
    updated,
    parentKey,
    subtasks,
    sprint: issue.sprint?.name ?? null,
  };
}

function bounded(text: string | null, what: string, collector: Collector): string | null {
  return text === null ? null : collector.text(text, what);
}

function nameOf(user: JiraUser | null): { readonly id: string; readonly name: string } | null {
  return user === null ? null : { id: user.accountId, name: user.displayName };
}

function factsOf(
  issue: JiraIssue,
  transitions: readonly JiraTransition[],
  assignable: readonly JiraUser[],
): IssueFacts {
  const { id, key, summary, projectKey, status, priority, updated } = issue;
  const linked = [...issue.links, ...issue.subtasks].map((other) => other.key);
  return {
    id,
    key,
    summary,
    projectKey,
    status,
    assigneeId: issue.assignee?.accountId ?? null,
    priority,
    updated,
    reachableStatuses: [...new Set(transitions.map((transition) => transition.toStatus))],
    finalStatuses: [...new Set(transitions.filter(mayFinish).map((transition) => transition.toStatus))],
    people: peopleOf([
      issue.reporter,
      issue.assignee,
      ...issue.comments.map((one) => one.author),
      ...assignable,
    ]),
    linkedKeys: [...new Set(issue.parentKey === null ? linked : [issue.parentKey, ...linked])],
  };
}

/** Names differ by language and team, categories do not. What Jira does not tell may be the end. */
function mayFinish({ toCategory }: JiraTransition): boolean {
  return toCategory !== 'new' && toCategory !== 'indeterminate';
}

/** Apps, the agent among them, are nobody to assign work to. */
function peopleOf(users: readonly (JiraUser | null)[]): IssueFacts['people'] {
  const people = users
    .filter((user) => user !== null && !user.isApp)
    .map(nameOf)
    .filter((one) => one !== null);
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
