import type { Action, ActionKind } from '../../domain/action.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Standing, Stood } from '../../domain/actions/row.js';
import type { EffectMark } from '../../domain/effect.js';
import { createAuthorship } from '../authorship.js';
import type { ActivityDeps } from '../dependencies.js';
import type { OwnAccounts } from '../own-accounts.js';
import { bitbucketPrComment } from './bitbucket-pr-comment.js';
import { escalate } from './escalate.js';
import type { Effect, Executor, Made, Settled } from './executor.js';
import { jiraAssign } from './jira-assign.js';
import { jiraComment } from './jira-comment.js';
import { jiraCreateIssue } from './jira-create-issue.js';
import { jiraLink } from './jira-link.js';
import { jiraTransition } from './jira-transition.js';
import { jiraUpdateFields } from './jira-update-fields.js';
import { slackMessage } from './slack-message.js';

export type Executors = { readonly [K in ActionKind]: Executor<K> };

/** Who carries out which kind of action. A new kind is a row here. */
export function createExecutors(
  deps: Pick<ActivityDeps, 'jira' | 'jiraEdits' | 'bitbucket' | 'slack' | 'notes' | 'mirror' | 'people'>,
  accounts: OwnAccounts,
): Executors {
  const { jira, jiraEdits, slack, people } = deps;
  const authorship = createAuthorship(accounts);
  return {
    'jira.comment': jiraComment(deps),
    'jira.transition': jiraTransition(jira, jiraEdits, authorship),
    'jira.assign': jiraAssign(jira, authorship, people),
    'jira.update_fields': jiraUpdateFields(jira, jiraEdits, authorship),
    'jira.link': jiraLink(jira, jiraEdits, authorship),
    'jira.create_issue': jiraCreateIssue(jira, jiraEdits),
    'slack.message': slackMessage(slack),
    'bitbucket.pr_comment': bitbucketPrComment(deps),
    escalate: escalate(slack),
  };
}

/** Makes the effect of an action with the executor of its kind. */
export function prepareEffect(
  executors: Executors,
  action: Action,
  mark: EffectMark,
  seen: Standing | null = null,
): Promise<Effect | Settled> {
  return prepareAs(executors, action.kind, action.payload, mark, seen);
}

/** Looks for the effect of an action with the executor of its kind. */
export function findEffect(
  executors: Executors,
  action: Action,
  mark: EffectMark,
  left: Stood | null = null,
): Promise<Made | null> {
  return findAs(executors, action.kind, action.payload, mark, left);
}

/** Who else made what was found, with the executor of its kind; null where it may be ours. */
export async function madeByAnother(
  executors: Executors,
  action: Action,
  left: Stood | null,
): Promise<string | null> {
  return byAnotherAs(executors, action.kind, action.payload, left);
}

async function byAnotherAs<K extends ActionKind>(
  executors: Executors,
  kind: K,
  payload: ActionPayloads[K],
  left: Stood | null,
): Promise<string | null> {
  return (await executors[kind].byAnother?.(payload, left)) ?? null;
}

function findAs<K extends ActionKind>(
  executors: Executors,
  kind: K,
  payload: ActionPayloads[K],
  mark: EffectMark,
  left: Stood | null,
): Promise<Made | null> {
  return executors[kind].find(payload, mark, left);
}

function prepareAs<K extends ActionKind>(
  executors: Executors,
  kind: K,
  payload: ActionPayloads[K],
  mark: EffectMark,
  seen: Standing | null,
): Promise<Effect | Settled> {
  return executors[kind].prepare(payload, mark, seen);
}
