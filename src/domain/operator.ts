/** What somebody may do here; each scope includes the ones before it. */
export const SCOPES = ['read', 'decide', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Somebody who asks the API, known by a token, a session, or by being at the machine itself. */
export interface Operator {
  /** A person of pm-agent.yaml where the token is bound to one: then rules that name approvers hold for them. */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
}

export function includesScope(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed);
}

/** Ids that mean somebody or something else in decisions and audit: no token may go by them. */
export const RESERVED_OPERATORS: ReadonlySet<string> = new Set([
  'local',
  'admin',
  'agent',
  'policy',
  'timer',
]);
