/** The port of the ledger of effects: intent before, result after. */

import type { ActionKind } from '../domain/action.js';
import type { Standing, Stood } from '../domain/actions/row.js';
import type { Decider } from '../domain/approval.js';
import type { ActionResult } from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import type { EffectQuery } from '../domain/effect-query.js';
import type { LimitScope, OverLimit } from '../domain/limit.js';
import type { Mute } from '../domain/mute.js';
import type { EarlierIntent, Intent } from './intents.js';
import type { ActionsTable } from './schema.js';
import type { StepRecord } from './step-record.js';

/** What has to hold at the moment in which an effect leaves. */
export interface EffectGate {
  /** What it counts against. */
  readonly scopes: readonly LimitScope[];
  /** Effects in an hour for each scope; null: this one counts, and no limit stops it. */
  readonly limit: number | null;
  /** Subjects on which it must not act while they are muted. */
  readonly quietOn: readonly string[];
}

export type Admission =
  | 'admitted'
  | { readonly over: OverLimit }
  | { readonly mute: Mute; readonly subject: string };

/** One of our own effects in the ledger. */
export interface EffectRow {
  readonly id: string;
  readonly kind: string;
  /** JSON. */
  readonly payload: string;
  readonly remoteId: string | null;
}

export interface EffectMirror {
  /** What earlier attempts of an action left; null where it was not planned. With another hash it is as with `recordIntent`. */
  earlierIntent(input: { cycleId: string; actionId: string; hash: string }): Promise<EarlierIntent | null>;
  /**
   * When the latest request for an action of this kind may have left in another cycle of the same event (ISO 8601 UTC): a
   * person had it tried again. Null where none did.
   */
  sentBefore(input: {
    cycleId: string;
    eventId: string;
    subject: string;
    kind: ActionKind;
  }): Promise<string | null>;
  /**
   * Before an effect leaves: status `executing`, the exact request, audit `effect.intended`.
   * Answers what earlier attempts left: whether there was one, since when its request may be in work at the vendor, and
   * the result if it ended. An action that was planned with another hash before is left alone: it answers `obsolete`.
   */
  recordIntent(input: {
    cycleId: string;
    actionId: string;
    /** The planned action's hash. */
    hash: string;
    request: OutgoingRequest;
    attempt: number;
    /** Kept from the first attempt on; left out where the action only adds words. */
    stood?: Stood | undefined;
  }): Promise<Intent>;
  /**
   * Right before a request leaves. `lastIntentAt` is what `recordIntent` answered: `overtaken`, and nothing may be sent,
   * where another attempt sent or ended the action meanwhile. A refusal leaves the action as it is.
   */
  markInFlight(input: {
    actionId: string;
    lastIntentAt: string | null;
    gate: EffectGate;
  }): Promise<Admission | 'overtaken'>;
  /** Instead of `markInFlight`, where nothing leaves. */
  countSimulated(input: { actionId: string; gate: EffectGate }): Promise<Admission>;
  /**
   * After an answer that proves that the request was not applied: it no longer counts. `lastIntentAt` is what
   * `markInFlight` was given: an earlier request stays as open as it was.
   */
  clearInFlight(input: { actionId: string; lastIntentAt: string | null }): Promise<void>;
  /**
   * One of several requests of an effect was answered: it is not sent again, and none of them is in work now. Audit
   * `effect.part_done`.
   */
  notePart(input: { cycleId: string; actionId: string; part: string }): Promise<void>;
  /**
   * After: result and remote id, audit `effect.<status>`. An action that already ended keeps its result, but where that says
   * only that its cycle ended before an answer came: the answer counts.
   */
  recordResult(input: {
    cycleId: string;
    actionId: string;
    result: ActionResult;
    step: StepRecord;
    /** It stood so already, and no request of ours left: what was noted of how it would be left is dropped. */
    isAnothers?: boolean;
    /** Who is told, and what, of a result that is `unknown`: one alert each. */
    unknownTold?: UnknownTold | undefined;
  }): Promise<void>;
  /** Makes the row of a try to take an action back, once. Answers the action; null where there is none of this id. */
  openUndo(input: {
    undoId: string;
    actionId: string;
    by: Decider;
    /** Of the try itself. */
    hash: string;
  }): Promise<ActionsTable | null>;
  /** What was found to be made by an action that ended without the vendor's id: kept with it. Audit `effect.found`. */
  noteRemoteId(input: { cycleId: string; actionId: string; remoteId: string }): Promise<void>;
  /** How the other actions of this cycle left this target, the latest first. */
  leftBy(input: { cycleId: string; target: string; besides: string }): Promise<readonly Standing[]>;
  /** Our own effects that a comment or message may be; `remoteId` is null where the vendor's id is not known yet. */
  effectsLike(query: EffectQuery): Promise<readonly EffectRow[]>;
  /** The status note that was written last on this target, and not taken back, by another action than `besides`. */
  latestNote(input: { kind: ActionKind; target: string; besides: string }): Promise<NoteRow | null>;
  /** Has the agent posted in this Slack thread? */
  postedInThread(channel: string, threadTs: string): Promise<boolean>;
}

/** What people are told of an effect that ended `unknown`, and where. */
export interface UnknownTold {
  readonly text: string;
  /** Channels and users, for the id of the team that the cycle belongs to. */
  readonly placesOf: (team: string | null) => readonly string[];
}

/** A status note, as the ledger knows it. */
export interface NoteRow {
  readonly actionId: string;
  /** The vendor's id of its comment. */
  readonly remoteId: string;
  /** Digest of the words that were written; null where the write changed none. */
  readonly words: string | null;
  /** Was it planned after the action that asks? */
  readonly isNewer: boolean;
}
