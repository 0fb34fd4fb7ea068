/** A critical event of whose decision nothing is let go: people are told what was proposed, and what denied it. */
import { patched } from '@temporalio/workflow';
import { allDenied } from '../domain/all-denied.js';
import type { GatherResult, PlannedAction } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import type { Story } from './look.js';

/** After what goes by itself was carried out: what a person is asked about reaches people anyway. */
export async function tellAllDenied(
  story: Story,
  { critical, title }: GatherResult,
  { actions, contextHash }: { readonly actions: readonly PlannedAction[]; readonly contextHash: string },
): Promise<void> {
  const undone = critical === undefined ? [] : allDenied(actions, story.view.results);
  if (critical === undefined || undone.length === 0 || !patched('critical-all-denied')) {
    return;
  }
  const escalation = await record.tellAllDenied({ cycle: story.input, contextHash, title, critical, undone });
  await story.carryOut(escalation === null ? [] : [escalation]);
}
