import { describe, expect, test } from '@jest/globals';
import { BITBUCKET_EVENTS, bitbucketDoor } from '../../../src/api/webhooks/bitbucket.js';
import type { Parsed } from '../../../src/api/webhooks/door.js';
import type { PullRequestEvent } from '../../../src/domain/event.js';
import {
  ben,
  dataCenterBody,
  prComment,
  pullRequest,
  pullRequestBody,
  pushBody,
  repository,
  statusBody,
} from '../support/bodies.js';

const nobody = { isOurs: () => false };
const parse = (key: string | undefined, body: Record<string, unknown>): Parsed =>
  bitbucketDoor.parse(key === undefined ? {} : { 'x-event-key': key }, body, nobody);

function eventOf(key: string, body: Record<string, unknown>) {
  const parsed = parse(key, JSON.parse(JSON.stringify(body)));
  if (parsed.outcome !== 'event') {
    throw new Error(JSON.stringify(parsed));
  }
  return parsed.event;
}

const approval = { date: '2026-11-23T09:30:00.426316+00:00', user: ben };
const bodies = {
  created: pullRequestBody(),
  merged: pullRequestBody({ pullrequest: pullRequest({ state: 'MERGED' }) }),
  declined: pullRequestBody({ pullrequest: pullRequest({ state: 'DECLINED' }) }),
  approved: pullRequestBody({ approval }),
  changesRequested: pullRequestBody({ changes_request: approval }),
  commented: pullRequestBody({ comment: prComment }),
  push: pushBody,
  status: statusBody,
};

describe('a pull request event of Bitbucket Cloud', () => {
  test('carries workspace, subject, repository, pull request and actor', () => {
    expect(eventOf('pullrequest:comment_created', bodies.commented)).toEqual({
      type: 'pr_comment_created',
      source: 'bitbucket',
      tenant: 'acme',
      subject: 'bitbucket:acme/pay-api#7',
      project: 'acme/pay-api',
      changeKey: 'bitbucket:acme/pay-api#7:comment:311512047:created',
      occurredAt: '2026-11-23T09:10:11.939Z',
      actor: { id: ben.uuid, name: 'Ben Ogun', isBot: false },
      repository: 'acme/pay-api',
      pullRequest: { id: 7, title: 'Retry the payment call' },
      comment: { id: '311512047', text: '@PM Agent can you check this?' },
    });
  });

  test.each([
    ['pullrequest:created', bodies.created, 'pr_created', 'created'],
    ['pullrequest:updated', bodies.created, 'pr_updated', 'activity:2026-11-23T09:10:11.939978+00:00'],
    ['pullrequest:fulfilled', bodies.merged, 'pr_merged', 'merged'],
    ['pullrequest:rejected', bodies.declined, 'pr_declined', 'declined'],
    ['pullrequest:approved', bodies.approved, 'pr_approved', `approval:${ben.uuid}:2026-11-23T09:30:00.426Z`],
    [
      'pullrequest:changes_request_created',
      bodies.changesRequested,
      'pr_changes_requested',
      `changes_request:${ben.uuid}:2026-11-23T09:30:00.426Z`,
    ],
  ])('%s', (key, body, type, change) => {
    expect(eventOf(key, body)).toMatchObject({
      type,
      changeKey: `bitbucket:acme/pay-api#7:${change}`,
      comment: null,
    });
  });

  test('may come from an app', () => {
    expect(eventOf('repo:commit_status_updated', statusBody).actor?.isBot).toBe(true);
  });

  test('without a workspace takes it from the full name', () => {
    const { workspace: _left, ...old } = repository;

    expect(eventOf('pullrequest:created', { ...bodies.created, repository: old }).tenant).toBe('acme');
  });
});

test('a push lists what moved', () => {
  expect(eventOf('repo:push', pushBody)).toMatchObject({
    type: 'push',
    subject: 'bitbucket:acme/pay-api',
    changeKey: null,
    changes: [
      { kind: 'updated', name: 'main', newHash: 'bbbb2222', messages: ['PAY-142 retry the call\n'] },
      { kind: 'deleted', name: 'gone', newHash: null, messages: [] },
      { kind: 'created', name: 'v2', newHash: 'dddd4444', messages: [] },
    ],
  });
});

test('a commit status names its commit, from its address where the body holds nothing else', () => {
  const { commit: _left, ...bare } = statusBody.commit_status;
  const href =
    'https://api.bitbucket.org/2.0/repositories/acme/pay-api/commit/9fec847784abb10b2fa567ee63b85bd238955d0e';
  const old = { ...statusBody, commit_status: { ...bare, links: { commit: { href } } } };

  expect(eventOf('repo:commit_status_created', statusBody)).toMatchObject({
    type: 'commit_status',
    commit: statusBody.commit_status.commit.hash,
    branch: 'retry',
    state: 'FAILED',
    name: 'Unit tests',
  });
  expect(eventOf('repo:commit_status_created', old)).toMatchObject({
    commit: '9fec847784abb10b2fa567ee63b85bd238955d0e',
  });
});

