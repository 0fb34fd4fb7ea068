import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira } from '../../integrations/jira/jira.js';
import { standsSo } from '../actions/executor.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the link that was made, known by its id: one that a person made since is another one. */
export function undoJiraLink(jira: Jira, edits: JiraEdits): Undoing<'jira.link'> {
  return ({ issueKey, toKey }, { remoteId }) => {
    if (remoteId === null) {
      return nothingKnown('the link');
    }
    const isGone = async () => (await jira.getIssue(issueKey)).links.every(({ id }) => id !== remoteId);
    return {
      find: async () => standsSo(await isGone()),
      prepare: async () =>
        (await isGone())
          ? goneAlready(`the link from ${issueKey} to ${toKey}`)
          : {
              request: edits.requests.deleteLink(remoteId),
              precheck: async () => null,
              send: async (signal) => {
                await edits.deleteLink(remoteId, signal);
                return { remoteId: null };
              },
            },
    };
  };
}
