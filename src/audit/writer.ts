/** The write side of the mirror: opened by the worker, and by nobody else. */
import type Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { createStatementCache } from '../database/statement-cache.js';
import { anchorFileOf, writeAnchor } from './anchor.js';
import { noteApproval, recordRefusal, settleApproval } from './approval-records.js';
import { askedElsewhere } from './asked-elsewhere.js';
import type { AutonomyMirror } from './autonomy.js';
import { createAutonomyMirror } from './autonomy-records.js';
import { getBlob, putBlob } from './blobs.js';
import { tellOverBudget } from './budget-wishes.js';
import { beginModelCall, bookLostCalls, recordModelCall } from './call-records.js';
import { createCardMirror } from './card-records.js';
import {
  finishCycle,
  recordDecision,
  recordGathered,
  recordOwnAction,
  recordPlan,
  startCycle,
} from './cycle-records.js';
import { createDrillMirror } from './drill-records.js';
import type { DrillMirror } from './drills.js';
import { createEarlierMirror } from './earlier-records.js';
import { earlierIntent, leftBy, notePart, recordIntent, recordResult } from './effect-records.js';
import { clearInFlight, countSimulated, markInFlight } from './in-flight.js';
import { limitReached, openBreaker } from './limit-records.js';
import type { Mirror, MirrorWriter } from './mirror.js';
import { muteOf, recordMuteCommands } from './mute-records.js';
import { notesTakenOver, takeOverNotes } from './note-records.js';
import { openApprovals } from './open-approvals.js';
import { createOutageMirror } from './outage-records.js';
import { effectsLike, postedInThread } from './own-effects.js';
import { createRefillMirror } from './refill-records.js';
import type { MirrorTables } from './schema.js';
import { sentBefore } from './sent-before.js';
import { spent } from './spending-records.js';
import { latestNote } from './status-notes.js';
import {
  beginAtRestore,
  conversations,
  knownRepositories,
  recordFinds,
  sweepMarks,
} from './sweep-records.js';
import { createTransactionGroups } from './transaction-groups.js';
import { createTrialMirror } from './trial-records.js';
import { createTurnMirror, paidCall } from './turn-records.js';
import { tellUnanalysed } from './unanalysed-records.js';
import { noteRemoteId, openUndo } from './undo-records.js';
import { keepingAnswers } from './unwritten-answers.js';
import type { Writing } from './writing.js';

/** How often the chain's head is written outside the database. */
const ANCHOR_EVERY_MS = 5 * 60_000;

export interface MirrorOptions {
  /** An opened, migrated connection (see database/open.ts); closed by `close()`. */
  readonly database: Database.Database;
  readonly file: string;
  readonly clock: () => Date;
}

/** The mirror's write side over one SQLite connection; anchors the audit chain at start, every five minutes and at close. */
export function createMirror(options: MirrorOptions): Mirror {
  const writing = createWriting(options);
  const { db } = writing;
  const anchors = startAnchoring(options);
  const listeners: (() => void)[] = [];
  const tell = (): void => {
    for (const listener of listeners) {
      listener();
    }
  };
  return {
    startCycle: (input, runId) => startCycle(writing, input, runId).then(tell),
    putBlob: (kind, data) => putBlob(db, kind, data, writing.now()),
    getBlob: (hash) => getBlob(db, hash),
    recordGathered: (input) => recordGathered(writing, input),
    ...createTurnMirror(writing),
    ...createCalls(writing),
    recordDecision: (input) => recordDecision(writing, input),
    ...createEarlierMirror(writing),
    ...createGateMirrors(writing),
    recordPlan: (input) => recordPlan(writing, input),
    ...createApprovals(writing, tell),
    ...createLedger(writing),
    ...createNotices(writing),
    limitReached: (input) => limitReached(writing, input),
    recordMuteCommands: (input) => recordMuteCommands(writing, input),
    muteOf: (subject) => muteOf(writing, subject),
    recordOwnAction: (input) => recordOwnAction(writing, input),
    effectsLike: (query) => effectsLike(writing, query),
    latestNote: (input) => latestNote(writing, input),
    postedInThread: (channel, threadTs) => postedInThread(writing, channel, threadTs),
    recordResult: (input) => recordResult(writing, input).then(tell),
    parkCycle: (cycleId, waitsFor) => parkCycle(db, cycleId, waitsFor),
    requestLane: (cycleId) => requestLane(db, cycleId),
    finishCycle: (input) => finishCycle(writing, input),
    recordAccount: (vendor, accountId, name) => recordAccount(writing, vendor, accountId, name),
    beginAtRestore: (scopes) => beginAtRestore(writing, scopes),
    sweepMarks: (scopes) => sweepMarks(db, scopes),
    recordFinds: (input) => recordFinds(writing, input),
    knownRepositories: (since) => knownRepositories(db, since),
    conversations: (input) => conversations(db, input),
    accountIdsOf: (vendor) => accountIdsOf(db, vendor),
    takeOverNotes: (notes, terms) => takeOverNotes(writing, notes, terms),
    notesTakenOver: () => notesTakenOver(writing),
    cards: {
      ...createCardMirror(writing, tell),
      onWanted: (listener) => {
        listeners.push(listener);
      },
    },
    ...createOutageMirror(writing, options.database),
    ...createSideMirrors(writing, tell),
    close: async () => {
      anchors.stop();
      await db.destroy();
      // kysely leaves a connection open over which it was never asked anything.
      options.database.close();
    },
  };
}

