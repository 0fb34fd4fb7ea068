/** The port of earned autonomy: the levels that somebody chose or lost, each change once and with what spoke for it. */
import type { AutonomyKey, AutonomyRules, HeldLevel, LevelOrder } from '../domain/autonomy.js';
import type { Outcome } from '../domain/autonomy-evidence.js';
import type { AutonomyLevelsTable } from './autonomy-table.js';

/** By what a lapse is judged. */
export interface LapseTerms {
  readonly rules: AutonomyRules;
  /** Where a demotion is told, by the team of the action's cycle. */
  readonly placesOf: (team: string | null) => readonly string[];
}

/** Something that may cost a level. */
export interface Lapse extends LapseTerms {
  readonly what: 'undo' | 'rejection';
  /** Of the undo, or of the request. */
  readonly id: string;
  readonly actionId: string;
}

export interface AutonomyMirror {
  /** All that somebody chose or lost; pm-agent.yaml holds for the rest. */
  heldLevels(): Promise<readonly HeldLevel[]>;
  /** Audit `autonomy.promoted` or `autonomy.demoted`. False where another level holds by now: nothing is changed. */
  changeLevel(order: LevelOrder, rules: AutonomyRules): Promise<boolean>;
  /**
   * One level less where somebody chose one and this is an undo, or one rejection too many in the time; audit
   * `autonomy.demoted`, told once.
   */
  noteLapse(lapse: Lapse): Promise<void>;
  /** Says once what was done without a person; with a button that takes it back, and told anew once somebody did. */
  announce(input: {
    readonly actionId: string;
    readonly place: string;
    readonly text: string;
    readonly canBeTakenBack: boolean;
  }): Promise<void>;
}

export interface AutonomyReader {
  /** What somebody chose or lost. */
  heldLevels(): readonly HeldLevel[];
  /** Every kind and project that was judged by a level, or was given one. */
  autonomyKeys(): readonly AutonomyKey[];
  /** What people made of its proposals since then, oldest first, at most the latest 1,000. */
  outcomesOf(key: AutonomyKey, since: string): readonly Outcome[];
  /** Its changes, newest first, at most `limit`. */
  levelHistory(key: AutonomyKey, limit: number): readonly AutonomyLevelsTable[];
}
