/** What the vendors' APIs answer makes no larger event than what their webhooks tell. */
import { expect, test } from '@jest/globals';
import { issueChanges } from '../../../src/activities/sweep/issue-changes.js';
import { pullRequestChanges } from '../../../src/activities/sweep/pull-requests.js';

const LIMIT = 32 * 1024;
const SINCE = '2026-11-23T10:00:00.000Z';
const AT = '2026-11-23T10:05:00.000Z';

test.each(['x', '\u0000', '€', '😀'])(
  'a megabyte of %j in every text of a find: its event stays small',
  (text) => {
    const huge = text.repeat((1024 * 1024) / text.length);
    const person = { accountId: 'ana', displayName: huge, isApp: false };
    const item = { field: huge, from: huge, to: huge, toValue: huge };
    const link = { field: 'Link', from: null, to: 'This issue blocks PAY-2', toValue: 'PAY-2' };
    const account = { ids: ['{bo}'], name: huge, isApp: false };

    const found = [
      ...issueChanges(
        {
          self: 'https://acme.atlassian.net/rest/api/3/issue/10001',
          id: '10001',
          key: 'PAY-1',
          summary: huge,
          created: '2026-11-23T10:01:00.000Z',
          creator: person,
          comments: [{ id: '7', author: person, updateAuthor: person, body: huge, created: AT, updated: AT }],
          changes: [
            { id: '1', at: AT, author: person, items: Array.from({ length: 60 }, () => item) },
            { id: '2', at: AT, author: person, items: [link] },
          ],
          links: [
            {
              id: '9',
              linkType: huge,
              verb: 'blocks',
              sourceIssueId: '10001',
              destinationIssueId: '10002',
              otherKey: 'PAY-2',
            },
          ],
        },
        SINCE,
      ),
      ...pullRequestChanges(
        { repository: 'acme/pay-api', id: 7, title: huge, createdOn: SINCE, author: account },
        [
          { kind: 'comment', id: '5', body: huge, at: AT, by: account },
          { kind: 'approval', at: AT, by: account },
        ],
        SINCE,
      ),
    ];

    expect(found.map(({ event }) => event.type)).toEqual([
      'issue_created',
      'comment_created',
      'issue_updated',
      'issuelink_created',
      'pr_created',
      'pr_comment_created',
      'pr_approved',
    ]);
    expect(found.filter(({ event }) => Buffer.byteLength(JSON.stringify(event)) > LIMIT)).toEqual([]);
  },
);
