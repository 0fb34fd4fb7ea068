import type { ModelUsage } from '../domain/model-usage.js';

/** One call of the model as a ledger keeps it. */
export interface ModelCallRecord {
  readonly id: string;
  readonly cycleId: string;
  /** Its id while it was under way. Left out: it was not. */
  readonly underWay?: string;
  readonly purpose: string;
  readonly model: string;
  readonly promptId: string;
  readonly promptVersion: string;
  /** The whole request as sent. */
  readonly request: unknown;
  /** The whole reply as received; null where none came. */
  readonly reply: unknown;
  readonly stopReason: string | null;
  readonly usage: ModelUsage | null;
  readonly costUsd: number;
  /** No answer says what it cost: the most that it may have. Left out: no. */
  readonly costIsEstimate?: boolean;
  readonly priceDate: string | null;
  readonly requestId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly error: string | null;
}
