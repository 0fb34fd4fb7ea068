/**
 * Records one history for each shape that has none: `npm run record-histories`. Never re-record one to make a red
 * replay green: that is a running workflow that would break (see docs/operations.md).
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { SEARCH_ATTRIBUTES } from '../../src/workflows/messages.js';
import { openTemporal } from '../support/temporal.js';
import { SHAPES } from './shapes.js';

const path = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
const env = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'existing-path', path }, searchAttributes: [...SEARCH_ATTRIBUTES] },
});
process.env.TEST_TEMPORAL_ADDRESS = env.address;
const temporal = await openTemporal();

for (const [name, make] of Object.entries(SHAPES)) {
  const file = fileURLToPath(new URL(`./histories/${name}.json`, import.meta.url));
  if (existsSync(file)) {
    continue;
  }
  const shape = make();
  await temporal.withWorker(shape.fake.activities, async (taskQueue) => {
    const handle = await temporal.client.workflow.start(shape.workflowType, {
      taskQueue,
      workflowId: `${name}-${randomUUID()}`,
      args: [shape.input],
      ...(shape.attributes === undefined ? {} : { typedSearchAttributes: shape.attributes }),
    });
    await shape.drive(handle as WorkflowHandle<typeof agentCycle>);
    await handle.result().catch(() => undefined);
    writeFileSync(file, show(handle.workflowId));
  });
  console.log(`recorded ${name}`);
}
await temporal.close();
await env.teardown();

/** The history as Temporal's own CLI exports it; stack traces without the folder that this checkout happens to be in. */
function show(workflowId: string): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = [
    'workflow',
    'show',
    '--address',
    env.address,
    '--workflow-id',
    workflowId,
    '--output',
    'json',
  ];
  return execFileSync(path, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).replaceAll(root, '');
}
