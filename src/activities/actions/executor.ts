import type { ActionKind } from '../../domain/action.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Standing, Stood } from '../../domain/actions/row.js';
import type { ActionResult, DriftFound } from '../../domain/cycle.js';
import type { EffectMark, OutgoingRequest } from '../../domain/effect.js';

/** What a write made: the vendor's id, where it has one. */
export interface Made {
  readonly remoteId: string | null;
  /** What a person has to see to all the same, as sentences. */
  readonly remark?: string;
}

/** Null stays null: nothing was found. */
export function madeAs(remoteId: string | null): Made | null {
  return remoteId === null ? null : { remoteId };
}

/** For what has no id of its own and is found by how it stands. */
export function standsSo(stands: boolean): Made | null {
  return stands ? { remoteId: null } : null;
}

/** One action, ready to leave. */
export interface Effect {
  /** Exactly what `send` sends. */
  readonly request: OutgoingRequest;
  /** What undoing it compares with; left out where it only adds words. */
  readonly stood?: Stood;
  /** Reads: is there anything left to send? Null: yes. */
  precheck(): Promise<Settled | null>;
  /**
   * Cuts the connection, and throws the signal's reason, when `signal` fires: what was sent may be applied all the same.
   * @param between for what takes two requests
   */
  send(signal: AbortSignal, between: Between): Promise<Made>;
}

/** What is noted between two requests of one effect, so that a crash, or a long wait, repeats neither. */
export interface Between {
  /** The first is done. @param part what it took care of, as it stands in `Left.parts` */
  answered(part: string): Promise<void>;
  /** Right before the next one leaves, and after the world was read for it. Throws where none may leave any more. */
  next(): Promise<void>;
}

/** What earlier attempts left, by the ledger's word. */
export interface Left {
  /** How the first of them found it and meant to leave it; null where there was none, or where only words are added. */
  readonly stood: Stood | null;
  /** What of it was answered, where it takes several requests. */
  readonly parts: readonly string[];
  /** A request of theirs left, and no answer says that it was not applied. */
  readonly mayBeDone: boolean;
}

/** There is nothing to send: it already is as wanted (`executed`), no longer makes sense (`obsolete`), or cannot be done so (`failed`). */
export interface Settled {
  readonly settled: Extract<ActionResult['status'], 'executed' | 'obsolete' | 'failed'>;
  readonly message: string;
  /** What stands at the vendor for it, where that has an id. */
  readonly remoteId?: string;
  /** As in `Made`. */
  readonly remark?: string;
  /** It is shown again instead, and has not ended. */
  readonly drifted?: DriftFound;
}

/** How one kind of action is carried out. What the kind declares besides: domain/actions. */
export interface Executor<K extends ActionKind> {
  /**
   * Reads: what carries one of its marks, made by an earlier attempt or another cycle; null where nothing is found. Asked
   * before anything else on a retry, so it needs nothing that the effect itself may have changed.
   * @param left how an earlier attempt found and meant to leave it, by the ledger; null where there was none
   */
  find(payload: ActionPayloads[K], mark: EffectMark, left: Stood | null): Promise<Made | null>;
  /**
   * Reads: who made what `find` found, where the vendor tells that it was somebody else, in words; null where it may be
   * ours. Left out where a mark tells.
   */
  byAnother?(payload: ActionPayloads[K], left: Stood | null): Promise<string | null>;
  /**
   * Makes the effect. May read the vendor, but only what the exact request and its preconditions need.
   * @param seen what the decision saw of what this changes; null where nothing has to stand still
   */
  prepare(payload: ActionPayloads[K], mark: EffectMark, seen: Standing | null): Promise<Effect | Settled>;
}
