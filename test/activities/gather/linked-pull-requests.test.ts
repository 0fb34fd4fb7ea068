/** Which pull requests belong to an issue, and which issue a pull request belongs to. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../../src/activities/dependencies.js';
import type { Context } from '../../../src/domain/context.js';
import type { PmEvent } from '../../../src/domain/event.js';
import type { BitbucketCommit, FoundPullRequest } from '../../../src/integrations/bitbucket/bitbucket.js';
import { commentEvent, cycleInput } from '../../support/builders.js';
import { bo, jiraIssue, pullRequest, transitions, vendorError } from '../support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';

let world: World;
afterEach(() => world.dispose());

const jira: NonNullable<WorldOptions['jira']> = {
  getIssue: (key) => jiraIssue({ key }),
  getTransitions: () => transitions,
  assignableUsers: () => [bo],
};

function team(...repositories: readonly string[]): TeamSettings {
  return {
    id: 'payments',
    jiraProjects: ['PAY'],
    jiraBoard: null,
    repositories,
    slackChannel: null,
    lead: null,
    rules: '',
  };
}

async function gather(options: WorldOptions, event: PmEvent = commentEvent()): Promise<Context> {
  world = createWorld({ jira, ...options });
  const { contextHash } = await world.call('gatherContext', cycleInput({ event }));
  return JSON.parse(String(world.reader.getBlob(contextHash))) as Context;
}

function found(overrides: Partial<FoundPullRequest>): FoundPullRequest {
  return {
    ...pullRequest({ title: 'Tidy up', sourceBranch: 'tidy', sourceCommit: null }),
    destinationCommit: null,
    ...overrides,
  };
}

test('a list that is full may go on, and it is said what was not looked through', async () => {
  const context = await gather({
    jira: { ...jira, assignableUsers: () => Array.from({ length: 20 }, () => bo) },
    bitbucket: {
      findPullRequests: () => Array.from({ length: 50 }, (_, id) => found({ id })),
      newestCommits: () =>
        Array.from({ length: 100 }, (_, at) => ({ hash: `c${at}`, message: 'x', parents: [] })),
    },
    deps: { teams: [team('acme/pay-api')] },
  });

  expect(context.omitted).toEqual(
    expect.arrayContaining([
      'pull requests of acme/pay-api that were changed before the latest 50 were',
      'pull requests of acme/pay-api that name PAY-1 in commits before its newest 100 alone',
      'assignable people of PAY-1 beyond the first 20',
    ]),
  );
});

/** Of one repository: a team with one is asked for commits as well. */
async function joinedIn(
  pulls: readonly FoundPullRequest[],
  commits: readonly BitbucketCommit[] = [],
): Promise<readonly (readonly [unknown, unknown])[]> {
  const context = await gather({
    bitbucket: { findPullRequests: () => pulls, newestCommits: () => commits },
    deps: { teams: [team('acme/pay-api')] },
  });
  const items = context.items.filter(({ kind }) => kind === 'pull_request');
  return items.map(({ data }) => [data['id'], data['joinedBy']] as const);
}

