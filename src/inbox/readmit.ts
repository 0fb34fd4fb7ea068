/**
 * A held-back event that a person lets in: its row becomes what it would have been, under its own identity, and goes the
 * normal way. Synchronous; runs inside one transaction, so that of two who let the same event in only one does.
 */
import type Database from 'better-sqlite3';
import type { EventStatus } from '../domain/stored-event.js';
import { freeCycleId, occurredMs } from './accept.js';
import { createDuplicates, type KnownRow } from './duplicates.js';
import { furtherCycleId } from './further-cycle.js';
import { identityHashes } from './identity.js';
import type { Delivery, Readmission, Readmitted } from './inbox.js';
import type { IssueKeys } from './issue-keys.js';
import type { Lanes } from './lanes/lanes.js';
import type { AuditNotes } from './people/audit-notes.js';

export interface ReadmitParts {
  readonly database: Database.Database;
  readonly issueKeys: IssueKeys;
  readonly lanes: Lanes;
  readonly notes: AuditNotes;
}

interface HeldRow {
  readonly seq: number;
  readonly status: EventStatus;
  readonly cycleId: string | null;
  readonly coalescedInto: string | null;
  readonly arrivedMs: number;
}

export function createReadmit(parts: ReadmitParts): (request: Readmission) => Readmitted {
  const { database, issueKeys, lanes, notes } = parts;
  const duplicates = createDuplicates(database);
  const sql = statementsOf(database);

  function known(delivery: Delivery, eventId: string): KnownRow | undefined {
    const hashes = identityHashes(delivery);
    return duplicates.findOther(delivery, hashes, eventId) ?? duplicates.toldElsewhere(delivery);
  }

  /** Due at once: it waited long enough. What folded into another cycle still does. */
  function letIn(row: HeldRow, delivery: Delivery, cycleId: string): void {
    const relay = row.coalescedInto === null ? 'waiting' : 'folding';
    sql.letIn.run({ seq: row.seq, relay, ...columnsOf(delivery, row.arrivedMs), cycleId });
    if (relay === 'waiting' && delivery.subject !== null) {
      const { seq, arrivedMs } = row;
      lanes.enqueue({ seq, subject: delivery.subject, arrivedMs, priority: delivery.priority });
    }
    if (delivery.event !== null) {
      issueKeys.learn(delivery.event);
    }
  }

  /** A workflow id is used once for ever: one that ended gets a cycle of another name, and what folded into it follows. */
  function cycleIdOf(row: HeldRow, delivery: Delivery, eventId: string): string {
    if (row.cycleId === null) {
      return freeCycleId(duplicates, delivery, identityHashes(delivery), eventId);
    }
    if (row.status !== 'processed') {
      return row.cycleId;
    }
    const further = furtherCycleId(delivery.source, delivery.deliveryId);
    sql.repoint.run(further, row.cycleId);
    return further;
  }

  return ({ eventId, from, read, note }) => {
    const row = sql.find.get(eventId);
    if (row?.status !== from) {
      return row === undefined ? { outcome: 'missing' } : { outcome: 'not_held', status: row.status };
    }
    if ('refused' in read) {
      sql.stays.run(read.refused, row.seq);
      return { outcome: 'refused', reason: read.refused };
    }
    const delivery = issueKeys.resolve(read);
    const other = known(delivery, eventId);
    if (other !== undefined) {
      return { outcome: 'known', ...other };
    }
    const cycleId = cycleIdOf(row, delivery, eventId);
    letIn(row, delivery, cycleId);
    notes.keep({ ...note, cycleId });
    return { outcome: 'accepted', cycleId };
  };
}

function columnsOf(delivery: Delivery, arrivedMs: number) {
  const { tenant, eventType, changeKey, subject, priority, event } = delivery;
  return {
    tenant,
    eventType,
    changeKey,
    changeHash: identityHashes(delivery).changeHash,
    subject,
    priority,
    event: event === null ? null : JSON.stringify(event),
    occurredMs: occurredMs(event?.occurredAt, arrivedMs),
  };
}

function statementsOf(database: Database.Database) {
  return {
    find: database.prepare<[string], HeldRow>(
      `SELECT seq, status, cycle_id AS cycleId, coalesced_into AS coalescedInto, arrived_ms AS arrivedMs
       FROM webhooks WHERE id = ?`,
    ),
    stays: database.prepare<[string, number]>('UPDATE webhooks SET reason = ? WHERE seq = ?'),
    repoint: database.prepare<[string, string]>(
      'UPDATE webhooks SET coalesced_into = ? WHERE coalesced_into = ?',
    ),
    letIn: database.prepare<[object]>(
      `UPDATE webhooks SET status = 'received', reason = NULL, relay = @relay, attempts = 0, cycle_id = @cycleId,
         tenant = @tenant, event_type = @eventType, change_key = @changeKey, change_hash = @changeHash,
         subject = @subject, priority = @priority, event = @event, occurred_ms = @occurredMs,
         newer_answered = NULL, started_at = NULL, processed_at = NULL
       WHERE seq = @seq`,
    ),
  };
}
