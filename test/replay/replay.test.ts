import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { SHAPES } from './shapes.js';

const quiet = new DefaultLogger('ERROR');
let bundle: { readonly code: string };

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: quiet,
  });
});

function historyFile(name: string): string {
  return fileURLToPath(new URL(`./histories/${name}.json`, import.meta.url));
}

describe('a running cycle of every shipped shape goes on under this code', () => {
  test.each(Object.keys(SHAPES))('%s', async (name) => {
    expect(existsSync(historyFile(name))).toBe(true);
    const history = JSON.parse(readFileSync(historyFile(name), 'utf8')) as unknown;

    const replay = Worker.runReplayHistory({ workflowBundle: bundle }, history);

    await expect(replay).resolves.toBeUndefined();
  });

  test('the check itself notices a change of shape', async () => {
    const other = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./changed-workflow.ts', import.meta.url)),
      logger: quiet,
    });
    const history = JSON.parse(readFileSync(historyFile('auto-acted'), 'utf8')) as unknown;

    await expect(Worker.runReplayHistory({ workflowBundle: other }, history)).rejects.toThrow(
      /[Nn]ondeterminism/,
    );
  });
});
