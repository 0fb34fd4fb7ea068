/** Who is told when a person has to step in. Always from pm-agent.yaml, never from a text. */
import type { Person } from '../domain/approval.js';
import type { TeamSettings } from './dependencies.js';

/** The team's lead where pm-agent.yaml knows their Slack account, else the team's channel; null where it has neither. */
export function escalationPlace(team: TeamSettings | null, people: readonly Person[]): string | null {
  const lead = people.find((person) => person.id === team?.lead);
  return lead?.slack ?? team?.slackChannel ?? null;
}
