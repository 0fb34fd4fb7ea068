/** What follows from how much the agent may do by itself: suggestions, announcements, and what costs a level. */
import type { LapseTerms } from '../audit/autonomy.js';
import type { ActionsTable } from '../audit/schema.js';
import { jiraNames } from '../domain/account-names.js';
import { describeAction } from '../domain/action.js';
import { ACTIONS } from '../domain/actions/index.js';
import { BUILT_IN_AUTONOMY, keyName } from '../domain/autonomy.js';
import type { ActionResult, PlannedAction } from '../domain/cycle.js';
import type { AutonomyActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';

export type AutonomyDeps = Pick<ActivityDeps, 'teams' | 'people' | 'acts' | 'autonomy'> & {
  readonly mirror: Pick<ActivityDeps['mirror'], 'changeLevel' | 'noteLapse' | 'announce'>;
};

export function createChangeAutonomy({
  mirror,
  autonomy = BUILT_IN_AUTONOMY,
}: AutonomyDeps): AutonomyActivities['changeAutonomy'] {
  return async (order) => ({ changed: await mirror.changeLevel(order, autonomy) });
}

/** Why an approved action is not carried out; null where it is. */
export function whyOnlyShown({ action, autonomy }: PlannedAction): string | null {
  return autonomy?.level === 'propose'
    ? `a suggestion: ${keyName({ kind: action.kind, project: autonomy.project })} is at the level propose, so a person does it`
    : null;
}

/** Tells once what went without a person, or why it cannot be taken back. */
export async function announce(
  { mirror, acts, people }: AutonomyDeps,
  { actionId, action, autonomy }: PlannedAction,
  { status }: ActionResult,
): Promise<void> {
  const place = autonomy?.announceTo;
  if (place === undefined || status !== 'executed' || !acts.slack) {
    return;
  }
  const { inverse } = ACTIONS[action.kind];
  const done = `${describeAction(action, jiraNames(people))}: done without asking.`;
  await mirror.announce({
    actionId,
    place,
    text: inverse.reversible ? done : `${done} It cannot be taken back: ${inverse.why}`,
    canBeTakenBack: inverse.reversible,
  });
}

/** An undo, or a rejection: it may cost the action's kind a level in its project. Repeated, it costs nothing more. */
export function noteLapse(
  deps: AutonomyDeps,
  what: 'undo' | 'rejection',
  { id, actionId }: { readonly id: string; readonly actionId: ActionsTable['id'] },
): Promise<void> {
  return deps.mirror.noteLapse({ what, id, actionId, ...lapseTerms(deps) });
}

/** By what pm-agent.yaml says now; a demotion is told in the team's channel, where Slack may be written to. */
export function lapseTerms({
  autonomy: rules = BUILT_IN_AUTONOMY,
  teams,
  acts,
}: Pick<AutonomyDeps, 'autonomy' | 'teams' | 'acts'>): LapseTerms {
  const placesOf = (team: string | null) => {
    const channel = teams.find((one) => one.id === team)?.slackChannel ?? null;
    return channel === null || !acts.slack ? [] : [channel];
  };
  return { rules, placesOf };
}
