/** What may leave in a text, from the configuration: hosts, mentions, and every configured secret that must not. */

import type { ConfiguredSecret, OutputRules } from '../domain/output/rule.js';
import type { AgentFile, Config } from './config.js';

export function outputRulesOf(config: Config, file: AgentFile): OutputRules {
  return {
    linkHosts: linkHostsOf(config, file),
    mentions: mentionsOf(file),
    secrets: secretsOf(config).map(([name, value]) => ({ name, forms: formsOf(value) })),
  };
}

/** The configured vendors' own hosts, and those of pm-agent.yaml. */
function linkHostsOf({ jira, bitbucket, slack }: Config, file: AgentFile): readonly string[] {
  const urls = [jira.baseUrl, jira.siteUrl, bitbucket.baseUrl, slack.baseUrl].filter((url) => url !== null);
  const own = [...new Set(urls.map((url) => new URL(url).host))];
  return [...own, 'bitbucket.org', ...file.output.linkHosts];
}

/** A person of pm-agent.yaml stands for all of their accounts. Bitbucket's braces are part of how it spells, not of the id. */
function mentionsOf(file: AgentFile): readonly string[] {
  return file.output.mentions
    .flatMap((mention) => {
      const person = file.people.find(({ id }) => id === mention);
      return person === undefined ? [mention] : [person.jira, person.bitbucket, person.slack];
    })
    .filter((id) => id !== null)
    .map((id) => id.replace(/^\{(.*)\}$/, '$1'));
}

function secretsOf(config: Config): readonly (readonly [name: string, value: string])[] {
  const { server, jira, bitbucket, slack, claude, webhookSecrets, temporal } = config;
  const apiKey = temporal.connectionOptions['apiKey'];
  const all: readonly (readonly [string, unknown])[] = [
    ['PM_AGENT_ADMIN_TOKEN', server.adminToken],
    ['ATLASSIAN_SERVICE_ACCOUNT_TOKEN', jira.token],
    ['BITBUCKET_TOKEN', bitbucket.token],
    ['SLACK_BOT_TOKEN', slack.botToken],
    ['ANTHROPIC_API_KEY', claude.apiKey],
    ['TEMPORAL_API_KEY', apiKey],
    ...webhookSecrets.jira.map((value) => ['JIRA_WEBHOOK_SECRET', value] as const),
    ...webhookSecrets.bitbucket.map((value) => ['BITBUCKET_WEBHOOK_SECRET', value] as const),
    ...webhookSecrets.slack.map((value) => ['SLACK_SIGNING_SECRET', value] as const),
    ...mcpSecretsOf(config),
  ];
  return all.flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
  );
}

function mcpSecretsOf({ jira: { mcp } }: Config): readonly (readonly [string, unknown])[] {
  return mcp?.door.kind === 'url' ? [['JIRA_MCP_TOKEN', mcp.door.authorization?.replace(/^\S+\s+/, '')]] : [];
}

/** The ways in which a text commonly spells a value. */
function formsOf(value: string): ConfiguredSecret['forms'] {
  const bytes = Buffer.from(value);
  const encoded = ['base64', 'base64url', 'hex'] as const;
  return [
    ...new Set([value, ...encoded.map((encoding) => bytes.toString(encoding)), encodeURIComponent(value)]),
  ];
}
