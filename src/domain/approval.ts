import type { Drift } from './actions/standing.js';
import type { Approvers } from './policy.js';

export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'superseded',
  'reopened',
] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** They wait for a decision: `reopened` is what changed since it was shown, and has to be read again. */
export const OPEN_STATUSES = ['pending', 'reopened'] as const satisfies readonly ApprovalStatus[];
export type SettledStatus = Exclude<ApprovalStatus, (typeof OPEN_STATUSES)[number]>;

export function isOpen(status: ApprovalStatus): status is (typeof OPEN_STATUSES)[number] {
  return (OPEN_STATUSES as readonly ApprovalStatus[]).includes(status);
}

/** The statuses that a listing of `wanted` holds: what was shown again waits like what was shown once. */
export function statusesOf(wanted: string): readonly string[] {
  return wanted === 'pending' ? OPEN_STATUSES : [wanted];
}

/** What a person can make of a request. `approve` with a payload is an edit. */
export const DECISIONS = ['approve', 'reject', 'ask', 'snooze', 'take_over'] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** A question, or what is only put off, ends nothing, and counts from when it comes. */
export function endsRequest(decision: DecisionKind): boolean {
  return decision !== 'ask' && decision !== 'snooze';
}

/**
 * The channel a decision came through; `web`: our page. `temporal`: somebody typed a signal or an update there, and their `by` is
 * a claim, not an identity.
 */
export type DecisionChannel = 'api' | 'cli' | 'web' | 'slack' | 'temporal' | 'policy' | 'timer';

export interface Decider {
  readonly id: string;
  readonly name: string;
  readonly channel: DecisionChannel;
}

/** As the audit log names who did something. */
export function actorOf({ channel, id }: Pick<Decider, 'channel' | 'id'>): string {
  return `${channel}:${id}`;
}

/** A person as pm-agent.yaml knows them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly jira: string | null;
  readonly bitbucket: string | null;
  readonly slack: string | null;
  readonly roles: readonly string[];
}

/** One of several approvals that a request needs. */
export interface GivenApproval {
  readonly by: Decider;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly note: string | null;
}

/** What somebody wanted to know before deciding. */
export interface AskedQuestion {
  readonly question: string;
  readonly by: Decider;
  readonly at: string;
  /** Null until it was answered. */
  readonly answer: string | null;
}

/** How one approval stands; part of the `state` query and of the `decide` update's answer. */
export interface ApprovalState {
  readonly approvalId: string;
  readonly actionId: string;
  /** Of what waits now: a new one after an edit, and after the target changed. */
  readonly hash: string;
  readonly status: ApprovalStatus;
  readonly decidedBy: Decider | null;
  /** ISO 8601 UTC. */
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  /** How many different people have to approve; left out: one. */
  readonly needed?: number;
  /** Who approved so far what waits now; left out: nobody. */
  readonly given?: readonly GivenApproval[];
  readonly questions?: readonly AskedQuestion[];
  /** ISO 8601 UTC: nobody is reminded before. */
  readonly snoozedUntil?: string;
  /** What changed at the target since it was shown; left out: nothing. */
  readonly drift?: readonly Drift[];
  /** Once it is settled: that it was a drill, and what was wrong with it. Left out otherwise. */
  readonly drill?: string;
}

/** One decision of a person, as it reaches a waiting request. */
export interface HumanDecision {
  readonly decision: DecisionKind;
  /** sha256 of what the person read. */
  readonly hash: string;
  readonly by: Decider;
  /** ISO 8601 UTC: when it was made, as its record says; left out: when it comes. Whoever could only claim it says none. */
  readonly madeAt?: string;
  /** An edit: what should be done instead, whole. */
  readonly payload?: unknown;
  readonly reason?: string;
  /** With `ask`: the question. */
  readonly note?: string;
  /** With `snooze`, ISO 8601 UTC. */
  readonly until?: string;
}

/** Named sets of people: `groups` of pm-agent.yaml, and each team's members under its id. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/**
 * The ids of the people who satisfy these approvers: named, in one of the groups and with one of the roles, as far as those
 * are given, and the same of what further rules demand. Null where nobody is named, so that any operator may decide.
 */
export function decidersOf(
  { and = [], ...named }: Approvers,
  people: readonly Person[],
  groups: Groups = {},
): readonly string[] | null {
  return inCommon([named, ...and].map((one) => namedBy(one, people, groups)));
}

/** Who is in every one of them; null holds everybody. */
export function inCommon(sets: readonly (readonly string[] | null)[]): readonly string[] | null {
  const [first, ...others] = sets.filter((set) => set !== null);
  return first?.filter((id) => others.every((other) => other.includes(id))) ?? null;
}

function namedBy(
  { people: ids, roles, groups: names }: Approvers,
  people: readonly Person[],
  groups: Groups,
): readonly string[] | null {
  if (ids === undefined && roles === undefined && names === undefined) {
    return null;
  }
  const members = names?.flatMap((name) => groups[name] ?? []);
  return people
    .filter(({ id }) => ids === undefined || ids.includes(id))
    .filter(({ id }) => members === undefined || members.includes(id))
    .filter((person) => roles === undefined || person.roles.some((role) => roles.includes(role)))
    .map(({ id }) => id);
}

/** Longer words are cut on an approval card; its thread then holds all of them. */
export const CARD_WORDS_LIMIT = 2_500;
/** A longer line ("Change PAY-1: label +a, …") is cut in a card's head; its thread then holds all of what would be done. */
export const CARD_LINE_LIMIT = 120;
