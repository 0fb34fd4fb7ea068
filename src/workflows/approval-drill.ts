/**
 * A request that nobody should approve, shown as any other. There is no way from here to a vendor: what it asks about is no
 * `PlannedAction`, which is all that an executor takes, and this file calls none.
 */
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { DrillInput, ShownDrill } from '../domain/drill.js';
import { record } from './activity-stubs.js';
import { ApprovalGate } from './approval-gate.js';
import { CycleView } from './cycle-view.js';

/** Its id is that of the cycle that it looks like. Answers how it ended, in a sentence. */
export async function approvalDrill(input: DrillInput): Promise<string> {
  const opened = await record.openDrill(input);
  return 'refusal' in opened ? opened.refusal : show(opened);
}

/** The gate is made after the first await: before, there is nothing that a message could decide. */
async function show({ cycle, planned, contextHash, title, deadlineMs }: ShownDrill): Promise<string> {
  const view = new CycleView(cycle);
  const gate = new ApprovalGate(cycle, view);
  view.title = title;
  view.propose([planned]);
  try {
    await gate.ask({ actions: [planned], deadlineMs, contextHash });
    const [settled] = await gate.nextSettled();
    // Whoever decided at the same time hears that it was decided.
    await condition(allHandlersFinished);
    return await end(cycle, view, `a drill, ${settled?.state.status ?? 'over'}: ${planned.drill}`);
  } catch (error) {
    await CancellationScope.nonCancellable(async () => {
      await gate.supersede('the drill was called off');
      await end(cycle, view, 'a drill that was called off');
    });
    throw error;
  }
}

async function end(cycle: ShownDrill['cycle'], view: CycleView, summary: string): Promise<string> {
  await record.finishCycle({ cycle, status: 'completed', outcome: 'no_action', summary, error: null });
  view.ended('completed', 'no_action', summary);
  return summary;
}
