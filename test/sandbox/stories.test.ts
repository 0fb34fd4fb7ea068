import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STORIES } from '../../src/sandbox/stories/index.js';
import { playStory } from '../../src/sandbox/stories/router.js';
import { type SandboxParts, startSandboxParts } from './sandbox-parts.js';

let sandbox: SandboxParts;

beforeEach(async () => {
  sandbox = await startSandboxParts();
});

afterEach(() => sandbox.close());

/** The webhooks that a story sends, each as `vendor event`. */
function eventsOf(name: string): readonly string[] {
  expect(playStory(sandbox.deps, name)).toMatchObject({ ok: true });
  return sandbox.sent().map(({ vendor, event }) => `${vendor} ${event}`);
}

describe('a story', () => {
  test.each([
    ['question', ['jira comment_created']],
    ['close-request', ['jira comment_created']],
    ['move-request', ['jira comment_created']],
    ['demo', ['jira comment_created', 'jira comment_created']],
    ['new-bug', ['jira jira:issue_created']],
    ['red-build', ['bitbucket repo:push', 'bitbucket repo:commit_status_created']],
    ['pull-request', ['bitbucket repo:push', 'bitbucket pullrequest:created']],
    ['slack-mention', ['slack app_mention', 'slack message']],
    ['sprint-start', ['jira sprint_started']],
    ['overdue', []],
  ])('%s sends the webhooks that such a thing sends', (name, events) => {
    expect(eventsOf(name)).toEqual(events);
  });

  test.each(Object.keys(STORIES))('%s can be played twice', (name) => {
    expect(playStory(sandbox.deps, name).ok).toBe(true);
    expect(playStory(sandbox.deps, name).ok).toBe(true);
  });

  test('demo asks on one issue and requests a move of another, as people', () => {
    playStory(sandbox.deps, 'demo');

    const [question, request] = sandbox.sent().map(({ body }) => body as any);
    expect(question.comment.body).toBe('@PM Agent what is the status of this and who is working on it?');
    expect(request.comment.body).toBe('@PM Agent please move this to In Progress');
    expect(question.issue.key).not.toBe(request.issue.key);
    expect(question.comment.author.accountId).not.toBe(sandbox.deps.accounts.jira.accountId);
  });

  test.each([
    ['close-request', 'done'],
    ['demo', 'indeterminate'],
  ])('%s requests a move that the workflow offers', (name, category) => {
    playStory(sandbox.deps, name);

    const { jira } = sandbox.deps;
    const request = sandbox.sent().at(-1)?.body as any;
    const statusId = jira.findIssue(request.issue.key)?.statusId ?? '';
    const reachable = jira.transitionsFrom(statusId, 'PAY').map(({ to }) => jira.findStatus(to)?.category);
    expect(reachable).toContain(category);
  });

  test('without the demo team changes nothing and says what is missing', () => {
    sandbox.deps.store.clear();

    for (const name of Object.keys(STORIES)) {
      expect(playStory(sandbox.deps, name)).toMatchObject({
        ok: false,
        reason: 'impossible',
        message: expect.stringContaining('POST /_reset'),
      });
    }
    expect(sandbox.dump()).toEqual([]);
  });
});

describe('POST /_story/:name', () => {
  test('plays it and says what it tells', async () => {
    const response = await sandbox.post('/_story/question', undefined);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ story: 'question', tells: STORIES.question.tells });
  });

  test.each(['nothing', 'toString'])(
    'of an unknown name (%s) is 404 and names the known ones',
    async (name) => {
      const response = await sandbox.post(`/_story/${name}`, undefined);

      expect(response.status).toBe(404);
      const body = (await response.json()) as any;
      expect(body.error.code).toBe('unknown_story');
      expect(Object.keys(STORIES).every((known) => body.error.message.includes(known))).toBe(true);
    },
  );

  test('of one that cannot be played is 409', async () => {
    sandbox.deps.store.clear();

    expect((await sandbox.post('/_story/question', undefined)).status).toBe(409);
  });
});
