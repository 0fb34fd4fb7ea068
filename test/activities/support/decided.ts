/** The turns of one decision, as the workflow takes them. */
import type { TurnInput } from '../../../src/activities/contract.js';
import type { FinishedTurn, ToolCall, TurnResult } from '../../../src/domain/turn.js';
import type { World } from './world.js';

export interface Decided extends Extract<TurnResult, { kind: 'decided' }> {
  /** Of each turn that was not the last. */
  readonly asked: readonly (readonly ToolCall[])[];
}

const MORE_THAN_ENOUGH = 20;

export async function decided(
  world: World,
  input: Pick<TurnInput, 'cycle' | 'contextHash' | 'route'>,
): Promise<Decided> {
  const turns: FinishedTurn[] = [];
  const asked: (readonly ToolCall[])[] = [];
  for (let n = 0; n < MORE_THAN_ENOUGH; n += 1) {
    const turn = await world.call('takeTurn', { ...input, turns });
    if (turn.kind === 'decided') {
      return { ...turn, asked };
    }
    if (turn.kind === 'anew') {
      throw new Error(turn.why);
    }
    const { reply, calls, costUsd } = turn;
    const { cycle, contextHash } = input;
    asked.push(calls);
    const results = [];
    for (const call of calls) {
      results.push(await world.call('useTool', { cycle, contextHash, reply, call }));
    }
    turns.push({ reply, results, costUsd });
  }
  throw new Error('the turns came to no end');
}
