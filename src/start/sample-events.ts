/** Two Jira comments to try pm-agent with, written anew at each start so that they are neither old nor duplicates. */
import { createHmac, randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SampleEvent {
  readonly file: string;
  readonly body: string;
}

/** Issue that the samples comment on. */
const KEY = 'PAY-4';
/** Its id in the simulated Jira, under which the sweep finds the comment there: by the key alone it would be another event. */
const SIMULATED_ID = '1200004';

/** Whom the samples speak to, and where. */
export interface SampleOptions {
  readonly dataDir: string;
  readonly agentName: string;
  readonly isJiraSimulated: boolean;
  readonly now: Date;
}

/** Writes `DATA_DIR/try/jira-comment.json` and `jira-question.json`. */
export function writeSamples(options: SampleOptions): {
  readonly comment: SampleEvent;
  readonly question: SampleEvent;
} {
  const ask = (name: string, words: string) => writeSample(name, `@${options.agentName} ${words}`, options);
  return {
    comment: ask('jira-comment.json', 'what is blocking this issue?'),
    question: ask('jira-question.json', 'who works on this, and what is left to do?'),
  };
}

/** The value of Jira's `X-Hub-Signature` for this body. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function writeSample(name: string, text: string, options: SampleOptions): SampleEvent {
  const folder = join(options.dataDir, 'try');
  const body = `${JSON.stringify(commentCreated(text, options), null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), body);
  return { file: join(folder, name), body };
}

/** A `comment_created` webhook as Jira Cloud sends it, with the fields that matter. */
function commentCreated(text: string, { isJiraSimulated, now }: SampleOptions): Record<string, unknown> {
  const author = {
    accountId: '712020:a11a0000-0000-4000-8000-000000000001',
    displayName: 'Ana Lindqvist',
    accountType: 'atlassian',
  };
  const at = now.toISOString().replace('Z', '+0000');
  return {
    timestamp: now.getTime(),
    webhookEvent: 'comment_created',
    comment: {
      id: String(randomInt(100_000, 1_000_000_000)),
      author,
      updateAuthor: author,
      body: text,
      created: at,
      updated: at,
      jsdPublic: true,
    },
    issue: {
      ...(isJiraSimulated ? { id: SIMULATED_ID } : {}),
      key: KEY,
      fields: { project: { key: 'PAY', name: 'Payments' } },
    },
  };
}
