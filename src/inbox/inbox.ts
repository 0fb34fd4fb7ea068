/** The port of the inbox: what the HTTP doors write and read, and what the relay moves. */
import type { EventSource, PmEvent } from '../domain/event.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import type { Priority } from '../domain/priority.js';
import type { EventOrigin, EventStatus } from '../domain/stored-event.js';

/** One verified delivery, ready to be stored. */
export interface Delivery {
  readonly source: EventSource;
  /** `default` where the payload names none. */
  readonly tenant: string;
  /** The vendor's delivery id, or the body's sha256 where it sent none. */
  readonly deliveryId: string;
  /** Normalised type for understood events, else the vendor's own name. */
  readonly eventType: string;
  /** sha256 (hex) of the raw bytes. */
  readonly bodySha256: string;
  readonly changeKey: string | null;
  readonly subject: string | null;
  /** Allow-listed headers only; never a signature or a credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly status: Extract<EventStatus, 'received' | 'processed' | 'ignored' | 'quarantined' | 'dead_letter'>;
  /** Why it is ignored, quarantined or dead; null for `received`. */
  readonly reason: string | null;
  /** Set for `received`. */
  readonly event: PmEvent | null;
  readonly priority: Priority;
  /** What a person did with an approval card; only with `processed`, and kept until it was answered. */
  readonly click?: ApprovalClick;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  /** `webhook` where not given. */
  readonly origin?: EventOrigin;
}

/** What a person decides with a card. */
export type ClickDecision = 'approve' | 'edit' | 'reject' | 'ask' | 'snooze' | 'take_over';

/** A button that opens a form, `ask_reason` that of `reject`. */
export type ClickOpening = 'ask_reason' | 'open_edit' | 'open_ask' | 'open_snooze';

/** A button of an approval card or of an announcement, or the form behind one. Signed by Slack, but its `value` is only a claim. */
export interface ApprovalClick {
  /** A decision, made by a button alone or by a form that was sent; what opens a form; or `undo`, of an action that nobody was asked about. */
  readonly what: ClickDecision | ClickOpening | 'undo';
  readonly user: { readonly id: string; readonly name: string | null };
  /** What the button carried, as it came. */
  readonly value: string;
  /** Where the person is told what came of it; null where the payload names no channel. */
  readonly channel: string | null;
  readonly reason: string | null;
  /** What was typed into the form, by the block that it stood in; left out where there was no form, or only a reason. */
  readonly typed?: Readonly<Record<string, string>>;
  /** Good for one form within three seconds. */
  readonly triggerId: string | null;
}

export interface PendingClick {
  /** The delivery that brought it. */
  readonly eventId: string;
  readonly click: ApprovalClick;
  /** ISO 8601 UTC: when that came. A person decided then, whenever it is answered. */
  readonly receivedAt: string;
  /** Attempts made so far. */
  readonly attempts: number;
}

/** The clicks that wait for an answer: durable, because Slack was told 200. */
export interface ClickStore {
  /** Those that may be tried now, oldest first. */
  pendingClicks(nowMs: number, limit: number): readonly PendingClick[];
  /** When the next one may be tried; null when none waits. */
  nextClickMs(): number | null;
  settleClick(eventId: string, result: string): Promise<void>;
  postponeClick(eventId: string, nextMs: number, result: string): Promise<void>;
  /** Called after each commit that stored a click. */
  onClick(listener: () => void): void;
}

