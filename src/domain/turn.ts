/** The model's way to a decision: turns, between which it reads more with tools. Only hashes of texts cross a boundary. */
import type { ContextItem } from './context.js';
import type { Decision } from './decision.js';

/** Why there is no decision that could be carried out: each way of stopping short is an outcome of its own. */
export type FailureKind =
  | 'over_budget'
  /** The model could not be asked: its errors outlasted the tries, or it refuses what we send. */
  | 'unavailable'
  | 'refusal'
  | 'cut'
  | 'context_too_large'
  | 'paused'
  /** It asked for a tool where it had to answer. */
  | 'no_answer'
  /** It held a configured secret. */
  | 'withheld'
  /** A reason to stop that is not known here. */
  | 'stopped'
  /** No decision in it, also after a second try. */
  | 'unreadable'
  /** A decision on something critical of which code takes nothing (refused-whole.ts). */
  | 'not_taken';

/** One use of a tool, as the model asked for it in its reply. */
export interface ToolCall {
  /** `t1.2`: the second of the first turn. Ids of what it reads begin with it. */
  readonly place: string;
  /** Which of the reply's tool calls, from 0. */
  readonly index: number;
  /** For people, in Temporal's Web UI. */
  readonly summary: string;
}

/** A turn that did not end the conversation. */
export interface FinishedTurn {
  /** Blob of the whole reply. */
  readonly reply: string;
  /** Blobs of what its tools answered. A reply that could not be read has none. */
  readonly results: readonly { readonly index: number; readonly hash: string }[];
  readonly costUsd: number;
}

/** No answer yet, and the question is out of date, or keeps something more urgent waiting: it is asked anew. */
export interface AskedAnew {
  readonly kind: 'anew';
  /** For people, without its full stop. */
  readonly why: string;
  /** Something that may be critical waits behind it on the same subject, and has its turn first: for so long at least. Left out: nothing does. */
  readonly givesWayMs?: number;
}

export type TurnResult =
  | AskedAnew
  | {
      readonly kind: 'asked';
      readonly reply: string;
      readonly costUsd: number;
      readonly calls: readonly ToolCall[];
    }
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      /** Why there is none (`decision` is then empty), in words and by kind; null where there is one. */
      readonly failure: string | null;
      readonly failureKind: FailureKind | null;
      /** Of all turns. */
      readonly costUsd: number;
      /** Blob of the context with what tools added to it. */
      readonly contextHash: string;
    };

/** What one use of a tool gave, as the mirror keeps it and the model reads it. */
export interface ToolAnswer {
  readonly tool: string;
  readonly input: unknown;
  /** `ContextItem`s, whose ids begin with the call's place. */
  readonly items: readonly ContextItem[];
  readonly omitted: readonly string[];
  /** Why nothing was read; null where it was. */
  readonly refused: string | null;
}
