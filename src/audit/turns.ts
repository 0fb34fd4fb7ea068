/** The port through which the model's turns and its use of tools are recorded, and found again. */
import type { StepRecord } from './step-record.js';

/** A call of the model whose reply is in the mirror. */
export interface PaidCall {
  /** Blob of the whole reply. */
  readonly replyHash: string;
  readonly costUsd: number;
}

export interface TurnMirror {
  /** A call of this id that was answered: it is not paid twice. */
  paidCall(id: string): Promise<PaidCall | null>;
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
