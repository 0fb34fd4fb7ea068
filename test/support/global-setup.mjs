// One Temporal dev server for the whole run, and the workflows as they were built. Both reach the test processes through the
// environment.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { bundleBuiltIn } from '../../scripts/build.mjs';

const SEARCH_ATTRIBUTES = [
  'PmSource=Keyword',
  'PmEventType=Keyword',
  'PmSubject=Keyword',
  'PmProject=Keyword',
  'PmStatus=Keyword',
  'PmRisk=Keyword',
  'PmAwaitingApproval=Bool',
];

const TUNING = [
  'history.transferProcessorMaxPollRPS=2000',
  'system.enableActivityEagerExecution=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'matching.useNewMatcher=true',
];

export default async function globalSetup() {
  if (globalThis.__TEMPORAL_ENV__ !== undefined) {
    return; // a second jest project of the same run
  }
  const built = bundleBuiltIn(fileURLToPath(new URL('../..', import.meta.url)));
  if (built !== null) {
    process.env.TEST_WORKFLOW_BUNDLE = built;
  }
  if (process.env.TEMPORAL_ADDRESS) {
    process.env.TEST_TEMPORAL_ADDRESS = process.env.TEMPORAL_ADDRESS;
    return; // a named server is used as it is
  }
  const cached = join(homedir(), '.cache', 'pm-agent', 'temporal');
  const path = process.env.TEMPORAL_CLI_PATH ?? (existsSync(cached) ? cached : undefined);
  if (path === undefined) {
    throw new Error(
      'No Temporal CLI: run the tests with `npm test`, which finds or builds one, or set TEMPORAL_CLI_PATH.',
    );
  }
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      log: { format: 'json', level: 'error' },
      extraArgs: [
        ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
        ...TUNING.flatMap((value) => ['--dynamic-config-value', value]),
      ],
    },
  });
  globalThis.__TEMPORAL_ENV__ = env;
  process.env.TEST_TEMPORAL_ADDRESS = env.address;
  process.env.TEST_TEMPORAL_CLI = path;
}
