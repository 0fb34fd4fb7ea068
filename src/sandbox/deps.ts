/** What every part of the sandbox gets; vendors' states apply a change and send its webhook in one go. */
import type { AgentAccounts } from './accounts.js';
import type { BitbucketState } from './bitbucket/state.js';
import type { Emit } from './emit.js';
import type { JiraState } from './jira/state.js';
import type { SandboxLog } from './log.js';
import type { SlackState } from './slack/state.js';
import type { Store } from './store.js';

export interface SandboxDeps {
  readonly store: Store;
  readonly emit: Emit;
  readonly agentName: string;
  readonly accounts: AgentAccounts;
  readonly log: SandboxLog;
  readonly clock: () => Date;
  /** Where this sandbox is reached, without a trailing slash: `http://127.0.0.1:8090`. */
  readonly url: string;
  readonly jira: JiraState;
  readonly bitbucket: BitbucketState;
  readonly slack: SlackState;
}
