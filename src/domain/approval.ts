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

/**
 * The ids of the people who satisfy these approvers: named, and with one of the roles where roles are given.
 * Null where the rule names nobody, so that any operator may decide.
 */
export function decidersOf(approvers: Approvers, people: readonly Person[]): readonly string[] | null {
  if (approvers.people === undefined && approvers.roles === undefined) {
    return null;
  }
  return people
    .filter((person) => approvers.people === undefined || approvers.people.includes(person.id))
    .filter(
      (person) =>
        approvers.roles === undefined || person.roles.some((role) => approvers.roles?.includes(role)),
    )
    .map((person) => person.id);
}

/** Longer words are cut on an approval card; its thread then holds all of them. */
export const CARD_WORDS_LIMIT = 2_500;
