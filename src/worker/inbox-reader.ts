/**
 * What the worker reads of inbox.db, which the API owns: lanes, cycles that were lost, what it tells the audit log, and
 * which changes arrived.
 */
import type Database from 'better-sqlite3';
import type { OutsideNote } from '../audit/mirror.js';
import { openWhenReady } from '../database/open-when-ready.js';
import type { AwaitedRequest } from '../domain/cycle.js';
import type { PmEvent } from '../domain/event.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import type { Pause } from '../domain/pause.js';
import { hashesOfCycle, shortHash } from '../inbox/identity.js';
import { isLost } from '../inbox/relay/lost.js';

export interface Lane {
  readonly holder: string | null;
  readonly fence: number;
}

export interface InboxReader {
  /** Null while there is no inbox or the subject never had a lane. */
  laneOf(subject: string): Promise<Lane | null>;
  /** Events that wait for this subject's lane, the newest first, at most 50; none while there is no inbox. */
  waitingEvents(subject: string): readonly PmEvent[];
  /** The pause that holds; null where the agent may act, and while there is no inbox. */
  pause(): Pause | null;
  /** Which of these change keys are stored; none while there is no inbox. */
  knownChanges(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** On which of these requests a decision that ends them was recorded, or clicked by who may decide, before their deadline, and waits; none while there is no inbox. */
  decidedInTime(requests: readonly AwaitedRequest[]): readonly string[];
  /** The decision that the outbox holds under this id and that no workflow refused; null for none, and while there is no inbox. */
  recordedDecision(id: string): OutboxDecision | null;
  /** Why a cycle ended that could not say so itself; null where it did not. */
  lostEndOf(cycleId: string): string | null;
  /** Does the inbox have a row whose cycle this is? False while there is no inbox. */
  knowsCycle(cycleId: string): boolean;
  /** What the API tells the audit log after this note, oldest first. */
  notesAfter(seq: number, limit: number): readonly OutsideNote[];
  /** 0 for none. */
  lastNote(): number;
  close(): void;
}

interface EndRow {
  readonly status: Parameters<typeof isLost>[0]['status'];
  readonly reason: string | null;
}

const NOTES = `SELECT seq, id, at, cycle_id AS cycleId, kind, actor, data FROM audit_notes
  WHERE seq > ? ORDER BY seq LIMIT ?`;

/** The index on `subject` ends in the row's number. */
const WAITING = `SELECT event FROM webhooks WHERE subject = ? AND relay = 'waiting' ORDER BY seq DESC LIMIT 50`;

const PAUSE = 'SELECT since, by_id AS by, by_name AS byName, reason FROM pauses';

type NoteRow = Omit<OutsideNote, 'data'> & { readonly data: string };

/** By the number that the index holds, then by the whole key. */
const KNOWN_CHANGES = `SELECT change_key AS changeKey FROM json_each(?) AS asked
  JOIN webhooks ON change_hash = asked.value ->> 0 AND change_key = asked.value ->> 1`;

/**
 * A question, or that somebody puts it off, ends nothing. A click that waits for its answer is no decision yet: the API was
 * stopped after it took it, and makes one of it when it is back. One that it would refuse holds nothing: it has to be of what
 * waits (the button carries the approval's id and the hash), by somebody who may decide it.
 */
const DECIDED_IN_TIME = `WITH asked AS
  (SELECT value ->> 'approvalId' AS approvalId, value ->> 'deadline' AS deadline, value ->> 'hash' AS hash,
    value -> 'slackAccounts' AS slackAccounts FROM json_each(?))
  SELECT approvalId FROM asked JOIN decisions ON approval_id = approvalId AND created_at < deadline
  WHERE status = 'pending' AND input ->> 'decision' NOT IN ('ask', 'snooze')
  UNION
  SELECT approvalId FROM asked JOIN clicks ON click ->> 'value' = approvalId || ':' || hash
  JOIN webhooks ON webhooks.id = event_id AND received_at < deadline
  WHERE clicks.status = 'pending' AND click ->> 'what' IN ('approve', 'edit', 'reject', 'take_over')
    AND click ->> '$.user.id' IN (SELECT value FROM json_each(slackAccounts))`;

/** One that was applied counts as well: a cycle that Temporal resets takes the same update once more. */
const RECORDED_DECISION = `SELECT id, cycle_id AS cycleId, approval_id AS approvalId, input, created_at AS createdAt
  FROM decisions WHERE id = ? AND status <> 'refused'`;

const KNOWS_CYCLE = 'SELECT 1 FROM webhooks WHERE delivery_hash IN (?, ?) AND cycle_id = ? LIMIT 1';

/** Connects as soon as the inbox exists; the API may start after the worker. */
export function createInboxReader(file: string, open: (file: string) => Database.Database): InboxReader {
  const connection = openWhenReady(file, 'pauses', open);
  const all = <T>(sql: string, ...params: readonly (string | number)[]): readonly T[] =>
    connection
      .get()
      ?.prepare<(string | number)[], T>(sql)
      .all(...params) ?? [];
  return {
    laneOf: async (subject) =>
      all<Lane>('SELECT holder, fence FROM lanes WHERE subject = ?', subject)[0] ?? null,
    waitingEvents: (subject) =>
      all<{ event: string }>(WAITING, subject).map((row) => JSON.parse(row.event) as PmEvent),
    pause: () => all<Pause>(PAUSE)[0] ?? null,
    knownChanges: async (keys) => {
      const asked = JSON.stringify(keys.map((key) => [shortHash(key), key]));
      return new Set(all<{ changeKey: string }>(KNOWN_CHANGES, asked).map((row) => row.changeKey));
    },
    decidedInTime: (requests) =>
      all<{ approvalId: string }>(DECIDED_IN_TIME, JSON.stringify(requests)).map((row) => row.approvalId),
    recordedDecision: (id) => all<OutboxDecision>(RECORDED_DECISION, id)[0] ?? null,
    lostEndOf: (cycleId) => {
      const [row] = all<EndRow>('SELECT status, reason FROM webhooks WHERE cycle_id = ?', cycleId);
      return row !== undefined && isLost(row) ? (row.reason ?? 'the cycle was lost') : null;
    },
    knowsCycle: (cycleId) => all(KNOWS_CYCLE, ...Object.values(hashesOfCycle(cycleId)), cycleId).length > 0,
    notesAfter: (seq, limit) =>
      all<NoteRow>(NOTES, seq, limit).map((row) => ({
        ...row,
        data: JSON.parse(row.data) as OutsideNote['data'],
      })),
    lastNote: () => all<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM audit_notes')[0]?.seq ?? 0,
    close: () => connection.close(),
  };
}
