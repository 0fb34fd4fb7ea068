import type { JiraCreateIssue } from '../../domain/actions/jira-create-issue.js';
import { projectOfKey } from '../../domain/actions/jira-issue.js';
import { orGone } from '../../integrations/integration-error.js';
import type { IssueType, JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira } from '../../integrations/jira/jira.js';
import type { Executor } from './executor.js';

/** Types of a follow-up where none is asked for, in the order of preference. */
const FOLLOW_UPS = ['task', 'story', 'bug'];

/** A new issue with the action's id as its property, which is how it is found again. Its key is the effect's id. */
export function jiraCreateIssue(jira: Jira, edits: JiraEdits): Executor<'jira.create_issue'> {
  return {
    async find({ issueKey }, { actionId, sought, since }) {
      for (const projectKey of await projectsOf(jira, issueKey)) {
        const made = await edits.findIssueByAction({ projectKey, actionId, sought, since });
        if (made !== null) {
          return { remoteId: made };
        }
      }
      return null;
    },
    async prepare(payload, { actionId, answers }) {
      const { projectKey, key } = await jira.getIssue(payload.issueKey);
      const types = await edits.issueTypes(projectKey);
      const type = typeFor(payload, types);
      if (type === null) {
        const message = `${projectKey} has no ${kindOf(payload)}; its types: ${types.map(({ name }) => name).join(', ')}`;
        return { settled: 'failed', message };
      }
      const { summary, description } = payload;
      const isPart = payload.as === 'subtask';
      const write = {
        projectKey,
        parentKey: isPart ? key : null,
        typeId: type.id,
        summary,
        description: isPart ? description : `${description}\n\nFollow-up of ${key}.`,
        actionId,
        answers,
      };
      return {
        request: edits.requests.createIssue(write),
        precheck: async () => null,
        send: async (signal) => ({ remoteId: await edits.createIssue(write, signal) }),
      };
    },
  };
}

/** Where it may have been made: the issue that it comes from may have been moved since, or be gone. */
async function projectsOf(jira: Jira, issueKey: string): Promise<ReadonlySet<string>> {
  const before = projectOfKey(issueKey);
  const issue = await orGone(jira.getIssue(issueKey));
  return new Set(issue === null ? [before] : [before, issue.projectKey]);
}

/** Level and name must fit; a name that is not given is the project's own choice. */
function typeFor({ as, issueType }: JiraCreateIssue, types: readonly IssueType[]): IssueType | null {
  const level = types.filter(({ subtask }) => subtask === (as === 'subtask'));
  const byName = (wanted: string) => level.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (issueType !== null) {
    return byName(issueType) ?? null;
  }
  const usual = as === 'subtask' ? undefined : FOLLOW_UPS.map(byName).find((type) => type !== undefined);
  return usual ?? level[0] ?? null;
}

function kindOf({ as, issueType }: JiraCreateIssue): string {
  const level = as === 'subtask' ? 'type of sub-tasks' : 'type of issues';
  return issueType === null ? level : `${level} named ${issueType}`;
}
