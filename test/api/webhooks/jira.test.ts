import { describe, expect, test } from '@jest/globals';
import type { Parsed } from '../../../src/api/webhooks/door.js';
import { jiraDoor } from '../../../src/api/webhooks/jira.js';
import type { CommentEvent, IssueEvent, PmEvent, SprintEvent } from '../../../src/domain/event.js';
import {
  ana,
  commentCreated,
  jiraBody,
  jiraComment,
  jiraIssue,
  linkBody,
  sprintBody,
} from '../support/bodies.js';

const nobody = { isOurs: () => false };
const parse = (body: Record<string, unknown>): Parsed => jiraDoor.parse({}, body, nobody);

function eventOf<T extends PmEvent>(body: Record<string, unknown>): T {
  const parsed = parse(JSON.parse(JSON.stringify(body)));
  if (parsed.outcome !== 'event') {
    throw new Error(JSON.stringify(parsed));
  }
  return parsed.event as T;
}

describe('an issue event', () => {
  const changelog: Record<string, unknown> = {
    id: '10230',
    items: [
      {
        field: 'status',
        fieldId: 'status',
        from: '3',
        fromString: 'In Progress',
        to: '10002',
        toString: 'Done',
      },
      { field: 'assignee', from: null, fromString: null, to: '712020:ben' },
      { field: 'Rank', fieldId: 'customfield_10019', fromString: '', toString: 'Ranked higher' },
    ],
  };

  test('carries site, subject, project, change key, actor and changed fields', () => {
    const body = jiraBody('jira:issue_updated', {
      timestamp: 1795000000000,
      user: ana,
      issue: jiraIssue(),
      changelog,
    });

    expect(eventOf(body)).toEqual({
      type: 'issue_updated',
      source: 'jira',
      tenant: 'acme.atlassian.net',
      subject: 'jira:PAY-142',
      project: 'PAY',
      changeKey: 'jira:PAY-142:changelog:10230',
      occurredAt: '2026-11-18T11:06:40.000Z',
      actor: { id: '712020:ana', name: 'Ana Lindqvist', isBot: false },
      issue: { id: '10142', key: 'PAY-142', summary: 'Checkout fails on Safari' },
      changes: [
        { field: 'status', from: 'In Progress', to: 'Done' },
        { field: 'assignee', from: null, to: '712020:ben' },
        { field: 'Rank', from: '', to: 'Ranked higher' },
      ],
    });
  });

  test('whose changelog item has no toString reads none from the prototype', () => {
    const items = [{ field: 'labels', fromString: 'a' }];
    const body = jiraBody('jira:issue_updated', { issue: jiraIssue(), changelog: { id: '1', items } });

    expect(eventOf<IssueEvent>(body).changes).toEqual([{ field: 'labels', from: 'a', to: null }]);
  });

  test.each([
    ['jira:issue_created', 'issue_created', 'jira:10142:created'],
    ['jira:issue_updated', 'issue_updated', null],
    ['jira:issue_deleted', 'issue_deleted', null],
  ])('%s without user and changelog is understood', (name, type, changeKey) => {
    const event = eventOf<IssueEvent>(jiraBody(name, { issue: jiraIssue() }));

    expect(event).toMatchObject({ type, actor: null, changeKey, changes: [] });
  });

  test('of a creation is keyed by the issue: its own history names no such changelog', () => {
    const body = jiraBody('jira:issue_created', { issue: jiraIssue(), changelog });

    expect(eventOf(body).changeKey).toBe('jira:10142:created');
  });

  test('of an old server names its actor by key', () => {
    const user = { name: 'alindqvist', key: 'ana', displayName: 'Ana' };
    const event = eventOf<IssueEvent>(jiraBody('jira:issue_created', { user, issue: jiraIssue() }));

    expect(event.actor).toEqual({ id: 'ana', name: 'Ana', isBot: false });
  });

  test('by an app says so', () => {
    const user = { ...ana, accountType: 'app' };

    expect(eventOf(jiraBody('jira:issue_created', { user, issue: jiraIssue() })).actor?.isBot).toBe(true);
  });

  test('with a timestamp that is no time has none', () => {
    const body = jiraBody('jira:issue_created', { timestamp: 'soon', issue: jiraIssue() });

    expect(eventOf(body).occurredAt).toBeNull();
  });
});

