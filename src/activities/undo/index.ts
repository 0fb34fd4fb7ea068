import type { Action, ActionKind } from '../../domain/action.js';
import { ACTIONS } from '../../domain/actions/index.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import { cannotBeSeen, IntegrationError, isGone } from '../../integrations/integration-error.js';
import { createAuthorship } from '../authorship.js';
import type { ActivityDeps } from '../dependencies.js';
import type { OwnAccounts } from '../own-accounts.js';
import { undoBitbucketPrComment } from './bitbucket-pr-comment.js';
import { undoJiraAssign } from './jira-assign.js';
import { undoJiraComment } from './jira-comment.js';
import { undoJiraCreateIssue } from './jira-create-issue.js';
import { undoJiraLink } from './jira-link.js';
import { undoJiraTransition } from './jira-transition.js';
import { undoJiraUpdateFields } from './jira-update-fields.js';
import { undoSlackMessage } from './slack-message.js';
import { cannotBe, type Done, type Reversal, type Undoing } from './undoing.js';

export type Undoings = { readonly [K in ActionKind]: Undoing<K> };

/** Who takes back which kind of action. A new kind is a row here. */
export function createUndoings(
  { jira, jiraEdits, slack, notes, removals }: ActivityDeps,
  accounts: OwnAccounts,
): Undoings {
  const authorship = createAuthorship(accounts);
  return {
    'jira.comment': undoJiraComment(jiraEdits, notes.jira),
    'jira.transition': undoJiraTransition(jira, jiraEdits, authorship),
    'jira.assign': undoJiraAssign(jira, authorship),
    'jira.update_fields': undoJiraUpdateFields(jira, jiraEdits, authorship),
    'jira.link': undoJiraLink(jira, jiraEdits),
    'jira.create_issue': undoJiraCreateIssue(jira, jiraEdits),
    'slack.message': undoSlackMessage(slack, removals.slack),
    'bitbucket.pr_comment': undoBitbucketPrComment(notes.bitbucket, removals.bitbucket),
    escalate: () => irreversible('escalate'),
  };
}

/** How an action is taken back, by the row of its kind. */
export function reversalOf(undoings: Undoings, action: Action, done: Done): Reversal {
  return whereSeen(reversalAs(undoings, action.kind, action.payload, done), done);
}

/** "Not there" of what a reversal reads is no word about what the action left: that may stand where we cannot see it. */
function whereSeen(reversal: Reversal, { actionId }: Done): Reversal {
  const seen = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw error instanceof IntegrationError && isGone(error)
        ? cannotBeSeen(error, `what ${actionId} left`)
        : error;
    }
  };
  return {
    find: (left) => seen(() => reversal.find(left)),
    prepare: (left) => seen(() => reversal.prepare(left)),
  };
}

function reversalAs<K extends ActionKind>(
  undoings: Undoings,
  kind: K,
  payload: ActionPayloads[K],
  done: Done,
): Reversal {
  return undoings[kind](payload, done);
}

function irreversible(kind: ActionKind): Reversal {
  const { inverse } = ACTIONS[kind];
  return cannotBe(inverse.reversible ? inverse.words : inverse.why);
}
