/** An `agentCycle` of another shape under the same name: what the replay test must notice. */
import { sleep } from '@temporalio/workflow';

export async function agentCycle(): Promise<void> {
  await sleep(1_000);
}
