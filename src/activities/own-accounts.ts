import { log } from '@temporalio/activity';
import type { EventSource, PmEvent } from '../domain/event.js';
import type { OwnAccount } from '../domain/mention.js';
import { IntegrationError } from '../integrations/integration-error.js';
import type { ActivityDeps } from './dependencies.js';

type Vendors = Pick<ActivityDeps, 'jira' | 'bitbucket' | 'slack' | 'mirror'>;

/** The agent's own accounts at a vendor, asked for once per process and kept in the mirror. */
export interface OwnAccounts {
  of(vendor: EventSource): Promise<readonly OwnAccount[]>;
}

const LOOKUPS: { readonly [S in EventSource]: (vendors: Vendors) => Promise<readonly OwnAccount[]> } = {
  jira: async ({ jira }) => {
    const { accountId, userKey, displayName } = await jira.myself();
    return [accountId, ...(userKey === undefined ? [] : [userKey])].map((id) => ({ id, name: displayName }));
  },
  bitbucket: async ({ bitbucket }) => [await bitbucket.currentUser()],
  slack: async ({ slack }) => {
    const { userId, botId, name } = await slack.self();
    return [userId, botId].filter((id) => id !== null).map((id) => ({ id, name }));
  },
};

export function createOwnAccounts(vendors: Vendors): OwnAccounts {
  const known = new Map<EventSource, Promise<readonly OwnAccount[]>>();
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

async function lookUp(vendors: Vendors, vendor: EventSource): Promise<readonly OwnAccount[]> {
  const accounts = (await askVendor(vendors, vendor)).filter((account) => account.id !== '');
  for (const { id, name } of accounts) {
    await vendors.mirror.recordAccount(vendor, id, name);
  }
  return accounts;
}

/** Some tokens (Bitbucket's of a repository or workspace) may act but not ask who they are. */
async function askVendor(vendors: Vendors, vendor: EventSource): Promise<readonly OwnAccount[]> {
  try {
    return await LOOKUPS[vendor](vendors);
  } catch (error) {
    if (error instanceof IntegrationError && (error.status === 403 || error.status === 404)) {
      log.warn('the vendor does not tell the own account: events of bots count as own', { vendor, error });
      return [];
    }
    throw error;
  }
}

/**
 * Did the agent itself do this? Events without an actor are nobody's. Where the own account is unknown every bot's
 * event counts as own: two bots must not answer each other.
 */
export function isByOwnAccount({ actor }: PmEvent, accounts: readonly OwnAccount[]): boolean {
  if (actor === null) {
    return false;
  }
  return accounts.length === 0 ? actor.isBot : accounts.some((account) => account.id === actor.id);
}
