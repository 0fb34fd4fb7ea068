/** What the seed is written with: the vendors' own functions under a clock that is set back, and no webhooks. */
import type { AgentAccounts } from '../accounts.js';
import type { BitbucketState } from '../bitbucket/state.js';
import type { JiraState } from '../jira/state.js';
import type { SlackState } from '../slack/state.js';
import type { Store } from '../store.js';

export interface Seeding {
  readonly store: Store;
  readonly accounts: AgentAccounts;
  readonly jira: JiraState;
  readonly bitbucket: BitbucketState;
  readonly slack: SlackState;
  /** Sets the clock so many days before now. */
  readonly at: (daysAgo: number) => void;
  /** ISO 8601 UTC; negative: to come. */
  readonly daysAgo: (days: number) => string;
}