/** What the API has to tell the audit log: a decision or an undo that did not count, an event that a person let in, a pause, a changed file. */
export interface AuditNote {
  /** Saving the same id twice is one row, and one entry. */
  readonly id: string;
  readonly at: string;
  readonly cycleId: string | null;
  readonly kind:
    | 'decision.refused'
    | 'refusals.capped'
    | 'refusals.counted'
    | 'undo.refused'
    | 'effect.settled'
    | 'event.released'
    | 'event.retried'
    | 'agent.paused'
    | 'agent.resumed'
    | 'configuration.changed';
  /** `<channel>:<id>` of who did it. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What `accept` found out; the promise resolves only after the commit. */
export type Accepted =
  | {
      readonly outcome: 'stored';
      readonly eventId: string;
      /**
       * `cycleIdFor(source, deliveryId)` for what is `received`, else null. Where that belongs to another event already
       * (two delivery ids can be cleaned to one), the event's id follows it.
       */
      readonly cycleId: string | null;
      /** Why a delivery that came as `received` was stored as `quarantined`, without a cycle. */
      readonly quarantined?: string;
    }
  | { readonly outcome: 'duplicate'; readonly eventId: string; readonly cycleId: string | null };

/** A person lets an event in that was held back, or has one answered again whose cycle came to no good end. */
export interface Readmission {
  readonly eventId: string;
  /** As what it is held. */
  readonly from: Extract<EventStatus, 'quarantined' | 'dead_letter' | 'processed'>;
  /** What its bytes mean today, with the row's own ids; or why it cannot be let in, which the row says from then on. */
  readonly read: Delivery | { readonly refused: string };
  /** Kept with it: who let it in, and why. */
  readonly note: Omit<AuditNote, 'cycleId'>;
}

export type Readmitted =
  | { readonly outcome: 'accepted'; readonly cycleId: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Another event tells of the same. */
  | { readonly outcome: 'known'; readonly eventId: string; readonly cycleId: string | null }
  | { readonly outcome: 'not_held'; readonly status: EventStatus }
  | { readonly outcome: 'missing' };

export interface WebhookRow {
  readonly id: string;
  readonly source: EventSource;
  readonly tenant: string;
  readonly deliveryId: string;
  readonly eventType: string;
  readonly bodySha256: string;
  readonly changeKey: string | null;
  readonly subject: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly event: PmEvent | null;
  readonly cycleId: string | null;
  /** The cycle that answers this event too; null for an event with a cycle of its own. */
  readonly coalescedInto: string | null;
  readonly origin: EventOrigin;
  readonly receivedAt: string;
  readonly startedAt: string | null;
  readonly processedAt: string | null;
}

export interface WebhookFilter {
  readonly status?: EventStatus;
  readonly source?: EventSource;
  readonly subject?: string;
  readonly origin?: EventOrigin;
}

export interface Inbox {
  /** Stores a delivery. What comes in together shares one commit (synchronous=FULL). Rejects when the store cannot be written: answer 503. */
  accept(delivery: Delivery): Promise<Accepted>;
  /** Of several who let one event in at once, one does. Rejects when the store cannot be written. */
  readmit(request: Readmission): Promise<Readmitted>;
  get(eventId: string): WebhookRow | null;
  raw(eventId: string): Buffer | null;
  list(
    filter: WebhookFilter,
    page: { readonly limit: number; readonly cursor: string | null },
  ): { readonly items: readonly WebhookRow[]; readonly nextCursor: string | null };
  /** The row whose cycle this is; how a cycle is known from the 202 on. */
  byCycle(cycleId: string): WebhookRow | null;
  /** Rows whose cycles Temporal may not have yet (`received`), newest first. */
  queued(limit: number): readonly WebhookRow[];
  /** Was an understood event of this subject ever accepted? How "a thread that the agent is part of" is known. */
  knowsSubject(subject: string): boolean;
  saveDecision(decision: OutboxDecision): Promise<void>;
  /** Unsettled decisions, oldest first. */
  pendingDecisions(limit: number): readonly OutboxDecision[];
  settleDecision(id: string, result: 'applied' | 'refused', detail: string): Promise<void>;
  /** `seq` of the newest find of the sweep that was taken over; 0 for none. */
  takenFinds(): number;
  noteTakenFinds(seq: number): Promise<void>;
  /** The worker, which reads this file, writes it into the audit log. */
  saveNote(note: AuditNote): Promise<void>;
  /**
   * The same of a decision that did not count, as long as few of the same person were refused within the hour; then they are only
   * counted, and one note says so. The same id twice is one.
   */
  saveRefusal(
    note: AuditNote,
    by: { readonly id: string; readonly name: string },
  ): Promise<'listed' | 'counted'>;
  /** @param at now, ISO 8601 UTC: a note says of each hour that is over how many were only counted */
  closeRefusalHours(at: string): Promise<void>;
  /** Throws where the database cannot be written (for /ready). */
  assertWritable(): void;
  /** Called after each commit that made a row `received`: the relay's kick. */
  onReceived(listener: () => void): void;
  close(): void;
}
