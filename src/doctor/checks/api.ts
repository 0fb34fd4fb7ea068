import { type ClientConfig, loadClientConfig } from '../../config/load.js';
import { readVersion } from '../../config/version.js';
import { type Check, type Finding, fail, messageOf, ok, warn } from '../check.js';
import { type Answered, get, memberOf } from '../http.js';

/** Does the API answer where the command line looks for it, is it this version, and does it let the command line in? */
export const api: Check = {
  name: 'api',
  asksOthers: true,
  run: async ({ env }) => {
    const client = loadClientConfig(env);
    let ready: Answered;
    try {
      ready = await get(`${client.url}/ready`);
    } catch (error) {
      return fail(
        `nothing answers at ${client.url} (${reasonOf(error)})`,
        'start it (npm start, or pm-agent api), or set PM_AGENT_URL to where it is reached',
      );
    }
    return judge(client, ready);
  },
};

async function judge(client: ClientConfig, ready: Answered): Promise<Finding> {
  const checks = memberOf(ready.text, 'checks');
  if (checks === null || typeof checks !== 'object') {
    return fail(
      `${client.url} answers, and is not pm-agent (${ready.status} to /ready)`,
      'set PM_AGENT_URL to where pm-agent is reached, or its proxy to pass /ready on',
    );
  }
  if (ready.status === 503) {
    return fail(
      `${client.url} cannot write its database: deliveries are answered 503`,
      'look at its log, at the disk and at who else writes to DATA_DIR',
    );
  }
  const degraded = Object.entries(checks).filter(([, state]) => state === 'degraded');
  const version = memberOf((await get(`${client.url}/`, { accept: 'application/json' })).text, 'version');
  const problems = [
    ...degraded.map(([name]) => `${name} is degraded`),
    ...(version === readVersion() ? [] : [`it runs version ${String(version)}, this is ${readVersion()}`]),
    ...((await letsIn(client)) ? [] : ['it does not let this command line in']),
  ];
  return problems.length === 0
    ? ok(`${client.url} is ready`)
    : warn(
        `${client.url} is ready; ${problems.join('; ')}`,
        'degraded: see the checks here that name it; another version: restart pm-agent; not let in: set PM_AGENT_TOKEN (pm-agent token create)',
      );
}

async function letsIn({ url, token }: ClientConfig): Promise<boolean> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return (await get(`${url}/api/approvals?limit=1`, headers)).status === 200;
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error) || 'no connection';
}
