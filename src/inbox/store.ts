/** The inbox over one SQLite file: opens it, and joins its parts to the port. */
import type Database from 'better-sqlite3';
import { migrate } from '../database/migrate.js';
import { type Log, openDatabase } from '../database/open.js';
import type { PmEvent } from '../domain/event.js';
import { createAccept } from './accept.js';
import { type CycleRows, createCycleRows } from './cycle-rows.js';
import { createFindCursor } from './find-cursor.js';
import { type CommitWatch, createGroupCommit, type GroupCommit } from './group-commit.js';
import type { Accepted, ClickStore, Delivery, Inbox, Readmission, Readmitted } from './inbox.js';
import { createIssueKeys } from './issue-keys.js';
import { createLanes, type Lanes } from './lanes/lanes.js';
import { INBOX_MIGRATIONS } from './migrations.js';
import { type AuditNotes, createAuditNotes, createNoteSaver } from './people/audit-notes.js';
import { createClicks } from './people/clicks.js';
import { createDecisions } from './people/decisions.js';
import { createPauses, type PauseStore } from './people/pauses.js';
import { createRefusals } from './people/refusals.js';
import { createSessions, type SessionStore } from './people/sessions.js';
import { createTokenUses, type TokenUses } from './people/token-uses.js';
import { createReading } from './reading.js';
import { createReadmit } from './readmit.js';
import { type Backlog, createBacklog } from './relay/backlog.js';
import { createLeaseTable, type LeaseTable } from './relay/relay-lease.js';
import { createRestores, type Restores } from './restores.js';
import { createForgetting, type Forgetting } from './retention/forgetting.js';
import { createForgotten } from './retention/forgotten.js';

/** Waiting for a lock freezes the loop, and a delivery is answered 503 within half a second. */
const BUSY_TIMEOUT_MS = 400;
/** More than a small delivery needs. */
const PROBE_BYTES = 16_384;

/** What the relay and the retention need besides the port: the tables of one inbox, written through one queue. */
export interface InboxTables {
  readonly lanes: Lanes;
  readonly rows: CycleRows;
  readonly lease: LeaseTable;
  readonly backlog: Backlog;
  readonly forgetting: Forgetting;
  readonly write: GroupCommit['write'];
}

export interface InboxStore extends Inbox {
  readonly tables: InboxTables;
  readonly clicks: ClickStore;
  readonly sessions: SessionStore;
  readonly tokenUses: TokenUses;
  readonly pauses: PauseStore;
  readonly restores: Restores;
}

/** Opens (or makes) and migrates the inbox. Throws `DatabaseError` naming the file and DATA_DIR. The caller is its only writer. */
export function openInbox(options: {
  readonly file: string;
  readonly log: Log;
  readonly clock?: () => Date;
  readonly commits?: CommitWatch;
}): InboxStore {
  const clock = options.clock ?? (() => new Date());
  const database = openDatabase(options.file, {
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    checkpoints: 'elsewhere',
    log: options.log,
  });
  try {
    migrate(database, INBOX_MIGRATIONS, { log: options.log, clock });
    return createInboxStore(database, clock, options.commits);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The inbox over an opened and migrated connection, which it closes. */
export function createInboxStore(
  database: Database.Database,
  clock: () => Date,
  watch?: CommitWatch,
): InboxStore {
  const commits = createGroupCommit(database, watch);
  const lanes = createLanes(database);
  const issueKeys = createIssueKeys(database);
  const forgotten = createForgotten(database);
  const acceptRow = createAccept({ database, issueKeys, forgotten, clock });
  const clicks = createClicks(database, commits, clock);
  const notes = createAuditNotes(database);
  const readmitRow = createReadmit({ database, issueKeys, lanes, notes });
  const listeners: (() => void)[] = [];

  function tellReceived(event: PmEvent): void {
    issueKeys.remember(event);
    for (const listener of listeners) {
      listener();
    }
  }

  async function accept(delivery: Delivery): Promise<Accepted> {
    const accepted = await commits.write(() => clicks.keep(delivery, acceptRow(delivery)));
    clicks.tell(delivery, accepted);
    const isStored = accepted.outcome === 'stored' && accepted.quarantined === undefined;
    if (isStored && delivery.status === 'received' && delivery.event !== null) {
      tellReceived(delivery.event);
    }
    return accepted;
  }

  async function readmit(request: Readmission): Promise<Readmitted> {
    const readmitted = await commits.write(() => readmitRow(request));
    if (readmitted.outcome === 'accepted' && 'event' in request.read && request.read.event !== null) {
      tellReceived(request.read.event);
    }
    return readmitted;
  }

  return {
    ...createReading(database),
    ...createDecisions(database, commits, clock),
    ...createFindCursor(database, commits),
    ...createNoteSaver(notes, commits),
    ...createRefusals(database, commits, notes),
    accept,
    readmit,
    assertWritable: createProbe(database),
    onReceived: (listener) => {
      listeners.push(listener);
    },
    close: () => closeAfter(commits, database),
    tables: {
      ...relayTables(database, lanes),
      forgetting: createForgetting(database, forgotten),
      write: commits.write,
    },
    clicks: clicks.store,
    ...peopleTables(database, commits, notes),
    restores: createRestores(database, commits),
  };
}

function closeAfter(commits: GroupCommit, database: Database.Database): void {
  commits.flush();
  database.close();
}

function peopleTables(
  database: Database.Database,
  commits: GroupCommit,
  notes: AuditNotes,
): Pick<InboxStore, 'sessions' | 'tokenUses' | 'pauses'> {
  return {
    sessions: createSessions(database, commits),
    tokenUses: createTokenUses(database, commits),
    pauses: createPauses(database, commits, notes),
  };
}

function relayTables(
  database: Database.Database,
  lanes: Lanes,
): Pick<InboxTables, 'lanes' | 'rows' | 'lease' | 'backlog'> {
  return {
    lanes,
    rows: createCycleRows(database, lanes),
    lease: createLeaseTable(database),
    backlog: createBacklog(database),
  };
}

/** A real commit that needs new pages, then gives them back. */
function createProbe(database: Database.Database): () => void {
  const insert = database.prepare<[number]>('INSERT INTO probe (padding) VALUES (zeroblob(?))');
  const clear = database.prepare('DELETE FROM probe');
  return () =>
    database
      .transaction(() => {
        insert.run(PROBE_BYTES);
        clear.run();
      })
      .immediate();
}
