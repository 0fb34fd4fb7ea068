/** Whom a rule asks, and what comes where nobody decides: in the words of a person. */
import type { AgentFile } from '../config/config.js';
import type { RiskGrade } from '../domain/actions/row.js';
import type { OnExpiry, PolicyVerdict } from '../domain/policy.js';
import { atTheDeadline, courseOf, MOST_REMINDERS } from '../domain/request-course.js';
import { requestParts } from '../domain/request-parts.js';
import { durationOf, plain, when } from './table.js';
import type { ApprovalView } from './views.js';

export interface Asking {
  /** Names; null: any operator. */
  readonly mayDecide: readonly string[] | null;
  /** "roles lead"; null where the rule names nobody, or where it is not known. */
  readonly namedBy: string | null;
  /** Names of those who may not, because they asked for it. */
  readonly notBy: readonly string[];
  readonly needed: number;
  readonly remindAfterMs: number | null;
  readonly further: readonly { readonly afterMs: number; readonly people: readonly string[] }[];
  /** `for 24h`, or `by 2026-11-24 09:00:00 UTC`. */
  readonly deadline: string;
  readonly onExpiry: OnExpiry;
  /** Who is told where `onExpiry` is `escalate`; null where that is not known. */
  readonly lead: string | null;
}

/** By the rules of the file as they are now, as the plan would settle it. */
export function askingByFile(
  { people, teams, groups = {}, policy }: AgentFile,
  verdict: PolicyVerdict,
  risk: RiskGrade,
  { team: teamId, actor = [] }: { readonly team?: string | null; readonly actor?: readonly string[] },
): Asking | null {
  if (verdict.verdict !== 'ask') {
    return null;
  }
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? id;
  const team = teams.find(({ id }) => id === teamId) ?? null;
  const requesters = actor.filter((name) => people.some(({ id }) => id === name));
  const parts = requestParts(verdict, risk, requesters, { people, groups, team });
  const { notBy = [], needed = 1, deciders, onExpiry = 'drop', waits } = parts;
  const { remindAfterMs = null, further = [] } = courseOf(parts);
  const deadlineMs = waits?.deadlineMs ?? policy.deadlineMs;
  return {
    mayDecide: deciders === null ? null : deciders.filter((id) => !notBy.includes(id)).map(nameOf),
    namedBy: namedBy(verdict.approvers),
    notBy: notBy.map(nameOf),
    needed,
    remindAfterMs,
    further: further.map(({ afterMs, people: ids }) => ({ afterMs, people: ids.map(nameOf) })),
    deadline:
      deadlineMs === null
        ? 'for APPROVAL_TIMEOUT (24h where it is not set)'
        : `for ${durationOf(deadlineMs)}`,
    onExpiry,
    lead: team === null || team.lead === null ? null : nameOf(team.lead),
  };
}

/** As it was settled when the request was shown. */
export function askingOf(approval: ApprovalView): Asking {
  const {
    mayDecide = null,
    notBy = [],
    needed = 1,
    remindAfterMs = null,
    further = [],
    onExpiry = 'drop',
  } = approval;
  return {
    mayDecide: mayDecide?.map(({ name }) => name) ?? null,
    namedBy: null,
    notBy: notBy.map(({ name }) => name),
    needed,
    remindAfterMs,
    further: further.map(({ afterMs, people }) => ({ afterMs, people: people.map(({ name }) => name) })),
    deadline: `by ${when(approval.deadline)} UTC`,
    onExpiry,
    lead: null,
  };
}

function namedBy({ people, roles, groups }: PolicyVerdict['approvers']): string | null {
  const parts = Object.entries({ people, roles, groups }).flatMap(([what, names]) =>
    names === undefined ? [] : [`${what} ${names.join(', ')}`],
  );
  return parts.length === 0 ? null : parts.join(' and ');
}

/** Each line says one thing; none for what does not happen. */
export function tellAsking(asking: Asking): readonly string[] {
  const { mayDecide, namedBy: by, notBy, needed, remindAfterMs, further } = asking;
  const who = mayDecide === null ? 'any operator' : mayDecide.join(', ') || 'nobody of pm-agent.yaml';
  const except = notBy.length === 0 ? '' : `, not ${notBy.join(', ')}, who asked for it`;
  return [
    `who may approve: ${who}${by === null ? '' : ` (${by})`}${except}`,
    `how many:        ${needed === 1 ? 'one' : `${needed} different people`}`,
    ...(remindAfterMs === null
      ? []
      : [`reminders:       every ${durationOf(remindAfterMs)}, ${MOST_REMINDERS} times at most`]),
    ...further.map(
      ({ afterMs, people }) => `after ${durationOf(afterMs).padEnd(11)}${people.join(', ')}, too`,
    ),
    `if nobody decides ${asking.deadline}: ${thenOf(asking)}`,
  ].map((line) => plain(line));
}

function thenOf({ onExpiry, lead }: Asking): string {
  const then = atTheDeadline(onExpiry);
  return onExpiry === 'escalate' && lead !== null ? `${then} (${lead})` : then;
}
