/** What a vendor's state is built from. */
import type { AgentAccounts } from './accounts.js';
import type { Emit } from './emit.js';
import type { Store } from './store.js';

export interface Scope {
  readonly store: Store;
  readonly emit: Emit;
  readonly accounts: AgentAccounts;
  readonly clock: () => Date;
  /** Where this sandbox is reached, without a trailing slash. */
  readonly url: string;
}

/** Now, ISO 8601 UTC. */
export function nowIso(scope: Pick<Scope, 'clock'>): string {
  return scope.clock().toISOString();
}
