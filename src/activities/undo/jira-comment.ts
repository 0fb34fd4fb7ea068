import type { JiraEdits } from '../../integrations/jira/edits.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the comment, where it still is as it was written. */
export function undoJiraComment(edits: JiraEdits): Undoing<'jira.comment'> {
  return async ({ issueKey }, { remoteId }) => {
    if (remoteId === null) {
      return nothingKnown('the comment');
    }
    const comment = await edits.getComment(issueKey, remoteId);
    if (comment === null) {
      return goneAlready(`the comment ${remoteId} on ${issueKey}`);
    }
    if (comment.updated !== comment.created) {
      const message = `the comment ${remoteId} on ${issueKey} was edited by ${comment.updatedBy ?? 'somebody'} at ${comment.updated}`;
      return { settled: 'obsolete', message };
    }
    return {
      request: edits.requests.deleteComment(issueKey, remoteId),
      precheck: async () => null,
      findExisting: async () =>
        (await edits.getComment(issueKey, remoteId)) === null ? { remoteId: null } : null,
      send: async (signal) => {
        await edits.deleteComment(issueKey, remoteId, signal);
        return { remoteId: null };
      },
    };
  };
}