describe('an event key that does not fit the body', () => {
  const keys: Record<string, (keyof typeof bodies)[]> = {
    'pullrequest:created': ['created'],
    'pullrequest:updated': ['created', 'merged', 'declined'],
    'pullrequest:fulfilled': ['merged'],
    'pullrequest:rejected': ['declined'],
    'pullrequest:approved': ['approved'],
    'pullrequest:changes_request_created': ['changesRequested'],
    'pullrequest:comment_created': ['commented'],
    'repo:push': ['push'],
    'repo:commit_status_created': ['status'],
  };
  const pairs = Object.entries(keys).flatMap(([key, fitting]) =>
    (Object.keys(bodies) as (keyof typeof bodies)[]).map(
      (name) => [key, name, fitting.includes(name)] as const,
    ),
  );

  test.each(pairs)('%s with a body of %s: fits %s', (key, name, fits) => {
    const parsed = parse(key, bodies[name]);

    expect(parsed.outcome).toBe(fits ? 'event' : 'quarantined');
  });
});

describe('what is no event', () => {
  test.each(['repo:fork', 'pullrequest:unapproved', 'issue:created', '__proto__', 'pr:deleted'])(
    '%s is ignored',
    (key) => {
      expect(parse(key, bodies.created)).toMatchObject({
        outcome: 'ignored',
        reason: `no cycle answers ${key}`,
      });
    },
  );

  test('a delivery without a key is ignored', () => {
    expect(parse(undefined, bodies.created)).toMatchObject({
      outcome: 'ignored',
      reason: 'the delivery has no X-Event-Key',
    });
  });
});

describe('an event of Bitbucket Data Center', () => {
  const said = { comment: { id: 62, text: 'please look' } };

  const rows: readonly (readonly [key: string, parts: Record<string, unknown>, type: string])[] = [
    ['pr:opened', {}, 'pr_created'],
    ['pr:from_ref_updated', {}, 'pr_updated'],
    ['pr:modified', {}, 'pr_updated'],
    ['pr:reviewer:approved', {}, 'pr_approved'],
    ['pr:reviewer:changes_requested', {}, 'pr_changes_requested'],
    ['pr:reviewer:needs_work', {}, 'pr_changes_requested'],
    ['pr:comment:added', said, 'pr_comment_created'],
    ['pr:merged', {}, 'pr_merged'],
    ['pr:declined', {}, 'pr_declined'],
  ];

  test('of every name that is read stands here', () => {
    expect(rows.map(([key]) => key)).toEqual(BITBUCKET_EVENTS.filter((name) => name.startsWith('pr:')));
  });

  test.each(rows)('%s is %s', (key, parts, type) => {
    expect(eventOf(key, dataCenterBody(key, parts))).toMatchObject({
      type,
      tenant: 'ACME',
      subject: 'bitbucket:ACME/pay-api#9',
      repository: 'ACME/pay-api',
      actor: { id: 'ben', name: 'Ben Ogun' },
      pullRequest: { id: 9 },
    });
  });

  test('carries the comment, and its id as the change', () => {
    const event = eventOf('pr:comment:added', dataCenterBody('pr:comment:added', said)) as PullRequestEvent;

    expect(event.comment).toEqual({ id: '62', text: 'please look' });
    expect(event.changeKey).toBe('bitbucket:ACME/pay-api#9:comment:62:created');
  });

  test('repo:refs_changed is a push', () => {
    const body = {
      eventKey: 'repo:refs_changed',
      date: '2026-11-23T10:01:11+0100',
      actor: { name: 'ben' },
      repository: { slug: 'pay-api', project: { key: 'ACME' } },
      changes: [
        {
          ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' },
          toHash: 'abc1234',
          type: 'UPDATE',
        },
        {
          ref: { id: 'refs/heads/old', displayId: 'old', type: 'BRANCH' },
          toHash: '0000000',
          type: 'DELETE',
        },
      ],
    };

    expect(eventOf('repo:refs_changed', body)).toMatchObject({
      type: 'push',
      changes: [
        { kind: 'updated', name: 'main', newHash: 'abc1234' },
        { kind: 'deleted', name: 'old', newHash: null },
      ],
    });
  });

  test.each([
    ['another key than the body', 'pr:merged', dataCenterBody('pr:opened')],
    ['a comment event without a comment', 'pr:comment:added', dataCenterBody('pr:comment:added')],
    ['a body of Cloud', 'pr:opened', bodies.created],
  ])('with %s is quarantined', (_name, key, body) => {
    expect(parse(key, body).outcome).toBe('quarantined');
  });
});
