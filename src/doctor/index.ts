/** The table of checks, in the order in which they are told: what the others rest on comes first. */
import { checkConfig } from '../config/check.js';
import { type Check, type Finding, fail, messageOf, type Patient } from './check.js';
import { api } from './checks/api.js';
import { circuits } from './checks/circuits.js';
import { clock } from './checks/clock.js';
import { checkConfiguration } from './checks/configuration.js';
import { dataFolder } from './checks/data-folder.js';
import { inboxDatabase, mirrorDatabase, operatorsDatabase } from './checks/databases.js';
import { diskSpace } from './checks/disk-space.js';
import { keptFiles } from './checks/kept-files.js';
import { checkNodeVersion } from './checks/node-version.js';
import { pause } from './checks/pause.js';
import { temporalServer, worker } from './checks/temporal.js';
import { bitbucket, claude, jira, slack } from './checks/vendors.js';
import { webhookSecrets } from './checks/webhook-secrets.js';

export const CHECKS: readonly Check[] = [
  dataFolder,
  keptFiles,
  diskSpace,
  inboxDatabase,
  mirrorDatabase,
  operatorsDatabase,
  webhookSecrets,
  temporalServer,
  worker,
  api,
  jira,
  bitbucket,
  slack,
  claude,
  circuits,
  pause,
  clock,
];

export interface Diagnosis {
  readonly findings: readonly (Finding & { readonly check: string })[];
  /** Checks that were not made, because the configuration is wrong or nobody was to be asked. */
  readonly leftOut: readonly string[];
}

/** Makes every check that can be made, beside each other. Never rejects: a check that breaks is a finding. */
export async function diagnose(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Only what needs nothing that runs. */
  readonly offline: boolean;
  readonly nodeVersion?: string;
  readonly now?: () => number;
}): Promise<Diagnosis> {
  const { env, cwd, offline, nodeVersion = process.versions.node, now = Date.now } = options;
  const checked = checkConfig(env, { cwd });
  const first = [
    { check: 'node', ...checkNodeVersion(nodeVersion) },
    { check: 'configuration', ...checkConfiguration(checked) },
  ];
  const { config } = checked;
  const made = config === null ? [] : CHECKS.filter(({ asksOthers }) => !offline || !asksOthers);
  const others = await Promise.all(
    config === null ? [] : made.map((check) => examine(check, { config, env, now })),
  );
  return {
    findings: [...first, ...others],
    leftOut: CHECKS.filter((check) => !made.includes(check)).map(({ name }) => name),
  };
}

async function examine(check: Check, patient: Patient): Promise<Finding & { readonly check: string }> {
  try {
    return { check: check.name, ...(await check.run(patient)) };
  } catch (error) {
    return {
      check: check.name,
      ...fail(`the check itself failed: ${messageOf(error)}`, 'report this with the line above'),
    };
  }
}
