/** Who is asked about an action, and how: settled when the plan is made, so that a later change of the file never touches it. */
import type { RiskGrade } from './actions/row.js';
import { decidersOf, type Groups, inCommon, type Person } from './approval.js';
import type { PlannedAction } from './cycle.js';
import type { PmEvent } from './event.js';
import type { EscalationStep, PolicyVerdict } from './policy.js';
import { signersOf } from './signers.js';
import type { WorkCalendar } from './work-calendar.js';

export interface AskingRules {
  readonly people: readonly Person[];
  readonly groups?: Groups;
  readonly team?: AskingTeam | null;
}

/** What of a team it depends on. */
export interface AskingTeam {
  readonly lead: string | null;
  readonly backup?: string | null;
  readonly calendar?: WorkCalendar | null;
}

export type RequestParts = Pick<
  PlannedAction,
  | 'approvers'
  | 'deciders'
  | 'needed'
  | 'notBy'
  | 'signers'
  | 'backups'
  | 'escalation'
  | 'waits'
  | 'onExpiry'
  | 'calendar'
>;

/** Everybody decides over final steps together with somebody else, where there is somebody else. */
const NEEDED_FOR_FINAL = 2;

/** @param requesters ids of those who caused it: where the rule says so, none of them decides */
export function requestParts(
  { verdict, approvers, waits, escalation = [], onExpiry = 'drop', joint }: PolicyVerdict,
  risk: RiskGrade,
  requesters: readonly string[],
  rules: AskingRules,
): RequestParts {
  const deciders = decidersOf(approvers, rules.people, rules.groups);
  if (verdict !== 'ask') {
    return { approvers, deciders };
  }
  const demands = [approvers, ...(approvers.and ?? [])];
  const notBy = demands.some(({ notRequester }) => notRequester === true) ? requesters : [];
  const able = (deciders ?? humansOf(rules.people)).filter((id) => !notBy.includes(id));
  const twoCould = able.length >= NEEDED_FOR_FINAL;
  const usual = risk === 'G3' && twoCould ? NEEDED_FOR_FINAL : 1;
  const needed = Math.max(...demands.map(({ count }) => count ?? usual));
  const backups = deciders === null ? [] : backupsOf(rules, [...deciders, ...notBy]);
  const calendar = rules.team?.calendar ?? null;
  const asked =
    joint === undefined ? escalation.map((step) => settled(step, rules)) : jointSteps(joint, rules);
  const steps = asked.map(({ afterMs, deciders: further }) => ({
    afterMs,
    deciders: further.filter((id) => !notBy.includes(id)),
  }));
  return {
    approvers,
    deciders,
    ...(needed > 1 ? { needed } : {}),
    ...(notBy.length === 0 ? {} : { notBy }),
    ...(notBy.length === 0 || deciders !== null ? {} : { signers: signersOf(rules.people) }),
    ...(backups.length === 0 ? {} : { backups }),
    ...(steps.length === 0 ? {} : { escalation: steps }),
    ...(waits === undefined ? {} : { waits }),
    ...(onExpiry === 'drop' ? {} : { onExpiry }),
    ...(calendar === null ? {} : { calendar }),
  };
}

type SettledStep = NonNullable<PlannedAction['escalation']>[number];

function settled({ afterMs, approvers }: EscalationStep, { people, groups }: AskingRules): SettledStep {
  return { afterMs, deciders: decidersOf(approvers, people, groups) ?? [] };
}

/** Under several rules somebody may decide too from when every one of them lets them. */
function jointSteps(joint: readonly PolicyVerdict[], rules: AskingRules): readonly SettledStep[] {
  const times = new Set(joint.flatMap(({ escalation = [] }) => escalation.map(({ afterMs }) => afterMs)));
  const after = (ms: number) => inCommon(joint.map((one) => mayAfter(ms, one, rules))) ?? [];
  const known = new Set(after(0));
  return [...times]
    .toSorted((one, other) => one - other)
    .map((afterMs) => {
      const deciders = after(afterMs).filter((id) => !known.has(id));
      deciders.forEach((id) => known.add(id));
      return { afterMs, deciders };
    })
    .filter(({ deciders }) => deciders.length > 0);
}

/** Whom one rule lets decide after so long; null: any operator. */
function mayAfter(
  ms: number,
  { approvers, escalation = [] }: PolicyVerdict,
  rules: AskingRules,
): readonly string[] | null {
  const first = decidersOf(approvers, rules.people, rules.groups);
  const steps = escalation.filter(({ afterMs }) => afterMs <= ms);
  return first === null ? null : [...first, ...steps.flatMap((step) => settled(step, rules).deciders)];
}

/** Ids of the people of pm-agent.yaml who caused these events. */
export function requestersOf(events: readonly PmEvent[], people: readonly Person[]): readonly string[] {
  const ids = events.flatMap(({ actor, source }) =>
    actor === null ? [] : people.filter((person) => person[source] === actor.id).map(({ id }) => id),
  );
  return [...new Set(ids)];
}

function humansOf(people: readonly Person[]): readonly string[] {
  return people.filter(({ roles }) => !roles.includes('bot')).map(({ id }) => id);
}

/** The team's escalation goes on to its lead, then to who comes after. */
function backupsOf({ team, people }: AskingRules, known: readonly string[]): readonly string[] {
  return [...new Set([team?.lead, team?.backup])].filter(
    (id): id is string =>
      id !== null && id !== undefined && !known.includes(id) && people.some((person) => person.id === id),
  );
}
