/** What keeps the agent from being too much: what was counted, where it stopped by itself, where it is to be quiet. */
import type { Generated } from 'kysely';
import type { MuteOutcome } from '../domain/mute.js';
import type { MuteCommand } from '../domain/mute-command.js';

/** What an effect counts against, and when it left. Gone again where the vendor provably did not take it. */
export interface CountedEffectsTable {
  /** `LimitScope.key` */
  scope: string;
  at: string;
  action_id: string;
}

/** Each time the agent stopped by itself, and the escalation that told so. */
export interface BreakersTable {
  id: string;
  scope: string;
  opened_at: string;
  cycle_id: string;
  /** JSON `PlannedAction`, as it was first recorded. */
  escalation: string;
}

/** A critical event that the model gave no decision on, and what told people. */
export interface UnanalysedTable {
  cycle_id: string;
  subject: string;
  told_at: string;
  /** JSON `PlannedAction`, as it was first recorded. */
  escalation: string;
}

/** Every `mute` and `unmute` that was said; of a subject's, the one said last holds. */
export interface MuteCommandsTable {
  seq: Generated<number>;
  subject: string;
  command: MuteCommand;
  /** Id of the comment or message. */
  said_in: string;
  /** By the vendor's clock. */
  said_at: string;
  by_id: string;
  by_name: string;
  outcome: Exclude<MuteOutcome, 'repeated'>;
  event_id: string;
  cycle_id: string;
  recorded_at: string;
}
