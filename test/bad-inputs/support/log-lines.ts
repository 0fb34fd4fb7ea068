/** What a real API process writes into its log for some deliveries. */
import { SECRETS } from '../../api/support/config.js';
import { createParts } from '../../support/parts.js';
import { call, type Message } from './wire.js';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly result?: string;
}

/** Sends them one by one; answers every line from then on, each of which must be JSON of its own. */
export async function logLinesFor(messages: readonly Message[]): Promise<readonly LogLine[]> {
  const parts = await createParts({ JIRA_WEBHOOK_SECRET: SECRETS.jira, SANDBOX: 'on' });
  try {
    await parts.start('api');
    const port = Number(new URL(parts.api).port);
    for (const message of messages) {
      await call(port, message);
    }
    await parts.stop('api');
    const lines = parts.output().trim().split('\n');
    return lines.map((line) => JSON.parse(line) as LogLine);
  } finally {
    await parts.dispose();
  }
}
