import type { Approvers } from './policy.js';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'superseded' | 'reopened';

/** The channel a decision came through; `web`: our page. `temporal` is a raw signal: its `by` is a claim, not an identity. */
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

/** How one approval stands; part of the `state` query and of the `decide` update's answer. */
export interface ApprovalState {
  readonly approvalId: string;
  readonly actionId: string;
  readonly hash: string;
  readonly status: ApprovalStatus;
  readonly decidedBy: Decider | null;
  /** ISO 8601 UTC. */
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly note: string | null;
}

/** Named sets of people: `groups` of pm-agent.yaml, and each team's members under its id. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/**
 * The ids of the people who satisfy these approvers: named, in one of the groups and with one of the roles, as far as those
 * are given. Null where the rule names nobody, so that any operator may decide.
 */
export function decidersOf(
  { people: ids, roles, groups: names }: Approvers,
  people: readonly Person[],
  groups: Groups = {},
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
