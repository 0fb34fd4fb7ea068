/** A refusal of the model goes to people: it may be what a text was written for. */
import type { DeclinedEvent } from '../audit/declined-records.js';
import type { ContextFacts } from '../domain/context.js';
import { type CycleInput, eventsOf } from '../domain/cycle.js';
import { authorsOf } from '../domain/declined.js';
import { itemLink } from '../domain/item-link.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { toldTeamOf } from './team.js';

type Deps = Pick<ActivityDeps, 'teams' | 'people' | 'acts' | 'pages'>;

interface Declined {
  readonly cycle: CycleInput;
  readonly facts: ContextFacts;
  readonly model: string;
  /** What is critical is told by its own rule. */
  readonly isCritical: boolean;
}

/** Our own words and ids alone: names are as much an outsider's text as what was declined. */
export function declinedEvent(deps: Deps, { cycle, facts, model, isCritical }: Declined): DeclinedEvent {
  const { event, cycleId } = cycle;
  const authors = authorsOf(eventsOf(cycle));
  const place = escalationPlace(toldTeamOf(eventsOf(cycle), facts, deps), deps.people);
  const isTold = !isCritical && deps.acts.slack && place !== null;
  const text = [
    `The model declined to answer about ${event.subject}, so that nothing was decided and nothing is done. Please look at it yourself: ${itemLink(deps.pages, event.subject) ?? event.subject}`,
    `Written by ${authors.map(({ id }) => id).join(', ')}. A text can be meant to keep the agent from looking.`,
    `\`npx pm-agent show ${cycleId}\` has what was read; \`npx pm-agent declined\` lists and counts what was declined. You hear of the same author once a day.`,
  ].join('\n');
  return { subject: event.subject, model, authors, told: isTold ? { place, text } : null };
}
