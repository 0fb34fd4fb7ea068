import { orGone } from '../../integrations/integration-error.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import { type Effect, type Settled, standsSo } from '../actions/executor.js';
import { nothingKnown, type Undoing } from './undoing.js';

/**
 * Deletes the issue that was made, as long as nobody worked on it. One that is not there proves nothing but behind a request of
 * ours, which only what was there before led to: it may be hidden from us.
 */
export function undoJiraCreateIssue(jira: Jira, edits: JiraEdits): Undoing<'jira.create_issue'> {
  return (_payload, { remoteId: key }) => {
    if (key === null) {
      return nothingKnown('the new issue');
    }
    return {
      find: async () => standsSo((await orGone(jira.getIssue(key))) === null),
      prepare: async () => touchedOf(await jira.getIssue(key)) ?? deletion(edits, key),
    };
  };
}

function deletion(edits: JiraEdits, key: string): Effect {
  return {
    request: edits.requests.deleteIssue(key),
    precheck: async () => null,
    send: async (signal) => {
      await edits.deleteIssue(key, signal);
      return { remoteId: null };
    },
  };
}

function touchedOf({ key, changes, commentTotal, links, subtasks }: JiraIssue): Settled | null {
  const change = changes.at(-1);
  const what = [
    ...(change === undefined
      ? []
      : [`${change.field} was changed by ${change.author ?? 'somebody'} at ${change.at}`]),
    ...(commentTotal === 0 ? [] : [`it has ${commentTotal} comments`]),
    ...(links.length === 0 ? [] : [`it is linked with ${links.map((link) => link.key).join(', ')}`]),
    ...(subtasks.length === 0 ? [] : ['it has sub-tasks']),
  ];
  const message = `${key} was worked on since: ${what.join('; ')}`;
  return what.length === 0 ? null : { settled: 'obsolete', message };
}
