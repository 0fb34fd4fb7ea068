/** The bare twin of a cycle: a workflow of three empty activities, loaded as its own worker's workflows. */
import { proxyActivities } from '@temporalio/workflow';

const { gather, reason, act } = proxyActivities<{
  gather(): Promise<string>;
  reason(): Promise<string>;
  act(): Promise<string>;
}>({ startToCloseTimeout: '30s' });

export async function bareCycle(): Promise<void> {
  await gather();
  await reason();
  await act();
}
