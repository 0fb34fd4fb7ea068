import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

test('the workflows bundle cleanly, without Node modules or activities in them', async () => {
  const warnings: string[] = [];

  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('WARN', (entry) => warnings.push(entry.message)),
  });

  expect(warnings).toEqual([]);
  expect(code).toContain('agentCycle');
  expect(code).not.toMatch(/better-sqlite3|@anthropic-ai|@slack\/web-api/);
});
