import type { Jira } from '../../integrations/jira/jira.js';
import type { Executor } from './executor.js';

/** A comment with the action's id and the changes that it answers as its property, which is how it is found again. */
export function jiraComment(jira: Jira): Executor<'jira.comment'> {
  return {
    async prepare({ issueKey, body }, { actionId, answers, sought }) {
      const write = { issueKey, body, actionId, answers };
      return {
        request: jira.requests.addComment(write),
        precheck: async () => null,
        findExisting: async () => {
          const remoteId = await jira.findCommentByAction(issueKey, actionId, sought);
          return remoteId === null ? null : { remoteId };
        },
        send: async (signal) => ({ remoteId: await jira.addComment(write, signal) }),
      };
    },
  };
}
