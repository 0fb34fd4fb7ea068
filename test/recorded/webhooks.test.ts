/** Every recorded webhook body, sent as its vendor would send it: all of them are answered 2xx. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bitbucketHeaders, jiraHeaders, post, slackHeaders } from '../api/support/sending.js';
import { startTestApi, type TestApi } from '../api/support/test-api.js';

const folder = process.env.RECORDED_PAYLOADS ?? '';
const SOURCES = ['jira', 'bitbucket', 'slack'] as const;

interface Recorded {
  readonly file: string;
  readonly source: (typeof SOURCES)[number];
  readonly eventType: string;
  /** False for unions of fields with blank values: no vendor ever sent them. */
  readonly isReal: boolean;
}

interface Sent {
  readonly path: string;
  readonly raw: string | Buffer;
  readonly headers: Record<string, string>;
}

/** Columns `file`, `event_type`, `kind` and more, by tabs; the first line names them. */
const recorded: readonly Recorded[] = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8')
  .split('\n')
  .slice(1)
  .flatMap((line) => {
    const [file = '', eventType = '', kind = ''] = line.split('\t');
    const source = SOURCES.find((name) => file.startsWith(`${name}/`));
    return source === undefined ? [] : [{ file, source, eventType, isReal: !kind.startsWith('shape-only') }];
  });

function asSent({ file, source, eventType }: Recorded): Sent {
  const raw = readFileSync(join(folder, file));
  switch (source) {
    case 'jira':
      return { path: '/webhooks/jira', raw, headers: jiraHeaders(raw) };
    case 'bitbucket':
      return { path: '/webhooks/bitbucket', raw, headers: bitbucketHeaders(raw, eventType) };
    case 'slack':
      return slackAsSent(raw);
  }
}

/** Interactions and commands travel as forms; the Events API sends an `event`, or a type of its own. */
function slackAsSent(raw: Buffer): Sent {
  const body = JSON.parse(raw.toString());
  if (typeof body.raw_body === 'string') {
    return {
      path: '/webhooks/slack/commands',
      raw: body.raw_body,
      headers: slackHeaders(body.raw_body, 'form'),
    };
  }
  if (typeof body.command === 'string') {
    const form = new URLSearchParams(body).toString();
    return { path: '/webhooks/slack/commands', raw: form, headers: slackHeaders(form, 'form') };
  }
  if (body.user !== undefined && body.event === undefined && body.ts === undefined) {
    const form = `payload=${encodeURIComponent(raw.toString())}`;
    return { path: '/webhooks/slack/interactions', raw: form, headers: slackHeaders(form, 'form') };
  }
  return { path: '/webhooks/slack', raw, headers: slackHeaders(raw) };
}

let api: TestApi;
const table: { source: string; status: string; reason: string }[] = [];

beforeAll(async () => {
  api = await startTestApi({ config: { eventMaxAgeMs: null } });
});
afterAll(async () => {
  await api.close();
  console.info(summary());
});

test('there are recorded bodies of every source', () => {
  for (const source of SOURCES) {
    expect(recorded.filter((one) => one.source === source).length).toBeGreaterThan(20);
  }
});

describe('a recorded body', () => {
  test.each(recorded)('$file ($eventType) is answered 2xx', async (one) => {
    const { path, raw, headers } = asSent(one);
    const answer = await post(api.url + path, raw, headers);
    const status = answer.body?.status ?? 'challenge';
    table.push({ source: one.source, status, reason: answer.body?.reason ?? '' });

    expect([200, 202]).toContain(answer.status);
    expect(answer.status === 202).toBe(status === 'accepted');
    // A real delivery is never held back or dead: it is understood, known already, or ignored with a reason.
    const expected = ['accepted', 'duplicate', 'ignored', 'challenge'];
    expect(one.isReal ? expected : [...expected, 'quarantined']).toContain(status);
    if (status === 'ignored') {
      expect(answer.body.reason).not.toBe('');
    }
  });
});

/** The kinds of event that the product promises to understand. */
const UNDERSTOOD =
  /^(jira:issue_(created|updated|deleted)|comment_(created|updated)|sprint_|issuelink_created|pullrequest:(created|updated|approved|fulfilled|rejected|comment_created)|repo:push|repo:commit_status|event:app_mention$|slash_command|block_actions|view_submission|shortcut|message_action)/;

test('every understood kind is accepted or a duplicate', async () => {
  const lost: string[] = [];
  for (const one of recorded.filter(({ eventType, isReal }) => isReal && UNDERSTOOD.test(eventType))) {
    const { path, raw, headers } = asSent(one);
    const { body } = await post(api.url + path, raw, headers);
    if (!['accepted', 'duplicate'].includes(body.status)) {
      lost.push(`${one.file}: ${body.status} ${body.reason}`);
    }
  }

  expect(lost).toEqual([]);
});

function summary(): string {
  const counts = new Map<string, number>();
  for (const { source, status } of table) {
    const key = `${source.padEnd(10)} ${status}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lines = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return `recorded webhook bodies\n${lines.map(([key, count]) => `  ${key.padEnd(24)} ${count}`).join('\n')}`;
}
