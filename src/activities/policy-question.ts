/** What the policy is asked about an action: everything that a rule can name, as it stands when the plan is made. */
import { type Action, projectsWrittenTo } from '../domain/action.js';
import { raisedBy } from '../domain/actions/raised-grade.js';
import { isPerson } from '../domain/actions/slack-message.js';
import type { Groups, Person } from '../domain/approval.js';
import { isBot } from '../domain/bot-scope.js';
import type { ContextFacts } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import type { PolicyQuestion } from '../domain/policy.js';
import { isWorkingTime, localTime } from '../domain/work-calendar.js';
import type { TeamSettings } from './dependencies.js';

/** What besides the action and the event a question rests on. */
export interface AskedUnder {
  readonly team?: Pick<TeamSettings, 'id' | 'timezone' | 'calendar'> | null;
  readonly people: readonly Person[];
  readonly groups?: Groups;
  /** The agent's own account ids at the event's vendor. */
  readonly ownIds: readonly string[];
  /** Left out: rules that name a time do not match. */
  readonly now?: Date;
}

/** One for each project that is written to, that of the target first: a rule about any of them has its say. */
export function questionsOf(
  action: Action,
  event: PmEvent,
  facts: ContextFacts | null,
  under: AskedUnder,
): readonly [PolicyQuestion, ...PolicyQuestion[]] {
  const [project = event.project, ...others] = projectsWrittenTo(action);
  const question = questionIn(project, action, event, facts, under);
  return [question, ...others.map((other) => ({ ...question, project: other }))];
}

function questionIn(
  project: string | null,
  action: Action,
  event: PmEvent,
  facts: ContextFacts | null,
  under: AskedUnder,
): PolicyQuestion {
  const finalStatuses = action.kind === 'jira.transition' ? facts?.issue?.finalStatuses : undefined;
  const to = action.kind === 'jira.transition' ? action.payload.toStatus : null;
  const raised = raisedBy(action);
  return {
    action: action.kind,
    event: event.type,
    project,
    to,
    ...(finalStatuses === undefined || to === null ? {} : { toIsFinal: finalStatuses.includes(to) }),
    ...(raised === null ? {} : { raisedBy: raised }),
    ...(action.kind === 'slack.message' && isPerson(action.payload.channel) ? { isDirect: true } : {}),
    team: under.team?.id ?? null,
    actor: actorNames(event, under),
    ...(under.now === undefined ? {} : { time: timeOf(under.team ?? null, under.now) }),
  };
}

/** Every name by which a rule can mean whoever caused an event. */
function actorNames(
  { actor, source }: PmEvent,
  { people, groups = {}, ownIds }: AskedUnder,
): readonly string[] {
  if (actor === null) {
    return ['nobody'];
  }
  const person = people.find((one) => one[source] === actor.id) ?? null;
  const kind = ownIds.includes(actor.id) ? 'agent' : isBot(actor, source, people) ? 'bot' : 'person';
  return person === null
    ? [kind, 'unknown']
    : [
        person.id,
        kind,
        ...person.roles.map((role) => `role:${role}`),
        ...Object.entries(groups).flatMap(([name, members]) =>
          members.includes(person.id) ? [`group:${name}`] : [],
        ),
      ];
}

/** By the team's clock; where the event belongs to no team, by UTC and without quiet hours. */
function timeOf(
  team: NonNullable<AskedUnder['team']> | null,
  now: Date,
): NonNullable<PolicyQuestion['time']> {
  const calendar = team?.calendar ?? null;
  const { minute } = localTime(now, team?.timezone ?? 'UTC');
  const two = (part: number) => String(part).padStart(2, '0');
  return {
    clock: `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
    isWorking: calendar === null || isWorkingTime(now, calendar),
  };
}
