import type { GuardedSlackOptions } from '../integrations/slack/guarded-client.js';
import type { Slack } from '../integrations/slack/slack.js';

/** What the API says to people in Slack. */
export type ApiSlack = Pick<Slack, 'openView' | 'postEphemeral'>;

/** What takes longer must not hold up the end of the process. */
const TIMEOUT_MS = 5_000;

/** Loads Slack's client when somebody first clicks: most processes never need its 15 MB. */
export function createLazySlack(options: Omit<GuardedSlackOptions, 'timeoutMs'>): ApiSlack {
  let client: Promise<Slack> | null = null;
  const loaded = (): Promise<Slack> => {
    client ??= import('../integrations/slack/guarded-client.js').then(({ createGuardedSlack }) =>
      createGuardedSlack({ ...options, timeoutMs: TIMEOUT_MS }),
    );
    return client;
  };
  return {
    openView: async (triggerId, view) => (await loaded()).openView(triggerId, view),
    postEphemeral: async (write) => (await loaded()).postEphemeral(write),
  };
}
