/** Every recorded webhook body teaches the sandbox without an error, twice the same, and silently. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { learn } from '../../src/sandbox/learn.js';
import { type SandboxParts, startSandboxParts } from '../sandbox/sandbox-parts.js';

const folder = process.env.RECORDED_PAYLOADS ?? '';
const SOURCES = ['jira', 'bitbucket', 'slack'] as const;

function recorded(source: (typeof SOURCES)[number], name: string) {
  const body: any = JSON.parse(readFileSync(join(folder, source, name), 'utf8'));
  return { source, name, body };
}

const bodies = SOURCES.flatMap((source) =>
  readdirSync(join(folder, source))
    .filter((name) => name.endsWith('.json'))
    .map((name) => recorded(source, name)),
);

let sandbox: SandboxParts;

beforeAll(async () => {
  sandbox = await startSandboxParts();
});

afterAll(() => sandbox.close());

test('there are recorded bodies of every source', () => {
  for (const source of SOURCES) {
    expect(bodies.filter((body) => body.source === source).length).toBeGreaterThan(20);
  }
});

describe('a recorded body', () => {
  test.each(bodies)('$source/$name is learned once, silently', ({ source, body }) => {
    const first = learn(sandbox.deps, source, body);
    const before = sandbox.dump();

    expect(learn(sandbox.deps, source, body)).toEqual(first);
    expect(sandbox.dump()).toEqual(before);
    expect(sandbox.sent()).toEqual([]);
  });

  test.each(
    bodies.filter(({ body }) => body.issue?.key !== undefined && body.webhookEvent !== 'jira:issue_deleted'),
  )('$name makes its own issue known', ({ body }) => {
    const issue = sandbox.deps.jira.findIssue(body.issue.key);

    expect(issue).not.toBeNull();
  });

  test.each(bodies.filter(({ body }) => body.pullrequest?.source !== undefined))(
    '$name makes its own pull request known',
    ({ body }) => {
      const { repository, pullrequest } = body;

      expect(sandbox.deps.bitbucket.findPullRequest(repository.full_name, pullrequest.id)).not.toBeNull();
    },
  );

  test.each(bodies.filter(({ body }) => /^[CD]\w+$/.test(body.event?.channel ?? '')))(
    '$name makes its own channel known',
    ({ body }) => {
      expect(sandbox.deps.slack.findChannel(body.event.channel)).not.toBeNull();
    },
  );
});

describe('a recorded comment', () => {
  const commented = bodies.filter(
    ({ body }) => body.comment?.body !== undefined && body.webhookEvent !== 'comment_deleted',
  );

  test.each(commented)('of $name stands on an issue', async ({ body }) => {
    const own = await startSandboxParts();
    try {
      learn(own.deps, 'jira', body);

      expect(own.deps.jira.findComment(body.comment.id)?.body.wiki).toBe(body.comment.body);
    } finally {
      await own.close();
    }
  });
});
