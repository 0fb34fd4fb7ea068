import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  changelogKey,
  changeNames,
  commentCreatedKey,
  commentUpdatedKey,
  issueCreatedKey,
  issueLinkKey,
  messageKey,
  pullRequestCommentKey,
  pullRequestOnceKey,
  pullRequestReviewKey,
  pullRequestUpdatedKey,
  sameChangeElsewhere,
  sprintClosedKey,
  sprintStartedKey,
} from '../../src/domain/change-key.js';
import type { PullRequestEvent } from '../../src/domain/event.js';
import { commentEvent } from '../support/builders.js';

const issue = { id: '10001', key: 'PAY-1' };
const pull = { repository: 'acme/pay-api', id: 7 };
const AT = '2026-11-23T10:00:00.000Z';

test('every change has a name of its own', () => {
  const keys = [
    issueCreatedKey(issue),
    changelogKey(issue, '5'),
    commentCreatedKey(issue, '5'),
    commentUpdatedKey(issue, '5', AT),
    issueLinkKey('10001', '5', 'created'),
    issueLinkKey('10001', '5', 'deleted'),
    sprintStartedKey(5),
    sprintClosedKey(5, AT),
    pullRequestOnceKey(pull, 'created'),
    pullRequestOnceKey(pull, 'merged'),
    pullRequestOnceKey(pull, 'declined'),
    pullRequestUpdatedKey(pull, AT),
    pullRequestReviewKey(pull, 'approval', '{bo}', AT),
    pullRequestReviewKey(pull, 'changes_request', '{bo}', AT),
    pullRequestCommentKey(pull, '5'),
    messageKey('C0PAY', '1.000001', '1.000002'),
  ];

  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.every((key) => /^(jira|bitbucket|slack):/.test(key))).toBe(true);
});

test("an issue's creation and comments are named by its id, and by its key where that is all there is", () => {
  expect([issueCreatedKey(issue), commentCreatedKey(issue, '5')]).toEqual([
    'jira:10001:created',
    'jira:10001:comment:5:created',
  ]);
  expect(issueCreatedKey({ id: null, key: 'PAY-1' })).toBe('jira:PAY-1:created');
});

describe('where the same change may stand under another key', () => {
  const event = (overrides: Partial<PullRequestEvent>): PullRequestEvent => ({
    type: 'pr_updated',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api#7',
    project: 'acme/pay-api',
    changeKey: 'k',
    occurredAt: AT,
    actor: { id: '{bo}', name: null, isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 7, title: '' },
    comment: null,
    ...overrides,
  });
  const around = { fromMs: Date.parse(AT) - 2_000, toMs: Date.parse(AT) + 2_000 };

  test('is two seconds around an update by anybody, and around a review by the same person', () => {
    expect(sameChangeElsewhere(event({}))).toEqual({ ...around, actor: null });
    for (const type of ['pr_approved', 'pr_changes_requested'] as const) {
      expect(sameChangeElsewhere(event({ type }))).toEqual({ ...around, actor: '{bo}' });
    }
  });

  test('is nowhere for what has an id, or no time', () => {
    expect(sameChangeElsewhere(event({ type: 'pr_comment_created' }))).toBeNull();
    expect(sameChangeElsewhere(event({ type: 'pr_merged' }))).toBeNull();
    expect(sameChangeElsewhere(event({ occurredAt: null }))).toBeNull();
    expect(sameChangeElsewhere(commentEvent())).toBeNull();
  });
});

describe('the name under which an answer is written', () => {
  const review = (at: number, actor = '{bo}'): PullRequestEvent => ({
    type: 'pr_approved',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api#7',
    project: 'acme/pay-api',
    changeKey: `as told at ${at}`,
    occurredAt: new Date(at).toISOString(),
    actor: { id: actor, name: null, isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 7, title: 'PAY-3' },
    comment: null,
  });
  const at = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') });

  test('is sought by the same name where the change has an id', () => {
    const names = changeNames(commentEvent({ changeKey: 'jira:10001:comment:5:created' }));

    expect(names).toEqual({
      written: 'jira:10001:comment:5:created',
      sought: ['jira:10001:comment:5:created'],
    });
  });

  test('is found by whoever dates the change up to two seconds apart', () => {
    fc.assert(
      fc.property(at, fc.integer({ min: -2_000, max: 2_000 }), (ms, apart) => {
        const written = changeNames(review(ms))?.written;

        expect(changeNames(review(ms + apart))?.sought).toContain(written);
      }),
    );
  });

  test('is not found by another person, nor seconds later', () => {
    fc.assert(
      fc.property(at, fc.integer({ min: 6_001, max: 3_600_000 }), (ms, apart) => {
        const written = changeNames(review(ms))?.written;

        expect(changeNames(review(ms, '{ana}'))?.sought).not.toContain(written);
        expect(changeNames(review(ms + apart))?.sought).not.toContain(written);
      }),
    );
  });

  test('is none where the vendor names no change', () => {
    expect(changeNames(commentEvent({ changeKey: null }))).toBeNull();
  });
});
