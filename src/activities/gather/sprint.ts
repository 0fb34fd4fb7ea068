import { projectOfKey } from '../../domain/actions/jira-issue.js';
import type { SprintEvent } from '../../domain/event.js';
import type { JiraSprint, JiraSprintIssue } from '../../integrations/jira/jira.js';
import { type Gatherer, type GatherSources, NO_FACTS } from './gatherer.js';

const SOURCE = 'jira:rest';
/** Issues of a sprint that become items. */
const ISSUE_LIMIT = 50;

/** A board may span projects: of its sprints only the team's issues are shown. */
export const gatherSprint: Gatherer<SprintEvent> = async ({ sprint }, sources) => {
  const isShown = (key: string) => sources.mayRead(projectOfKey(key));
  const { name } = await addSprint(sprint.id, sources, isShown, sprint.name);
  return { facts: NO_FACTS, title: name };
};

/** A sprint and how its issues stand, those that `isShown` leaves out counted only. Throws the vendor's "not found" for the sprint itself. */
export async function addSprint(
  id: number,
  { jira, collector }: GatherSources,
  isShown: (key: string) => boolean,
  called = `sprint ${id}`,
): Promise<JiraSprint> {
  const [sprint, issues] = await Promise.allSettled([
    jira.getSprint(id),
    collector.optional(jira.getSprintIssues(id), `issues of ${called}`),
  ]);
  if (sprint.status === 'rejected') {
    throw sprint.reason;
  }
  if (issues.status === 'rejected') {
    throw issues.reason;
  }
  const { goal, ...rest } = sprint.value;
  const ours = issues.value?.filter(({ key }) => isShown(key)) ?? null;
  collector.add('sprint', `sprint-${sprint.value.id}`, SOURCE, {
    ...rest,
    goal: goal === null ? null : collector.text(goal, 'the sprint goal'),
    issueCount: issues.value?.length ?? null,
    ...(ours === null ? {} : { team: countsOf(ours) }),
  });
  for (const issue of collector.first(ours ?? [], ISSUE_LIMIT, `issues of ${called}`)) {
    collector.add('issue', `issue-${issue.key}`, SOURCE, { ...issue });
  }
  return sprint.value;
}

/** Counted here: a model that counts items counts only those which are shown, and not always right. */
function countsOf(issues: readonly JiraSprintIssue[]) {
  const open = issues.filter(({ statusCategory }) => statusCategory !== 'done');
  return {
    issues: issues.length,
    done: issues.length - open.length,
    openWithoutAssignee: open.filter(({ assignee }) => assignee === null).length,
    openWithoutEstimate: open.filter(({ estimate }) => estimate === 'none').length,
  };
}
