import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** The workflows as the build bundled them; where these sources were not built (`npx jest` alone), bundled here, which takes seconds. */
export async function workflowBundle(): Promise<{ readonly code: string }> {
  const built = process.env.TEST_WORKFLOW_BUNDLE;
  return built === undefined
    ? bundleOf(new URL('../../src/workflows/index.ts', import.meta.url))
    : { code: await readFile(built, 'utf8') };
}

/** Other workflows than those of this build. */
export function bundleOf(file: URL): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(file), logger: new DefaultLogger('ERROR') });
}
