/**
 * The databases that a backup holds, in the order in which they are copied. The inbox comes first: what it calls open is
 * looked up in the mirror's ledger of effects before it is done again, so the ledger must never be the older of the two.
 * What the mirror knows beyond the inbox does no harm: it tells the relay how cycles ended.
 */
import { MIRROR_MIGRATIONS } from '../audit/migrations.js';
import type { StoreConfig } from '../config/load.js';
import type { Migration } from '../database/migrate.js';
import { INBOX_MIGRATIONS } from '../inbox/migrations.js';
import { OPERATOR_MIGRATIONS } from '../operators/migrations.js';

export const STORE_NAMES = ['inbox', 'mirror', 'operators'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

export interface Store {
  readonly fileOf: (config: StoreConfig) => string;
  /** Its name in a backup. */
  readonly copy: string;
  readonly migrations: readonly Migration[];
  /** What is in it, for a person. */
  readonly holds: string;
}

export const STORES: { readonly [N in StoreName]: Store } = {
  inbox: {
    fileOf: (config) => config.inboxFile,
    copy: 'inbox.db',
    migrations: INBOX_MIGRATIONS,
    holds: 'events, lanes, decisions on their way',
  },
  mirror: {
    fileOf: (config) => config.mirrorFile,
    copy: 'pm-agent.db',
    migrations: MIRROR_MIGRATIONS,
    holds: 'cycles, actions, approvals, audit log',
  },
  operators: {
    fileOf: (config) => config.operatorsFile,
    copy: 'operators.db',
    migrations: OPERATOR_MIGRATIONS,
    holds: 'tokens, as hashes',
  },
};
