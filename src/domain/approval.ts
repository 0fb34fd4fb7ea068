import type { Approvers } from './policy.js';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'superseded' | 'reopened';

/** The channel a decision came through. `temporal` is a raw signal: its `by` is a claim, not an identity. */
export type DecisionChannel = 'api' | 'cli' | 'slack' | 'temporal' | 'policy' | 'timer';

export interface Decider {
  readonly id: string;
  readonly name: string;
  readonly channel: DecisionChannel;
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
 * May this decider settle a request with these approvers? The operator `local` and tokens with the decide scope are
 * `operator`s and pass where the rule names nobody. Where it names people or roles, the decider must be one of `people`.
 * Returns null when allowed, else the sentence to show.
 */
export function refusalOf(
  approvers: Approvers,
  decider: { readonly id: string },
  people: readonly Person[],
): string | null {
  const named = approvers.people !== undefined || approvers.roles !== undefined;
  if (!named) {
    return null;
  }
  const person = people.find((candidate) => candidate.id === decider.id);
  if (person === undefined) {
    return `${decider.id} is not one of the people in pm-agent.yaml, and the policy names who may decide this`;
  }
  if (approvers.people !== undefined && !approvers.people.includes(person.id)) {
    return `only ${approvers.people.join(', ')} may decide this`;
  }
  if (approvers.roles !== undefined && !approvers.roles.some((role) => person.roles.includes(role))) {
    return `only people with the role ${approvers.roles.join(' or ')} may decide this`;
  }
  return null;
}
