import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import type { World } from './world.js';

const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;

/** A cycle that came as far as its plan: these actions stand in the ledger, and nothing of them was sent. */
export async function intoLedger(
  { deps: { mirror } }: Pick<World, 'deps'>,
  cycle: CycleInput,
  ...actions: readonly PlannedAction[]
): Promise<void> {
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions });
}
