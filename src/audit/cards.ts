/** The port of the approval cards: what should be told in Slack, kept beside what it tells of, so that neither is lost. */
import type { ContextFacts } from '../domain/context.js';
import type { Decision } from '../domain/decision.js';
import type { PmEvent } from '../domain/event.js';
import type { Flag } from '../domain/flags/flag.js';
import type { ApprovalCardsTable, ApprovalsTable } from './approval-tables.js';
import type { ActionsTable, CyclesTable } from './schema.js';

export type CardRow = ApprovalCardsTable;

/** Where one request is shown. */
export interface CardPlaces {
  /** Channel ids, or ids of users who get a direct message. Empty: nowhere. */
  readonly places: readonly string[];
  /** The card has to cut the words, or the line that says what is done: all of it goes into its thread. */
  readonly hasLongWords: boolean;
  /** Its target changed since it was shown first: what of that the card has to cut goes into its thread. Left out: it did not. */
  readonly hasChanged?: boolean;
}

/** Everything that a card is made of, as it stands now. */
export interface CardContent {
  readonly approval: ApprovalsTable;
  readonly action: ActionsTable;
  readonly cycle: CyclesTable;
  /** Null once erased. */
  readonly event: PmEvent | null;
  readonly decision: Decision | null;
  readonly facts: ContextFacts | null;
  /** What made code careful with what was read. */
  readonly flags: readonly Flag[];
}

export interface CardMirror {
  /** Called after a commit that wants something told. */
  onWanted(listener: () => void): void;
  /** What is behind and may be tried now, the longest first. What came about by the clock waits for its team's working hours. */
  due(now: string, limit: number): Promise<readonly CardRow[]>;
  /** When the next one may be tried; null where nothing is behind, or all of it waits for working hours. */
  nextAt(): Promise<string | null>;
  get(id: string): Promise<CardRow | null>;
  content(approvalId: string): Promise<CardContent | null>;
  /** Before a first post leaves: an attempt after it looks before it posts again. */
  sending(id: string): Promise<void>;
  /** It stands there, and shows `version`. Audit `approval.card_posted` the first time. */
  shown(
    id: string,
    posted: { readonly channel: string; readonly ts: string; readonly version: number },
  ): Promise<void>;
  /** The post is known not to have been made: the next attempt need not look. */
  notSent(id: string): Promise<void>;
  /** Not told, and when to try again. Audit `approval.card_failed` once for each `code`. */
  failed(
    id: string,
    failure: { readonly code: string; readonly message: string; readonly nextAt: string },
  ): Promise<void>;
  /** Nothing can be told before this time; no failure. */
  postpone(id: string, nextAt: string): Promise<void>;
  /** Nothing more is done about it, and why. */
  end(id: string, why: string): Promise<void>;
  /** Cards that show a request as waiting, with their cycles. */
  showingPending(): Promise<readonly { readonly approvalId: string; readonly cycleId: string }[]>;
  /** A cycle ended without being able to say so: its requests can be decided by nobody any more. */
  supersede(cycleId: string, reason: string): Promise<void>;
}
