/** Where the vendors' pages are, as far as the addresses of their APIs tell. */
import type { PageBases } from '../domain/item-link.js';
import type { Config } from './config.js';

/** The gateway for scoped tokens, which names no site. */
export function isJiraGateway(baseUrl: string): boolean {
  return new URL(baseUrl).hostname === 'api.atlassian.com';
}

/** Of Jira a site's own address is also that of its pages; behind the gateway JIRA_SITE_URL has to say it. */
export function pageBasesOf({ jira, bitbucket }: Pick<Config, 'jira' | 'bitbucket'>): PageBases {
  return {
    jira: jiraPages(jira),
    bitbucket: new URL(bitbucket.baseUrl).hostname === 'api.bitbucket.org' ? 'https://bitbucket.org' : null,
  };
}

function jiraPages({ baseUrl, siteUrl }: Config['jira']): string | null {
  const site = siteUrl ?? (isJiraGateway(baseUrl) ? null : baseUrl);
  return site === null ? null : site.replace(/\/+$/, '');
}
