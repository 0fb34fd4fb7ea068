import type { ActionKind } from '../../domain/action.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Standing, Stood } from '../../domain/actions/row.js';
import type { ActionResult } from '../../domain/cycle.js';
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
  /** Cuts the connection, and throws the signal's reason, when `signal` fires: what was sent may be applied all the same. */
  send(signal: AbortSignal): Promise<Made>;
}

/** There is nothing to send: it already is as wanted (`executed`), no longer makes sense (`obsolete`), or cannot be done so (`failed`). */
export interface Settled {
  readonly settled: Extract<ActionResult['status'], 'executed' | 'obsolete' | 'failed'>;
  readonly message: string;
  /** What stands at the vendor for it, where that has an id. */
  readonly remoteId?: string;
  /** As in `Made`. */
  readonly remark?: string;
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
   * Makes the effect. May read the vendor, but only what the exact request and its preconditions need.
   * @param seen what the decision saw of what this changes; null where nothing has to stand still
   */
  prepare(payload: ActionPayloads[K], mark: EffectMark, seen: Standing | null): Promise<Effect | Settled>;
}
