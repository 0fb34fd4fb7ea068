import type { EventSource, PmEvent } from '../domain/event.js';
import type { ActivityDeps } from './dependencies.js';

type Vendors = Pick<ActivityDeps, 'jira' | 'bitbucket' | 'slack' | 'mirror'>;

/** The agent's own accounts at a vendor, asked for once per process and kept in the mirror. */
export interface OwnAccounts {
  of(vendor: EventSource): Promise<readonly string[]>;
}

interface Account {
  readonly id: string;
  readonly name: string;
}

const LOOKUPS: { readonly [S in EventSource]: (vendors: Vendors) => Promise<readonly Account[]> } = {
  jira: async ({ jira }) => {
    const { accountId, displayName } = await jira.myself();
    return [{ id: accountId, name: displayName }];
  },
  bitbucket: async ({ bitbucket }) => [await bitbucket.currentUser()],
  slack: async ({ slack }) => {
    const { userId, botId, name } = await slack.self();
    return [userId, botId].filter((id) => id !== null).map((id) => ({ id, name }));
  },
};

export function createOwnAccounts(vendors: Vendors): OwnAccounts {
  const known = new Map<EventSource, Promise<readonly string[]>>();
  return {
    of(vendor) {
      const asked = known.get(vendor) ?? lookUp(vendors, vendor);
      known.set(vendor, asked);
      // A failed look-up is not an answer: the next event asks again.
      asked.catch(() => known.delete(vendor));
      return asked;
    },
  };
}

async function lookUp(vendors: Vendors, vendor: EventSource): Promise<readonly string[]> {
  const accounts = await LOOKUPS[vendor](vendors);
  for (const { id, name } of accounts) {
    await vendors.mirror.recordAccount(vendor, id, name);
  }
  return accounts.map((account) => account.id);
}

/** Did the agent itself do this? Events without an actor are nobody's. */
export function isOwn(event: PmEvent, accounts: readonly string[]): boolean {
  return event.actor !== null && accounts.includes(event.actor.id);
}
