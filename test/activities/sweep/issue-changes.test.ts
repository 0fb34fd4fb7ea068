import { describe, expect, test } from '@jest/globals';
import { issueChanges } from '../../../src/activities/sweep/issue-changes.js';
import {
  type CommentEvent,
  EVENT_CHANGES_LIMIT,
  EVENT_TEXT_LIMIT,
  EVENT_TITLE_LIMIT,
  type IssueEvent,
} from '../../../src/domain/event.js';
import type {
  IssueChange,
  IssueChangeItem,
  IssueComment,
  UpdatedIssue,
} from '../../../src/integrations/jira/changes.js';

const SINCE = '2026-11-23T10:00:00.000Z';
const at = (minute: number) => new Date(Date.parse(SINCE) + minute * 60_000).toISOString();
const ana = { accountId: 'ana', displayName: 'Ana', isApp: false };
const bo = { accountId: 'bo', displayName: 'Bo', isApp: true };

function issue(overrides: Partial<UpdatedIssue> = {}): UpdatedIssue {
  return {
    self: 'https://acme.atlassian.net/rest/api/3/issue/10001',
    id: '10001',
    key: 'PAY-1',
    summary: 'Refunds',
    created: at(-60),
    creator: ana,
    comments: [],
    changes: [],
    links: [],
    ...overrides,
  };
}

function comment(overrides: Partial<IssueComment>): IssueComment {
  return { id: '7', author: ana, updateAuthor: bo, body: 'Hi', created: at(1), updated: at(1), ...overrides };
}

const STATUS: IssueChangeItem = { field: 'status', from: 'Open', to: 'Done', toValue: '3' };

function change(id: string, minute: number, items: readonly IssueChangeItem[] = [STATUS]): IssueChange {
  return { id, at: at(minute), author: ana, items };
}

const keysOf = (one: UpdatedIssue) => issueChanges(one, SINCE).map(({ event }) => event.changeKey);

describe('an issue tells', () => {
  test('its creation, with what rules did at once', () => {
    const created = issue({ created: at(0), changes: [change('1', 0), change('2', 1)] });

    expect(issueChanges(created, SINCE)[0]).toEqual({
      actorIds: ['ana'],
      event: {
        type: 'issue_created',
        source: 'jira',
        tenant: 'acme.atlassian.net',
        subject: 'jira:PAY-1',
        project: 'PAY',
        changeKey: 'jira:10001:created',
        occurredAt: at(0),
        actor: { id: 'ana', name: 'Ana', isBot: false },
        issue: { id: '10001', key: 'PAY-1', summary: 'Refunds' },
        changes: [],
      },
    });
    expect(keysOf(created)).toEqual(['jira:10001:created', 'jira:PAY-1:changelog:2']);
  });

  test('a comment, and that it was edited, each by who did it', () => {
    const edited = issue({ comments: [comment({ updated: at(2) })] });

    expect(
      issueChanges(edited, SINCE).map(({ event }) => [event.type, event.changeKey, event.actor?.id]),
    ).toEqual([
      ['comment_created', 'jira:10001:comment:7:created', 'ana'],
      ['comment_updated', `jira:10001:comment:7:${at(2)}`, 'bo'],
    ]);
  });

  test('an entry of its history', () => {
    const [found] = issueChanges(issue({ changes: [change('5', 1)] }), SINCE);

    expect(found?.event).toMatchObject({
      type: 'issue_updated',
      changeKey: 'jira:PAY-1:changelog:5',
      occurredAt: at(1),
      changes: [{ field: 'status', from: 'Open', to: 'Done' }],
    });
  });

  test('nothing of what was before, and nothing without a time', () => {
    const old = issue({
      created: null,
      comments: [comment({ created: at(-2), updated: at(-1) }), comment({ created: '', updated: '' })],
      changes: [change('5', -1)],
    });

    expect(issueChanges(old, SINCE)).toEqual([]);
  });

  test('the edit alone of a comment that is older', () => {
    const edited = issue({ comments: [comment({ created: at(-2), updated: at(1) })] });

    expect(keysOf(edited)).toEqual([`jira:10001:comment:7:${at(1)}`]);
  });
});

