/** Where a request for approval is shown in Slack: where those who may decide will see it. */
import type { CardPlaces } from '../audit/cards.js';
import type { PlacedCycle } from '../audit/mirror.js';
import { describeAction, textOf } from '../domain/action.js';
import { CARD_LINE_LIMIT, CARD_WORDS_LIMIT } from '../domain/approval.js';
import type { ApprovalRequest, ShownAction } from '../domain/cycle.js';
import type { ApprovalNote } from './contract.js';
import type { ActivityDeps } from './dependencies.js';

/**
 * The team's channel; else a direct message to each approver whom the rule names; else the channel that the event came
 * from. Nowhere where nothing may be written to Slack.
 */
export function cardPlaces(
  { teams, people, acts }: Pick<ActivityDeps, 'teams' | 'people' | 'acts'>,
  cycle: PlacedCycle,
  { planned }: Pick<ApprovalRequest, 'planned'>,
): CardPlaces {
  const channel = teams.find((team) => team.id === cycle.team)?.slackChannel ?? null;
  const approvers = people
    .filter((person) => planned.deciders?.includes(person.id))
    .flatMap((person) => (person.slack === null ? [] : [person.slack]));
  const origin = cycle.source === 'slack' && cycle.project !== null ? [cycle.project] : [];
  const places = channel !== null ? [channel] : approvers.length > 0 ? approvers : origin;
  return { places: acts.slack ? places : [], hasLongWords: hasLongWords(planned) };
}

function hasLongWords({ action }: Pick<ShownAction, 'action'>): boolean {
  return (textOf(action)?.length ?? 0) > CARD_WORDS_LIMIT || describeAction(action).length > CARD_LINE_LIMIT;
}

/** What asks further people, because nobody decided for so long. */
const ASKS_FURTHER = new Set(['second_approver', 'asked_again']);

/** Whoever is asked besides gets a card of their own. */
export function placesToTell(
  { people, acts }: Pick<ActivityDeps, 'people' | 'acts'>,
  { what, also, planned, state }: Pick<ApprovalNote, 'what' | 'also' | 'planned' | 'state'>,
): CardPlaces {
  const asked = ASKS_FURTHER.has(what) && acts.slack ? also : [];
  return {
    places: people.flatMap(({ id, slack }) => (slack !== null && asked.includes(id) ? [slack] : [])),
    hasLongWords: hasLongWords(planned),
    ...(state.drift === undefined ? {} : { hasChanged: true }),
  };
}
