/** What the ledger has of an action that was begun before. */
import type { Stood } from '../domain/actions/row.js';
import type { ActionResult } from '../domain/cycle.js';

/** What earlier attempts of an action left. */
export interface Intent {
  readonly earlierAttempt: boolean;
  /** ISO 8601 UTC: when the latest request was about to leave; null where none can still be in work. */
  readonly lastIntentAt: string | null;
  readonly ended: ActionResult | null;
}

export interface EarlierIntent extends Intent {
  /** How the first of them found and meant to leave what it changes; null where it only adds words. */
  readonly stood: Stood | null;
  /** What of it was answered, where it takes several requests. */
  readonly parts: readonly string[];
}