describe('a pull request belongs to the issue', () => {
  test('whose key its branch, its title or one of its commits names', async () => {
    const joined = await joinedIn(
      [
        found({ id: 1, sourceBranch: 'feature/PAY-1-wallet', updatedOn: '2026-11-20T10:00:00.000Z' }),
        found({ id: 2, title: 'PAY-1 Fix the wallet', updatedOn: '2026-11-21T10:00:00.000Z' }),
        found({ id: 3, sourceCommit: 'ccc', updatedOn: '2026-11-22T10:00:00.000Z' }),
        found({ id: 4 }),
      ],
      [
        { hash: 'ccc333', message: 'Tests', parents: ['bbb222'] },
        { hash: 'bbb222', message: 'PAY-1: the wallet keeps its currency', parents: [] },
      ],
    );

    expect(joined).toEqual([
      [3, ['commit']],
      [2, ['title']],
      [1, ['branch']],
    ]);
  });

  test('and to no other whose key only begins alike', async () => {
    expect(
      await joinedIn(
        [
          found({ id: 1, sourceBranch: 'feature/PAY-14', title: 'XPAY-1, PAY-1x' }),
          found({ id: 2, sourceCommit: 'aaa' }),
        ],
        [{ hash: 'aaa', message: 'PAY-11 and REPAY-1', parents: [] }],
      ),
    ).toEqual([]);
  });

  test('not for a commit that its destination has already', async () => {
    const commits = [
      { hash: 'bbb', message: 'Tidy', parents: ['aaa'] },
      { hash: 'aaa', message: 'PAY-1 was merged last week', parents: [] },
    ];

    expect(
      await joinedIn([found({ id: 1, sourceCommit: 'bbb', destinationCommit: 'aaa' })], commits),
    ).toEqual([]);
    await world.dispose();
    expect(await joinedIn([found({ id: 1, sourceCommit: 'bbb' })], commits)).toEqual([[1, ['commit']]]);
  });

  test('whatever a history says of itself that is in a circle', async () => {
    const commits = [
      { hash: 'aaa', message: 'x', parents: ['bbb'] },
      { hash: 'bbb', message: 'y', parents: ['aaa'] },
    ];

    expect(await joinedIn([found({ id: 1, sourceCommit: 'aaa' })], commits)).toEqual([]);
  });
});

describe('the context', () => {
  test('says of a pull request what it is, not what is in it', async () => {
    const context = await gather({
      bitbucket: {
        findPullRequests: () => [found({ id: 7, title: 'PAY-1', description: 'a secret', draft: true })],
        newestCommits: () => [],
      },
      deps: { teams: [team('acme/pay-api')] },
    });

    const [item] = context.items.filter(({ kind }) => kind === 'pull_request');
    expect(item).toMatchObject({
      id: 'pr-acme/pay-api-7',
      source: 'bitbucket:rest',
      data: { repository: 'acme/pay-api', id: 7, title: 'PAY-1', draft: true, joinedBy: ['title'] },
    });
    expect(JSON.stringify(item)).not.toContain('a secret');
    expect(context.facts.pullRequest).toBeNull();
  });

  test('keeps the ten newest and says how many there are', async () => {
    const pulls = Array.from({ length: 12 }, (_, n) => found({ id: n + 1, title: 'PAY-1' }));

    const context = await gather({
      bitbucket: { findPullRequests: () => pulls, newestCommits: () => [] },
      deps: { teams: [team('acme/pay-api')] },
    });

    expect(context.items.filter(({ kind }) => kind === 'pull_request')).toHaveLength(10);
    expect(context.omitted).toContain('2 older pull requests (newest 10 kept)');
  });

  test('of a team with more repositories names those that were not asked', async () => {
    const asked: string[] = [];
    const context = await gather({
      bitbucket: {
        findPullRequests: (repository) => {
          asked.push(repository);
          return [];
        },
      },
      deps: { teams: [team('acme/a', 'acme/b', 'acme/c', 'acme/d')] },
    });

    expect(asked).toEqual(['acme/a', 'acme/b']);
    expect(context.omitted).toEqual([
      'pull requests of acme/c, acme/d: 2 repositories are asked for an issue',
      'pull requests that name PAY-1 in their commits alone',
    ]);
  });

  test.each([
    ['away', vendorError('unavailable', { service: 'bitbucket', status: 503, retryable: true })],
    ['not ours to read', vendorError('auth', { service: 'bitbucket', status: 401 })],
  ])('stands without pull requests where Bitbucket is %s', async (_how, error) => {
    const context = await gather({
      bitbucket: { findPullRequests: () => Promise.reject(error), newestCommits: () => [] },
      deps: { teams: [team('acme/pay-api')] },
    });

    expect(context.facts.issue?.key).toBe('PAY-1');
    expect(context.omitted).toEqual([`pull requests of acme/pay-api: ${error.message}`]);
  });

  test('leaves Bitbucket alone once it asked for that: its events need what is left of the hour', async () => {
    const limited = vendorError('rate_limit', {
      service: 'bitbucket',
      status: 429,
      retryable: true,
      retryAfterMs: 90_000,
    });
    world = createWorld({
      jira,
      bitbucket: { findPullRequests: [limited], newestCommits: () => [] },
      deps: { teams: [team('acme/pay-api')] },
    });
    await world.call('gatherContext', cycleInput());

    const { contextHash } = await world.call('gatherContext', cycleInput());

    const context = JSON.parse(String(world.reader.getBlob(contextHash))) as Context;
    expect(context.omitted).toEqual(['pull requests: Bitbucket is left alone for another 90 s']);
    expect(world.bitbucket.calls()).toEqual(['findPullRequests', 'newestCommits']);
  });

  test('asks no repository of another team, and none at all for a project of nobody', async () => {
    const other = { ...team('acme/secret'), id: 'hr', jiraProjects: ['HR'] };

    await gather({
      deps: { teams: [team('acme/pay-api'), other] },
      jira: { ...jira },
      bitbucket: {
        findPullRequests: (repository) => {
          expect(repository).toBe('acme/pay-api');
          return [];
        },
        newestCommits: () => [],
      },
    });
    await world.dispose();
    await gather({ deps: { teams: [other] } });

    expect(world.bitbucket.calls()).toEqual([]);
  });

  test('without teams asks the repositories that events came from', async () => {
    world = createWorld({
      jira,
      bitbucket: { findPullRequests: () => [found({ id: 9, title: 'PAY-1' })], newestCommits: () => [] },
    });
    const { mirror } = world.deps;
    const pushed = {
      ...commentEvent(),
      source: 'bitbucket',
      project: 'acme/pay-api',
    } as unknown as PmEvent;
    await mirror.startCycle(cycleInput({ event: pushed, receivedAt: new Date().toISOString() }), 'run-1');

    const { contextHash } = await world.call('gatherContext', cycleInput());

    const context = JSON.parse(String(world.reader.getBlob(contextHash))) as Context;
    expect(context.items.map(({ id }) => id)).toContain('pr-acme/pay-api-9');
  });
});