describe('a comment event', () => {
  test('carries its text as Markdown and a key that names the comment', () => {
    const event = eventOf<CommentEvent>(commentCreated());

    expect(event).toMatchObject({
      type: 'comment_created',
      subject: 'jira:PAY-142',
      changeKey: 'jira:10142:comment:20001:created',
      actor: { id: '712020:ana' },
      comment: { id: '20001', text: expect.stringContaining('Is **this** still planned?') },
    });
  });

  test('may hold ADF', () => {
    const body = {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hello from ADF' }] }],
    };

    expect(eventOf<CommentEvent>(commentCreated({ comment: jiraComment({ body }) })).comment.text).toBe(
      'Hello from ADF',
    );
  });

  test('cuts a long text', () => {
    const comment = jiraComment({ body: 'word '.repeat(10_000) });

    expect(eventOf<CommentEvent>(commentCreated({ comment })).comment.text.length).toBeLessThanOrEqual(4_000);
  });

  test('of an update is keyed by the moment of the update, in UTC, and named after who changed it', () => {
    const comment = jiraComment({
      updated: '2026-11-23T10:05:00.500+0100',
      updateAuthor: { accountId: '712020:ben', displayName: 'Ben' },
    });
    const event = eventOf<CommentEvent>(jiraBody('comment_updated', { comment, issue: jiraIssue() }));

    expect(event.changeKey).toBe('jira:10142:comment:20001:2026-11-23T09:05:00.500Z');
    expect(event.actor?.id).toBe('712020:ben');
  });

  test('of a server that names no issue takes its id from the comment', () => {
    const comment = jiraComment({
      self: 'http://jira.acme.example:8080/rest/api/2/issue/10013/comment/20001',
    });
    const event = eventOf<CommentEvent>(jiraBody('comment_created', { comment }));

    expect(event).toMatchObject({
      tenant: 'jira.acme.example:8080',
      subject: 'jira:issue-10013',
      project: null,
      issue: { id: '10013', key: null, summary: null },
    });
  });

  test.each([
    ['issue_commented', {}, 'comment_created'],
    ['issue_comment_edited', {}, 'comment_updated'],
    [undefined, {}, 'comment_created'],
    [undefined, { updated: '2026-11-23T11:00:00.000+0100' }, 'comment_updated'],
  ])('inside jira:issue_updated (%s) is one', (issue_event_type_name, overrides, type) => {
    const body = jiraBody('jira:issue_updated', {
      issue_event_type_name,
      user: ana,
      issue: jiraIssue(),
      comment: jiraComment(overrides),
    });

    expect(eventOf(body).type).toBe(type);
  });

  test('told twice by a server has one change key', () => {
    const self = 'http://jira.acme.example/rest/api/2/issue/10142/comment/20001';
    const comment = jiraComment({ self });
    const alone = eventOf(jiraBody('comment_created', { comment }));
    const inside = eventOf(
      jiraBody('jira:issue_updated', {
        issue_event_type_name: 'issue_commented',
        issue: jiraIssue(),
        comment,
      }),
    );

    expect(inside.changeKey).toBe(alone.changeKey);
  });

  test('beside a changelog stays an issue event', () => {
    const changelog = { id: '7', items: [{ field: 'status', fromString: 'To Do', toString: 'Done' }] };
    const body = jiraBody('jira:issue_updated', { issue: jiraIssue(), comment: jiraComment(), changelog });

    expect(eventOf(body).type).toBe('issue_updated');
  });
});

