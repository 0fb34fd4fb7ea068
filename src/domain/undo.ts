import type { Decider } from './approval.js';

/** What a person asks for who wants an action taken back. */
export interface UndoInput {
  readonly actionId: string;
  /** Of this try: `<action>.u<n>`. */
  readonly undoId: string;
  readonly by: Decider;
}

/** The id of the n-th try, from 1 on. */
export function undoIdOf(actionId: string, n: number): string {
  return `${actionId}.u${n}`;
}