describe('the history of an issue', () => {
  const moved: IssueChangeItem = { field: 'Key', from: 'OLD-9', to: 'PAY-1', toValue: null };
  const workflow: IssueChangeItem = { field: 'Workflow', from: 'a', to: 'b', toValue: '2' };

  test('before a move is named by the key that the issue had then, as its webhooks were', () => {
    expect(
      keysOf(issue({ changes: [change('1', 1), change('2', 2, [moved, workflow]), change('3', 3)] })),
    ).toEqual(['jira:PAY-1:changelog:3', 'jira:PAY-1:changelog:2', 'jira:OLD-9:changelog:1']);
  });

  test('by an administrator who gave projects another workflow asks nothing', () => {
    expect(keysOf(issue({ changes: [change('1', 1, [workflow, STATUS])] }))).toEqual([]);
  });

  test('of logged work alone has another event, that nothing answers', () => {
    const logged = ['timespent', 'WorklogId', 'timeestimate'].map((field) => ({ ...STATUS, field }));

    expect(keysOf(issue({ changes: [change('1', 1, logged)] }))).toEqual([]);
    expect(keysOf(issue({ changes: [change('1', 1, [...logged, STATUS])] }))).toEqual([
      'jira:PAY-1:changelog:1',
    ]);
  });

  test('is cut to what an event may hold', () => {
    const long = { ...STATUS, from: 'x'.repeat(5_000) };
    const [found] = issueChanges(
      issue({
        changes: [
          change(
            '1',
            1,
            Array.from({ length: 80 }, () => long),
          ),
        ],
      }),
      SINCE,
    );
    const [said] = issueChanges(issue({ comments: [comment({ body: 'x'.repeat(200_000) })] }), SINCE);
    const event = found?.event as IssueEvent;
    const told = said?.event as CommentEvent;

    expect(event.changes).toHaveLength(EVENT_CHANGES_LIMIT);
    expect(event.changes[0]?.from?.length).toBeLessThanOrEqual(EVENT_TITLE_LIMIT);
    expect(told.comment.text.length).toBeLessThanOrEqual(EVENT_TEXT_LIMIT);
  });
});

describe('a link', () => {
  const linked: IssueChangeItem = {
    field: 'Link',
    from: null,
    to: 'This issue blocks PAY-2',
    toValue: 'PAY-2',
  };
  const link = {
    id: '70',
    linkType: 'Blocks',
    verb: 'blocks',
    sourceIssueId: '10001',
    destinationIssueId: '10002',
    otherKey: 'PAY-2',
  };

  test('is told under one name by both of its issues', () => {
    const source = issue({ changes: [change('1', 1, [linked])], links: [link] });
    const back = { ...linked, toValue: 'PAY-1' };
    const destination = issue({
      id: '10002',
      key: 'PAY-2',
      changes: [change('2', 1, [back])],
      links: [{ ...link, otherKey: 'PAY-1' }],
    });

    expect(issueChanges(source, SINCE)[0]?.event).toMatchObject({
      type: 'issuelink_created',
      subject: 'jira:issue-10001',
      project: null,
      changeKey: 'jira:10001:link:70:created',
      link: { id: '70', linkType: 'Blocks', sourceIssueId: '10001', destinationIssueId: '10002' },
    });
    expect(keysOf(destination)).toEqual(['jira:10001:link:70:created']);
  });

  test('of several between two issues is told by its words', () => {
    const older = {
      ...link,
      id: '60',
      verb: 'is blocked by',
      sourceIssueId: '10002',
      destinationIssueId: '10001',
    };

    expect(keysOf(issue({ changes: [change('1', 1, [linked])], links: [older, link] }))).toEqual([
      'jira:10001:link:70:created',
    ]);
    expect(
      keysOf(issue({ changes: [change('1', 1, [linked])], links: [older, { ...older, id: '61' }] })),
    ).toEqual([]);
  });

  test('that is gone again has left no id', () => {
    const removed = { ...linked, from: 'PAY-2', to: null, toValue: null };

    expect(keysOf(issue({ changes: [change('1', 1, [linked]), change('2', 2, [removed])] }))).toEqual([]);
  });
});
