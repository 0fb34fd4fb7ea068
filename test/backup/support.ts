/** A DATA_DIR with databases as the processes leave them, and what is in them. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Mirror } from '../../src/audit/mirror.js';
import { createMirror } from '../../src/audit/writer.js';
import type { StoreConfig } from '../../src/config/load.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { openTokens } from '../../src/operators/tokens.js';
import { onTestEnd, temporaryFolder } from '../inbox/support.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

export function storeConfig(dataDir = temporaryFolder()): StoreConfig {
  return {
    version: '0.1.0',
    dataDir,
    inboxFile: join(dataDir, 'inbox.db'),
    mirrorFile: join(dataDir, 'pm-agent.db'),
    operatorsFile: join(dataDir, 'operators.db'),
    sweepEveryMs: 600_000,
  };
}

export interface OpenStores {
  readonly inbox: InboxStore;
  readonly mirror: Mirror;
  close(): Promise<void>;
}

/** As the API and the worker have them open. */
export function openStores(config: StoreConfig): OpenStores {
  const inbox = openInbox({ file: config.inboxFile, log: quietLog });
  const database = openMirrorFile(config.mirrorFile);
  const mirror = createMirror({ database, file: config.mirrorFile, clock: () => new Date() });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) {
      isOpen = false;
      await mirror.close();
      inbox.close();
    }
  };
  onTestEnd(close);
  return { inbox, mirror, close };
}

/** Answers the token's id. */
export function makeToken(config: StoreConfig, name: string): string {
  const tokens = openTokens({ file: config.operatorsFile, log: quietLog, clock: () => new Date() });
  const { token } = tokens.create({ name, person: null, scope: 'decide', expiresAt: null });
  tokens.close();
  return token.id;
}

export function revokeToken(config: StoreConfig, id: string): void {
  const tokens = openTokens({ file: config.operatorsFile, log: quietLog, clock: () => new Date() });
  tokens.revoke(id);
  tokens.close();
}

/** The rows of a file that nobody has to have open. */
export function rowsOf<T>(file: string, sql: string): readonly T[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}
