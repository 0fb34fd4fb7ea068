/** The port through which the model's turns and its use of tools are recorded, and found again. */
import type { StepRecord } from './step-record.js';

/** A call of the model whose reply is in the mirror. */
export interface PaidCall {
  /** Blob of the whole reply. */
  readonly replyHash: string;
  readonly costUsd: number;
  readonly promptId: string;
  readonly promptVersion: string;
}

/** What was sent in a turn that was answered. */
export interface SentCall {
  /** Blob of the body, as it left. */
  readonly promptHash: string;
  readonly promptId: string;
  readonly promptVersion: string;
  readonly purpose: string;
}

export interface TurnMirror {
  /** A call of this id that was answered: it is not paid twice. */
  paidCall(id: string): Promise<PaidCall | null>;
  /** The call that got this reply at this place (`t1`, `r1t2`) of a cycle; null where the ledger has none. */
  sentIn(turn: {
    readonly cycleId: string;
    readonly place: string;
    readonly replyHash: string;
  }): Promise<SentCall | null>;
  /** A turn that asked for more. Its row is `<cycle>/decide/<place>`. */
  recordTurn(input: {
    readonly cycleId: string;
    readonly step: StepRecord;
    readonly place: string;
  }): Promise<void>;
  /** One use of a tool, also a refused one. Audit `tool.used`. */
  recordToolUse(input: {
    readonly cycleId: string;
    readonly step: StepRecord;
    readonly place: string;
    readonly tool: string;
    readonly input: unknown;
    readonly answerHash: string;
    readonly refused: string | null;
    readonly sources: readonly { readonly id: string; readonly source: string; readonly hash: string }[];
  }): Promise<void>;
}
