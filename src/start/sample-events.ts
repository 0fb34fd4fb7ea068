/** Two Jira comments to try pm-agent with, written anew at each start so that they are neither old nor duplicates. */
import { createHmac, randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SampleEvent {
  readonly file: string;
  readonly body: string;
}

/** Issue of the simulated team that the samples comment on. */
const ISSUE = { key: 'PAY-4' } as const;

/** Writes `DATA_DIR/try/jira-comment.json` and `jira-question.json`. */
export function writeSamples(
  dataDir: string,
  agentName: string,
  now: Date,
): {
  readonly comment: SampleEvent;
  readonly question: SampleEvent;
} {
  return {
    comment: writeSample(dataDir, 'jira-comment.json', `@${agentName} what is blocking this issue?`, now),
    question: writeSample(
      dataDir,
      'jira-question.json',
      `@${agentName} who works on this, and what is left to do?`,
      now,
    ),
  };
}

/** The value of Jira's `X-Hub-Signature` for this body. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function writeSample(dataDir: string, name: string, text: string, now: Date): SampleEvent {
  const folder = join(dataDir, 'try');
  const body = `${JSON.stringify(commentCreated(text, now), null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), body);
  return { file: join(folder, name), body };
}

/** A `comment_created` webhook as Jira Cloud sends it, with the fields that matter. */
function commentCreated(text: string, now: Date): Record<string, unknown> {
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
    issue: { key: ISSUE.key, fields: { project: { key: 'PAY', name: 'Payments' } } },
  };
}
