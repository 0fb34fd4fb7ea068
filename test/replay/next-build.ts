/** The workflows as a later build might have them: one more step, behind `patched`, as CONTRIBUTING.md asks for. */
import { patched, sleep } from '@temporalio/workflow';
import type { CycleInput, CycleResult } from '../../src/domain/cycle.js';
import { agentCycle as before } from '../../src/workflows/agent-cycle.js';

export async function agentCycle(input: CycleInput): Promise<CycleResult> {
  if (patched('a-step-of-the-next-build')) {
    await sleep(1);
  }
  return before(input);
}
