/** Where the vendors' pages are, as far as the addresses of their APIs tell. */
import type { PageBases } from '../domain/item-link.js';
import type { Config } from './config.js';

/** Of Jira a site's own address is also that of its pages; the gateway for scoped tokens names no site. */
export function pageBasesOf({ jira, bitbucket }: Pick<Config, 'jira' | 'bitbucket'>): PageBases {
  return {
    jira: new URL(jira.baseUrl).hostname === 'api.atlassian.com' ? null : jira.baseUrl.replace(/\/+$/, ''),
    bitbucket: new URL(bitbucket.baseUrl).hostname === 'api.bitbucket.org' ? 'https://bitbucket.org' : null,
  };
}
