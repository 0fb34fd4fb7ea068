import { afterEach, describe, expect, test } from '@jest/globals';
import { pullRequestChanges } from '../../../src/activities/sweep/pull-requests.js';
import type { PullRequestActivity, UpdatedPullRequest } from '../../../src/integrations/bitbucket/changes.js';
import { createWorld, type World } from '../support/world.js';

const SINCE = '2026-11-23T10:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(SINCE) + seconds * 1_000).toISOString();
const bo = { ids: ['{bo}', '557058:bo', 'bo'], name: 'Bo', isApp: false };

function pull(overrides: Partial<UpdatedPullRequest> = {}): UpdatedPullRequest {
  return {
    repository: 'acme/pay-api',
    id: 7,
    title: 'Refunds',
    createdOn: at(-600),
    author: bo,
    ...overrides,
  };
}

function update(seconds: number, state = 'OPEN'): PullRequestActivity {
  return { kind: 'update', at: at(seconds), exactly: `exactly ${seconds}`, state, by: bo };
}

const changesOf = (activity: readonly PullRequestActivity[], one = pull()) =>
  pullRequestChanges(one, activity, SINCE).map(({ event }) => [event.type, event.changeKey]);

const PR = 'bitbucket:acme/pay-api#7';

describe('a pull request tells', () => {
  test('every kind of change in its activity, each with the key of its webhook', () => {
    const review = { by: bo, at: at(30) };

    expect(
      changesOf([
        { kind: 'comment', id: '5', body: 'Why?', at: at(10), by: bo },
        { kind: 'approval', ...review },
        { kind: 'changes_request', ...review },
        update(20),
        update(40, 'MERGED'),
        update(50, 'DECLINED'),
        update(60, 'SUPERSEDED'),
      ]),
    ).toEqual([
      ['pr_comment_created', `${PR}:comment:5:created`],
      ['pr_approved', `${PR}:approval:{bo}:${at(30)}`],
      ['pr_changes_requested', `${PR}:changes_request:{bo}:${at(30)}`],
      ['pr_updated', `${PR}:activity:exactly 20`],
      ['pr_merged', `${PR}:merged`],
      ['pr_declined', `${PR}:declined`],
    ]);
  });

  test('a comment whole, with every name of who wrote it', () => {
    const [found] = pullRequestChanges(
      pull(),
      [{ kind: 'comment', id: '5', body: 'Why?', at: at(10), by: bo }],
      SINCE,
    );

    expect(found).toEqual({
      actorIds: bo.ids,
      event: {
        type: 'pr_comment_created',
        source: 'bitbucket',
        tenant: 'acme',
        subject: PR,
        project: 'acme/pay-api',
        changeKey: `${PR}:comment:5:created`,
        occurredAt: at(10),
        actor: { id: '{bo}', name: 'Bo', isBot: false },
        repository: 'acme/pay-api',
        pullRequest: { id: 7, title: 'Refunds' },
        comment: { id: '5', text: 'Why?' },
      },
    });
  });

  test('its creation once: the first entry of its activity is the same', () => {
    expect(changesOf([update(1), update(3)], pull({ createdOn: at(0) }))).toEqual([
      ['pr_created', `${PR}:created`],
      ['pr_updated', `${PR}:activity:exactly 3`],
    ]);
  });

  test('nothing of what was before', () => {
    expect(changesOf([update(-1)])).toEqual([]);
  });

  test('what somebody did who has left, as nobody', () => {
    const [found] = pullRequestChanges(pull(), [{ kind: 'approval', at: at(1), by: null }], SINCE);

    expect(found).toMatchObject({ actorIds: [], event: { actor: null } });
  });
});

describe('a repository', () => {
  let world: World;
  afterEach(() => world.dispose());

  test('is read a page of pull requests at a time, each with its activity', async () => {
    const asked: unknown[] = [];
    world = createWorld({
      changes: {
        bitbucket: {
          updatedPullRequests: (query) => {
            asked.push(query);
            return { pullRequests: [pull({ id: query.page })], nextPage: query.page === 1 ? 2 : null };
          },
          activity: (repository, id, since) => {
            asked.push([repository, id, since]);
            return [{ kind: 'comment', id: '5', body: '', at: at(-20), by: bo }];
          },
        },
      },
    });
    const scope = {
      kind: 'pull_requests',
      place: 'acme/pay-api',
      since: SINCE,
      reportSince: at(-30),
    } as const;

    const first = await world.call('sweepPage', { scope, startedAt: at(60), cursor: null });
    const second = await world.call('sweepPage', { scope, startedAt: at(60), cursor: first.cursor });

    expect([first, second]).toEqual([
      { cursor: '2', looked: 1, found: 1 },
      { cursor: null, looked: 1, found: 1 },
    ]);
    const query = { repository: 'acme/pay-api', since: SINCE };
    expect(asked).toEqual([
      { ...query, page: 1 },
      ['acme/pay-api', 1, at(-30)],
      { ...query, page: 2 },
      ['acme/pay-api', 2, at(-30)],
    ]);
  });
});
