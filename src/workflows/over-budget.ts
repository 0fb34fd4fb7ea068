/** A budget had no room for asking the model: the team hears of it, and whoever asked gets a word. */
import { patched } from '@temporalio/workflow';
import type { GatherResult } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import type { Story } from './look.js';
import type { Decided } from './reason.js';

export async function tellOverBudget(
  story: Story,
  { asked }: GatherResult,
  { failure, failureKind, contextHash }: Decided,
): Promise<void> {
  if (failure === null || failureKind !== 'over_budget' || !patched('over-budget-is-told')) {
    return;
  }
  const answer = await record.tellOverBudget({
    cycle: story.input,
    contextHash,
    failure,
    asked: asked ?? null,
  });
  await story.carryOut(answer === null ? [] : [answer]);
}