describe('an event on a pull request', () => {
  const event: PmEvent = {
    type: 'pr_created',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api#7',
    project: 'acme/pay-api',
    changeKey: null,
    occurredAt: null,
    actor: { id: '{bo}', name: 'Bo Chen', isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 7, title: 'Tidy up' },
    comment: null,
  };
  const bitbucket: WorldOptions['bitbucket'] = {
    getPullRequest: () => pullRequest({ title: 'Tidy up', sourceBranch: 'tidy' }),
    getComments: () => [],
    getDiffstat: () => [],
    getCommitStatuses: () => [],
  };

  test('whose branch and title name no issue has the one that its commits name', async () => {
    const getCommitMessages = () => ['Tests', 'PAY-1: the wallet keeps its currency'];

    const context = await gather({ bitbucket: { ...bitbucket, getCommitMessages } }, event);

    expect(context.facts.issue?.key).toBe('PAY-1');
  });

  test('stands without an issue where its commits cannot be read', async () => {
    const getCommitMessages = () =>
      Promise.reject(vendorError('not_found', { service: 'bitbucket', status: 404 }));

    const context = await gather({ bitbucket: { ...bitbucket, getCommitMessages } }, event);

    expect(context.facts.issue).toBeNull();
    expect(context.omitted).toEqual(['commits of the pull request: Jira says not_found']);
  });

  test('does not ask for commits where its branch names the issue', async () => {
    const getPullRequest = () => pullRequest();

    await gather({ bitbucket: { ...bitbucket, getPullRequest } }, event);

    expect(world.bitbucket.calls()).not.toContain('getCommitMessages');
  });
});
