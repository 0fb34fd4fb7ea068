import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bitbucket } from '../../../src/integrations/bitbucket/bitbucket.js';
import { bitbucketMessage, createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import { actionReference } from '../../../src/integrations/bitbucket/reference.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let bitbucket: Bitbucket;

beforeEach(async () => {
  server = await startScriptedServer();
  bitbucket = createBitbucket({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
});

afterEach(() => server.close());

const REPOSITORY = 'acme/pay-api';
const ada = { uuid: '{a}', display_name: 'Ada' };

function comment(id: number, raw: string, more: object = {}): unknown {
  return {
    id,
    user: ada,
    content: { raw },
    created_on: `2026-01-${String(id).padStart(2, '0')}T00:00:00.000000+00:00`,
    ...more,
  };
}

describe('a pull request', () => {
  test('comes in the shape of the port, reviewers with what they said', async () => {
    server.answer({
      body: {
        id: 7,
        title: 'Fix checkout',
        description: 'Closes PAY-142',
        state: 'OPEN',
        draft: true,
        author: { display_name: 'Former user', type: 'user' },
        source: { branch: { name: 'fix' }, commit: { hash: 'abc123abc123' } },
        destination: { branch: { name: 'main' } },
        reviewers: [ada, { uuid: '{b}', display_name: 'Bo' }],
        participants: [{ user: ada, role: 'REVIEWER', state: 'approved', approved: true }],
        created_on: '2026-01-17T01:02:49.003611+00:00',
        updated_on: '2026-01-17T01:02:49.933253+00:00',
        comment_count: 3,
      },
    });

    expect(await bitbucket.getPullRequest(REPOSITORY, 7)).toEqual({
      repository: REPOSITORY,
      id: 7,
      title: 'Fix checkout',
      description: 'Closes PAY-142',
      state: 'OPEN',
      draft: true,
      author: null,
      sourceBranch: 'fix',
      destinationBranch: 'main',
      sourceCommit: 'abc123abc123',
      reviewers: [
        { name: 'Ada', state: 'approved' },
        { name: 'Bo', state: null },
      ],
      createdOn: '2026-01-17T01:02:49.003Z',
      updatedOn: '2026-01-17T01:02:49.933Z',
      commentCount: 3,
    });
    expect(server.received[0]).toMatchObject({
      path: '/2.0/repositories/acme/pay-api/pullrequests/7',
      headers: { authorization: 'Bearer t' },
    });
  });

  test('its diffstat is read through the redirect that Bitbucket answers with', async () => {
    server.answer(
      { status: 302, headers: { location: `${server.url}/2.0/repositories/acme/pay-api/diffstat/a..b` } },
      {
        body: {
          values: [
            { status: 'modified', lines_added: 2, lines_removed: 1, old: { path: 'a' }, new: { path: 'a' } },
            { status: 'removed', lines_added: 0, lines_removed: 9, old: { path: 'b' }, new: null },
          ],
        },
      },
    );

    expect(await bitbucket.getDiffstat(REPOSITORY, 7)).toEqual([
      { path: 'a', status: 'modified', linesAdded: 2, linesRemoved: 1 },
      { path: 'b', status: 'removed', linesAdded: 0, linesRemoved: 9 },
    ]);
  });

  test.each(['acme', 'acme/pay/x', 'acme/..', '../x', 'a b/c', '/x'])(
    '%j is refused as a repository',
    async (name) => {
      expect(await failureOf(bitbucket.getPullRequest(name, 7))).toMatchObject({ code: 'invalid' });
      expect(server.received).toEqual([]);
    },
  );

  test('a workspace named by its uuid is encoded', async () => {
    server.answer({ body: { full_name: 'acme/pay-api', mainbranch: { name: 'main' } } });

    expect(await bitbucket.getRepository('{u-1}/pay-api')).toEqual({
      fullName: 'acme/pay-api',
      mainBranch: 'main',
    });
    expect(server.received[0]?.path).toBe('/2.0/repositories/%7Bu-1%7D/pay-api');
  });
});

describe('comments', () => {
  test('are read to the last page by number, newest last, deleted ones left out', async () => {
    server.answer(
      {
        body: {
          values: [comment(3, 'c'), comment(2, 'b', { deleted: true })],
          next: 'https://evil.example/next',
        },
      },
      { body: { values: [comment(1, 'a', { inline: { path: 'x.ts', from: null, to: 4 } })] } },
    );

    const comments = await bitbucket.getComments(REPOSITORY, 7);

    expect(comments.map(({ id }) => id)).toEqual(['1', '3']);
    expect(comments[0]?.inline).toEqual({ path: 'x.ts', line: 4 });
    expect(server.received.map(({ query }) => query)).toEqual([
      { sort: '-created_on', pagelen: '100' },
      { sort: '-created_on', pagelen: '100', page: '2' },
    ]);
  });

  test('one is posted with its visible reference, exactly as `requests` shows it, and found again by it', async () => {
    const write = {
      repository: REPOSITORY,
      pullRequestId: 7,
      body: 'Looks **good** @ada',
      actionId: 'cycle-1.a1',
    };
    const shown = bitbucket.requests.addComment(write);
    const { raw } = (shown.body as { content: { raw: string } }).content;
    server.answer(
      { status: 201, body: { id: 55 } },
      { body: { values: [comment(1, 'x'), comment(55, raw)] } },
    );

    expect(await bitbucket.addComment(write)).toBe('55');
    expect(await bitbucket.findCommentByAction(REPOSITORY, 7, 'cycle-1.a1')).toBe('55');

    expect(server.received[0]).toMatchObject({
      method: shown.method,
      path: `/2.0${shown.path}`,
      json: shown.body,
    });
    expect(raw).toBe(`Looks **good** @\u200Bada\n\n_ref ${actionReference('cycle-1.a1')}_`);
    expect(actionReference('cycle-1.a1')).toMatch(/^pm-agent:[0-9a-f]{12}$/);
  });

  test('whoever copies or quotes it is not taken for it', async () => {
    const ours = `It is open.\n\n_ref ${actionReference('mine')}_`;
    const quoted = `> It is open.\n>\n> _ref ${actionReference('mine')}_`;
    server.answer({
      body: {
        values: [
          comment(9, `${quoted}\n\nIs it?`),
          comment(8, quoted),
          comment(7, `see _ref ${actionReference('mine')}_ above`),
          comment(6, ours),
          comment(5, `${ours}\n`),
          comment(4, 'What is its state?'),
        ],
      },
    });

    expect(await bitbucket.findCommentByAction(REPOSITORY, 7, 'mine')).toBe('5');
  });

  test('a copy made in the same moment is not taken for it either', async () => {
    const copied = { created_on: '2026-01-05T00:00:00.000900+00:00' };
    const ours = `_ref ${actionReference('mine')}_`;
    server.answer({
      body: {
        values: [
          comment(6, ours, copied),
          comment(5, ours, { created_on: '2026-01-05T00:00:00.000100+00:00' }),
        ],
      },
    });

    expect(await bitbucket.findCommentByAction(REPOSITORY, 7, 'mine')).toBe('5');
  });

  describe('with a change that is answered', () => {
    const [first, second] = ['0123456789abcdef01234567', 'fedcba9876543210fedcba98'] as const;
    const answering = (actionId: string, answers: readonly string[]) =>
      `It is open.\n\n_ref ${actionReference(actionId, answers)}_`;

    test('the reference names it behind the action', () => {
      const write = { repository: REPOSITORY, pullRequestId: 7, body: 'x', actionId: 'mine' };
      const { body } = bitbucket.requests.addComment({ ...write, answers: [first, second] });

      expect(body).toEqual({
        content: { raw: `x\n\n_ref ${actionReference('mine')}-0123456789ab-fedcba987654_` },
      });
    });

    test.each([
      ['another action that answers it is found', [answering('other', [second, first])], '1'],
      ['the own one comes first', [answering('other', [first]), answering('mine', [])], '2'],
      [
        'of several, the oldest is ours',
        ['x', answering('other', [first]), answering('other', [first])],
        '2',
      ],
      ['a reference from before changes were named is nobody else’s', [answering('other', [])], null],
      ['another change is none', [answering('other', [second])], null],
      ['a quote is none', [`> ${answering('other', [first]).replaceAll('\n', '\n> ')}`], null],
    ])('%s', async (_what, bodies, found) => {
      const values = bodies.map((raw, at) => comment(at + 1, raw)).toReversed();
      server.answer({ body: { values } });

      expect(await bitbucket.findCommentByAction(REPOSITORY, 7, 'mine', [first])).toBe(found);
    });
  });

  test('another action is not found among them', async () => {
    server.answer({ body: { values: [comment(1, `_ref ${actionReference('other')}_`)] } });

    expect(await bitbucket.findCommentByAction(REPOSITORY, 7, 'mine')).toBeNull();
  });

  test('a comment whose answer is lost says that the outcome is unknown', async () => {
    server.answer({ cut: 'before' });

    expect(
      await failureOf(
        bitbucket.addComment({ repository: REPOSITORY, pullRequestId: 7, body: 'x', actionId: 'a' }),
      ),
    ).toMatchObject({ retryable: true, outcomeUnknown: true });
  });
});

describe('the other reads', () => {
  test('commit statuses and the user come in the shapes of the port', async () => {
    server.answer(
      {
        body: {
          values: [
            {
              key: 'ci',
              name: null,
              state: 'FAILED',
              url: 'https://ci.example/1',
              updated_on: '2026-01-01T00:00:00+00:00',
            },
          ],
        },
      },
      { body: ada },
    );

    expect(await bitbucket.getCommitStatuses(REPOSITORY, 'abc')).toEqual([
      { name: 'ci', state: 'FAILED', url: 'https://ci.example/1', updatedOn: '2026-01-01T00:00:00.000Z' },
    ]);
    expect(await bitbucket.currentUser()).toEqual({ id: '{a}', name: 'Ada' });
  });

  test('with a user name the token is sent as Basic', async () => {
    server.answer({ body: ada });

    await createBitbucket({ baseUrl: server.url, username: 'u', token: 'p' }).currentUser();

    expect(server.received[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('u:p').toString('base64')}`,
    );
  });
});

describe('bitbucketMessage', () => {
  test.each([
    [{ type: 'error', error: { message: 'a', detail: 'b' } }, 'a (b)'],
    [{ type: 'error', error: { message: 'a', detail: { x: 1 } } }, 'a'],
    ['Rate limit for this resource has been exceeded', 'Rate limit for this resource has been exceeded'],
    ['<html>', null],
    [null, null],
  ])('%j says %j', (body, said) => {
    expect(bitbucketMessage(body)).toBe(said);
  });
});
