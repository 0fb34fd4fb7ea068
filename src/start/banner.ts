/** What a person reads when everything runs: where things are, what is simulated, what to try. */
import { relative } from 'node:path';
import type { Config } from '../config/config.js';
import { serverUrl } from '../config/load.js';
import { type SampleEvent, signatureOf } from './sample-events.js';
import { realVendors, simulatedVendors } from './vendor-names.js';

export interface BannerFacts {
  readonly config: Config;
  readonly cwd: string;
  readonly seconds: number;
  /** Null where the server has no Web UI that we know of. */
  readonly temporalUi: string | null;
  readonly samples: { readonly comment: SampleEvent; readonly question: SampleEvent };
}

/** Plain text, several lines. */
export function banner(facts: BannerFacts): string {
  return [
    '',
    `pm-agent ${facts.config.version} is ready (${facts.seconds.toFixed(1)} s)`,
    '',
    ...places(facts),
    ...modeLines(facts.config),
    '',
    ...tryLines(facts),
    '',
  ].join('\n');
}

function places({ config, temporalUi }: BannerFacts): string[] {
  const api = serverUrl(config.server.host, config.server.port);
  const simulated = simulatedVendors(config).length > 0;
  return [
    `  API           ${api}   (docs: ${api}/docs)`,
    `  Temporal      ${config.temporal.address}${temporalUi === null ? '' : `   (Web UI: ${temporalUi})`}`,
    ...(simulated
      ? [`  Sandbox       ${config.sandbox.url}   (board, pull requests and channels to play with)`]
      : []),
    `  Data          ${config.dataDir}`,
  ];
}

function modeLines(config: Config): string[] {
  const simulated = simulatedVendors(config);
  const real = realVendors(config);
  const writes = {
    default:
      real.length === 0
        ? 'acts, on simulated vendors only'
        : 'acts on simulated vendors, only simulates on real ones (AGENT_MODE=production acts)',
    simulation: 'simulation: writes to nobody',
    production: 'PRODUCTION: acts on real vendors',
  };
  return [
    `  Mode          ${writes[config.agentMode]}`,
    ...(simulated.length > 0 ? [`  SIMULATED     ${simulated.join(', ')}${standIn(config)}`] : []),
    ...(real.length > 0 ? [`  Real          ${real.join(', ')}`] : []),
  ];
}

function standIn(config: Config): string {
  return config.claude.sandboxed
    ? ' (answers come from rules, not from Claude: set ANTHROPIC_API_KEY for the real one)'
    : '';
}

function tryLines({ config, cwd, samples }: BannerFacts): string[] {
  const shown = (file: string) => shorter(relative(cwd, file), file);
  return [
    'Try (each event counts once):',
    `  npx pm-agent send jira ${shown(samples.comment.file)}`,
    `  ${curlLine(config, shown(samples.question.file), samples.question.body)}`,
    '  npx pm-agent cycles',
    '  npx pm-agent approvals',
  ];
}

function shorter(left: string, right: string): string {
  return left.length <= right.length ? left : right;
}

function curlLine(config: Config, file: string, body: string): string {
  const [secret] = config.webhookSecrets.jira;
  const signature = secret === undefined ? '' : ` -H 'X-Hub-Signature: ${signatureOf(secret, body)}'`;
  const url = `${serverUrl(config.server.host, config.server.port)}/webhooks/jira`;
  return `curl -sS ${url} -H 'Content-Type: application/json'${signature} --data-binary @${file}`;
}
