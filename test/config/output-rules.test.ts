import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { outputRulesOf } from '../../src/config/output-rules.js';
import { checkText } from '../../src/domain/output/check-text.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each secret is its own name in small letters: long enough, and no shape of a vendor's. */
const SECRETS = [
  'PM_AGENT_ADMIN_TOKEN',
  'ATLASSIAN_SERVICE_ACCOUNT_TOKEN',
  'BITBUCKET_TOKEN',
  'SLACK_BOT_TOKEN',
  'ANTHROPIC_API_KEY',
  'JIRA_WEBHOOK_SECRET',
  'BITBUCKET_WEBHOOK_SECRET',
  'SLACK_SIGNING_SECRET',
  'JIRA_MCP_TOKEN',
];

function secretOf(name: string): string {
  return `v-${name.toLowerCase()}/+x`;
}

function rules(file = '', env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'pm-agent.yaml'), file);
  const config = loadConfig(
    {
      ...Object.fromEntries(SECRETS.map((name) => [name, secretOf(name)])),
      JIRA_BASE_URL: 'https://acme.atlassian.net',
      JIRA_MCP_URL: 'https://mcp.acme.example/mcp',
      ...env,
      DATA_DIR: folder,
      PM_AGENT_CONFIG: join(folder, 'pm-agent.yaml'),
      TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'),
    },
    { cwd: folder },
  );
  return outputRulesOf(config, config.file);
}

test.each(SECRETS)('the value of %s is blocked, in each way to spell it', (name) => {
  const value = secretOf(name);
  const bytes = Buffer.from(value);
  const spelled = [value, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(value)];

  const refusals = spelled.map((text) => checkText(`Here: ${text}.`, rules()).refusal);

  expect(refusals.filter((refusal) => refusal?.includes(name) !== true)).toEqual([]);
});

test('the vendors’ own hosts can be linked, and those of pm-agent.yaml', () => {
  expect(rules('output: { linkHosts: [wiki.acme.example] }').linkHosts).toEqual([
    'acme.atlassian.net',
    'api.bitbucket.org',
    'slack.com',
    'bitbucket.org',
    'wiki.acme.example',
  ]);
});

test('behind the gateway for tokens with scopes the site can be linked that the configuration names', () => {
  const { linkHosts } = rules('', {
    JIRA_BASE_URL: 'https://api.atlassian.com/ex/jira/1',
    JIRA_SITE_URL: 'https://acme.atlassian.net',
  });

  expect(linkHosts).toContain('acme.atlassian.net');
});

test('a person on the list of mentions stands for all of their accounts', () => {
  const file = `
people: [{ id: lead-1, name: Lea, jira: "712020:lea", bitbucket: "{lea-uuid}", slack: U0LEA }]
output: { mentions: [lead-1, here, "{bo-uuid}"] }
`;

  expect(rules(file).mentions).toEqual(['712020:lea', 'lea-uuid', 'U0LEA', 'here', 'bo-uuid']);
});