/** What has tables of its own, or writes those of others after a restore. */
function createSideMirrors(writing: Writing, tell: () => void): Pick<Mirror, 'refill' | 'trials'> {
  return { refill: createRefillMirror(writing, tell), trials: createTrialMirror(writing) };
}

/** What the model was asked, and what that cost. */
function createCalls(
  writing: Writing,
): Pick<MirrorWriter, 'beginModelCall' | 'recordModelCall' | 'paidCall' | 'bookLostCalls' | 'spent'> {
  return {
    beginModelCall: (call) => beginModelCall(writing, call),
    ...keepingAnswers({
      recordModelCall: (call) => recordModelCall(writing, call),
      paidCall: (id) => paidCall(writing, 'llm_calls', id),
    }),
    bookLostCalls: (lost) => bookLostCalls(writing, lost),
    spent: (input) => spent(writing, input),
  };
}

/** What code tells people of by itself, each thing once. */
function createNotices(writing: Writing): Pick<Mirror, 'openBreaker' | 'tellUnanalysed' | 'tellOverBudget'> {
  return {
    openBreaker: (input) => openBreaker(writing, input),
    tellOverBudget: (input) => tellOverBudget(writing, input),
    tellUnanalysed: (input) => tellUnanalysed(writing, input),
  };
}

/** How much goes without a person, and whether people read what does not. */
function createGateMirrors(writing: Writing): AutonomyMirror & DrillMirror {
  return { ...createAutonomyMirror(writing), ...createDrillMirror(writing) };
}

/** Requests for approval as they open, go on and settle. */
function createApprovals(
  writing: Writing,
  tell: () => void,
): Pick<
  MirrorWriter,
  'openApprovals' | 'askedElsewhere' | 'noteApproval' | 'settleApproval' | 'recordRefusal'
> {
  return {
    openApprovals: (input) => openApprovals(writing, input).then(tell),
    askedElsewhere: (cycleId, planned) => askedElsewhere(writing, cycleId, planned),
    noteApproval: (input) => noteApproval(writing, input).then(tell),
    settleApproval: (input) => settleApproval(writing, input).then(tell),
    recordRefusal: (input) => recordRefusal(writing, input),
  };
}

/** What is written of an effect before its result. */
function createLedger(
  writing: Writing,
): Pick<
  MirrorWriter,
  | 'leftBy'
  | 'earlierIntent'
  | 'sentBefore'
  | 'recordIntent'
  | 'openUndo'
  | 'noteRemoteId'
  | 'markInFlight'
  | 'countSimulated'
  | 'clearInFlight'
  | 'notePart'
> {
  return {
    leftBy: (input) => leftBy(writing, input),
    earlierIntent: (input) => earlierIntent(writing, input),
    sentBefore: (input) => sentBefore(writing, input),
    recordIntent: (input) => recordIntent(writing, input),
    openUndo: (input) => openUndo(writing, input),
    noteRemoteId: (input) => noteRemoteId(writing, input),
    markInFlight: (input) => markInFlight(writing, input),
    countSimulated: (input) => countSimulated(writing, input),
    clearInFlight: (input) => clearInFlight(writing, input),
    notePart: (input) => notePart(writing, input),
  };
}

function createWriting(options: MirrorOptions): Writing {
  const database = createStatementCache(options.database);
  const db = new Kysely<MirrorTables>({ dialect: new SqliteDialect({ database }) });
  return { db, inTransaction: createTransactionGroups(db), now: () => options.clock().toISOString() };
}

function startAnchoring(options: MirrorOptions): { stop(): void } {
  const head = options.database.prepare<[], { seq: number; hash: string }>(
    'SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1',
  );
  const anchor = (): void => {
    const row = head.get();
    if (row !== undefined) {
      writeAnchor(anchorFileOf(options.file), { at: options.clock().toISOString(), ...row });
    }
  };
  anchor();
  const timer = setInterval(anchor, ANCHOR_EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      anchor();
    },
  };
}

/** A cycle that acted and still waits, for a person or for `waitsFor`, gives its lane back; one that ended stays as it is. */
async function parkCycle(db: Kysely<MirrorTables>, cycleId: string, waitsFor?: string): Promise<void> {
  const standing =
    waitsFor === undefined
      ? ({ status: 'awaiting_approval', summary: 'Waiting for approval' } as const)
      : ({ status: 'running', summary: waitsFor } as const);
  await db
    .updateTable('cycles')
    .set({ ...standing, lane: 'parked' })
    .where('id', '=', cycleId)
    .where('ended_at', 'is', null)
    .execute();
}

/** A cycle that was parked wants to act: the relay grants the lane (it owns them) when nobody else holds it. */
async function requestLane(db: Kysely<MirrorTables>, cycleId: string): Promise<void> {
  await db
    .updateTable('cycles')
    .set({ lane: 'requested' })
    .where('id', '=', cycleId)
    .where('lane', '=', 'parked')
    .execute();
}

async function recordAccount(
  writing: Writing,
  vendor: string,
  accountId: string,
  name: string,
): Promise<void> {
  const seenAt = writing.now();
  await writing.db
    .insertInto('agent_accounts')
    .values({ vendor, account_id: accountId, name, seen_at: seenAt })
    .onConflict((conflict) =>
      conflict.columns(['vendor', 'account_id']).doUpdateSet({ name, seen_at: seenAt }),
    )
    .execute();
}

async function accountIdsOf(db: Kysely<MirrorTables>, vendor: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('agent_accounts')
    .select('account_id')
    .where('vendor', '=', vendor)
    .execute();
  return rows.map((row) => row.account_id);
}
