/** How Data Center differs from Cloud: the same state, other names of people, and routes that it does not have. */
import type { Request } from 'express';
import type { JiraUserRecord } from './records.js';
import type { JiraState } from './state.js';

/** Routes of Cloud below `/rest/api` that Data Center answers 404. */
export const CLOUD_ONLY = /^\/(?:3\/|2\/(?:search\/jql|comment\/list|issue\/[^/]+\/changelog)$)/;

/** What stands before the `@` of their address; of the agent, which has none, the end of its account id. */
export function serverName({ accountId, emailAddress }: Named): string {
  return emailAddress?.split('@')[0] ?? accountId.slice(accountId.lastIndexOf(':') + 1);
}

type Named = Pick<JiraUserRecord, 'accountId' | 'emailAddress'>;

/** Since 8.4 a user's key tells nothing of the name. */
export function serverKey(user: Named): string {
  return `JIRAUSER${Buffer.from(serverName(user)).reduce((sum, byte) => (sum * 31 + byte) % 90_000, 7)}`;
}

export function findByServerName(state: Pick<JiraState, 'users'>, name: string): JiraUserRecord | null {
  return state.users().find((user) => serverName(user) === name) ?? null;
}

/** Did this call come to the Data Center's address? */
export function isDataCenter(request: Request): boolean {
  return request.baseUrl.startsWith('/jira-dc');
}
