import type { CheckedConfig } from '../../config/check.js';
import { isJiraGateway } from '../../config/page-bases.js';
import { type Finding, fail, ok, warn } from '../check.js';

const VENDORS = ['jira', 'bitbucket', 'slack', 'claude'] as const;

/** The environment and pm-agent.yaml: everything that is wrong, not only the first. */
export function checkConfiguration({ config, problems }: CheckedConfig): Finding {
  if (problems !== null) {
    const count = problems.length === 1 ? 'one setting is' : `${problems.length} settings are`;
    return fail(
      `${count} wrong: ${problems.join('; ')}`,
      'correct them; no process starts before, and what runs goes on by what the file said before',
    );
  }
  const { file, agentMode } = config;
  const simulated = VENDORS.filter((vendor) => config[vendor].sandboxed);
  const summary = [
    file.path === null ? 'no pm-agent.yaml, so its defaults' : file.path,
    agentMode === 'default' ? 'AGENT_MODE unset' : `AGENT_MODE=${agentMode}`,
    simulated.length === 0 ? 'nothing simulated' : `simulated: ${simulated.join(', ')}`,
  ].join('; ');
  const warnings = file.warnings ?? [];
  if (config.jira.siteUrl === null && isJiraGateway(config.jira.baseUrl)) {
    const noSite = `nothing says where people open the Jira behind ${config.jira.baseUrl}, so no text and no card links to it`;
    return warn(
      [summary, noSite, ...warnings].join('; '),
      'set JIRA_SITE_URL to its site (https://your-site.atlassian.net), and restart',
    );
  }
  return warnings.length === 0
    ? ok(summary)
    : warn(`${summary}; ${warnings.join('; ')}`, 'take it out of pm-agent.yaml, or live without');
}
