import type { SprintEvent } from '../../domain/event.js';
import { type Gatherer, NO_FACTS } from './gatherer.js';

const SOURCE = 'jira:rest';
/** Issues of a sprint that become items. */
const ISSUE_LIMIT = 50;

export const gatherSprint: Gatherer<SprintEvent> = async (event, { jira, collector }) => {
  const [sprint, issues] = await Promise.allSettled([
    jira.getSprint(event.sprint.id),
    collector.optional(jira.getSprintIssues(event.sprint.id), `issues of ${event.sprint.name}`),
  ]);
  if (sprint.status === 'rejected') {
    throw sprint.reason;
  }
  if (issues.status === 'rejected') {
    throw issues.reason;
  }
  const { goal, ...rest } = sprint.value;
  collector.add('sprint', `sprint-${sprint.value.id}`, SOURCE, {
    ...rest,
    goal: goal === null ? null : collector.text(goal, 'the sprint goal'),
    issueCount: issues.value?.length ?? null,
  });
  for (const issue of (issues.value ?? []).slice(0, ISSUE_LIMIT)) {
    collector.add('issue', `issue-${issue.key}`, SOURCE, { ...issue });
  }
  return { facts: NO_FACTS, title: sprint.value.name };
};
