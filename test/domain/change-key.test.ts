import { describe, expect, test } from '@jest/globals';
import {
  changelogKey,
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
