import type { Action, ActionKind } from '../../domain/action.js';
import { ACTIONS } from '../../domain/actions/index.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Effect, Settled } from '../actions/executor.js';
import type { ActivityDeps } from '../dependencies.js';
import { undoBitbucketPrComment } from './bitbucket-pr-comment.js';
import { undoJiraAssign } from './jira-assign.js';
import { undoJiraComment } from './jira-comment.js';
import { undoJiraCreateIssue } from './jira-create-issue.js';
import { undoJiraLink } from './jira-link.js';
import { undoJiraTransition } from './jira-transition.js';
import { undoJiraUpdateFields } from './jira-update-fields.js';
import { undoSlackMessage } from './slack-message.js';
import type { Done, Undoing } from './undoing.js';

export type Undoings = { readonly [K in ActionKind]: Undoing<K> };

/** Who takes back which kind of action. A new kind is a row here. */
export function createUndoings({
  jira,
  jiraEdits,
  bitbucket,
  slack,
  notes,
  removals,
}: ActivityDeps): Undoings {
  return {
    'jira.comment': undoJiraComment(jiraEdits, notes.jira),
    'jira.transition': undoJiraTransition(jira),
    'jira.assign': undoJiraAssign(jira),
    'jira.update_fields': undoJiraUpdateFields(jira, jiraEdits),
    'jira.link': undoJiraLink(jira, jiraEdits),
    'jira.create_issue': undoJiraCreateIssue(jira, jiraEdits),
    'slack.message': undoSlackMessage(slack, removals.slack),
    'bitbucket.pr_comment': undoBitbucketPrComment(bitbucket, notes.bitbucket, removals.bitbucket),
    escalate: async () => irreversible('escalate'),
  };
}

/** Makes the effect that takes an action back, with the row of its kind. */
export function prepareUndo(undoings: Undoings, action: Action, done: Done): Promise<Effect | Settled> {
  return prepareAs(undoings, action.kind, action.payload, done);
}

function prepareAs<K extends ActionKind>(
  undoings: Undoings,
  kind: K,
  payload: ActionPayloads[K],
  done: Done,
): Promise<Effect | Settled> {
  return undoings[kind](payload, done);
}

function irreversible(kind: ActionKind): Settled {
  const { inverse } = ACTIONS[kind];
  return { settled: 'failed', message: inverse.reversible ? inverse.words : inverse.why };
}
