import type { CycleInput } from '../../domain/cycle.js';
import type { FinishedTurn } from '../../domain/turn.js';
import type { TurnInput } from '../contract.js';

/** Names a look at an event within its cycle: nothing for the first. */
export function roundOf({ round }: Pick<CycleInput, 'round'>): string {
  return round === undefined ? '' : `r${round}`;
}

/** Names the turn that follows these: `t1`, and `r1t1` in a later look. */
export function placeOfTurn(cycle: Pick<CycleInput, 'round'>, turns: readonly FinishedTurn[]): string {
  return `${roundOf(cycle)}t${turns.length + 1}`;
}

/** Under which a turn's waits are counted. */
export function turnKey({ cycle, turns }: Pick<TurnInput, 'cycle' | 'turns'>): string {
  return `${cycle.cycleId}/decide/${placeOfTurn(cycle, turns)}`;
}