describe('a sprint event', () => {
  test('carries the sprint', () => {
    expect(eventOf<SprintEvent>(sprintBody('sprint_closed', 'closed'))).toMatchObject({
      type: 'sprint_closed',
      tenant: 'acme.atlassian.net',
      subject: 'jira:sprint-57',
      sprint: { id: 57, name: 'PAY Sprint 4', state: 'closed', boardId: 12, goal: 'Ship the new checkout' },
    });
  });

  test.each([
    ['sprint_created', 'future', undefined, 'sprint_created'],
    ['sprint_started', 'active', undefined, 'sprint_started'],
    ['sprint_deleted', 'future', undefined, 'sprint_deleted'],
    ['sprint_updated', 'active', { state: 'future' }, 'sprint_started'],
    ['sprint_updated', 'active', { state: 'active' }, 'sprint_updated'],
    ['sprint_updated', 'future', undefined, 'sprint_updated'],
  ])('%s to %s from %j is %s', (name, state, oldValue, type) => {
    expect(eventOf(sprintBody(name, state, { oldValue })).type).toBe(type);
  });

  test('of a start is keyed by the sprint, of an end by its time, of anything else by nothing', () => {
    const sprint = { id: 57, state: 'closed', completeDate: '2026-10-07T15:06:40.733Z' };

    expect(eventOf(sprintBody('sprint_started', 'active')).changeKey).toBe('jira:sprint-57:started');
    expect(eventOf(sprintBody('sprint_closed', 'closed', { sprint })).changeKey).toBe(
      'jira:sprint-57:closed:2026-10-07T15:06:40.733Z',
    );
    expect(eventOf(sprintBody('sprint_closed', 'closed')).changeKey).toBeNull();
    expect(eventOf(sprintBody('sprint_updated', 'active')).changeKey).toBeNull();
  });
});

test('a link event names its issues by number', () => {
  expect(eventOf(linkBody)).toMatchObject({
    type: 'issuelink_created',
    subject: 'jira:issue-11442',
    changeKey: 'jira:11442:link:10656:created',
    link: { id: '10656', linkType: 'Blocks', sourceIssueId: '11442', destinationIssueId: '11961' },
  });
});

describe('what is no event', () => {
  test.each([
    ['an unknown name', jiraBody('jira:version_released'), 'no cycle answers jira:version_released'],
    ['a deleted comment', jiraBody('comment_deleted'), 'no cycle answers comment_deleted'],
    ['the name of a method', jiraBody('constructor'), 'no cycle answers constructor'],
    ['no name', { timestamp: 1 }, 'the body names no webhookEvent'],
    ['a name that is a number', { webhookEvent: 7 }, 'the body names no webhookEvent'],
  ])('%s is ignored with its reason', (_name, body, reason) => {
    expect(parse(body)).toMatchObject({ outcome: 'ignored', reason });
  });

  test.each([
    ['an issue id that is a path', jiraBody('jira:issue_created', { issue: jiraIssue({ id: '../1' }) })],
    ['no issue', jiraBody('jira:issue_created', {})],
    ['an issue without id and key', jiraBody('jira:issue_created', { issue: { fields: {} } })],
    ['a comment event without comment', jiraBody('comment_created', { issue: jiraIssue() })],
    ['a comment without any issue', jiraBody('comment_created', { comment: { id: '1', body: 'x' } })],
    ['a sprint without id', jiraBody('sprint_created', { sprint: { name: 'x' } })],
    ['a link without its issues', jiraBody('issuelink_created', { issueLink: { id: 1 } })],
    [
      'a link to a path',
      jiraBody('issuelink_created', { issueLink: { id: 1, sourceIssueId: '../1', destinationIssueId: 2 } }),
    ],
  ])('%s is quarantined', (_name, body) => {
    expect(parse(body).outcome).toBe('quarantined');
  });
});

test('an address in the body decides the site and nothing else', () => {
  const issue = jiraIssue({ self: 'http://169.254.169.254/latest/meta-data' });

  expect(eventOf(jiraBody('jira:issue_created', { issue })).tenant).toBe('169.254.169.254');
  expect(
    eventOf(jiraBody('jira:issue_created', { issue: jiraIssue({ self: 'file:///etc/passwd' }) })).tenant,
  ).toBe('default');
});
