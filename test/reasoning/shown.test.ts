import { describe, expect, test } from '@jest/globals';
import type { SlackMessageEvent } from '../../src/domain/event.js';
import { shownEvent, shownFacts, shownItems } from '../../src/reasoning/shown.js';
import { shownIds } from '../../src/reasoning/within-budget.js';
import { facts, item } from '../activities/support/vendor-data.js';
import { commentEvent } from '../support/builders.js';

function slackMention(members: Partial<SlackMessageEvent>): SlackMessageEvent {
  const { tenant, changeKey, occurredAt } = commentEvent();
  const place = { source: 'slack', subject: 'slack:C0PAY/1.2', project: 'C0PAY', channel: 'C0PAY' } as const;
  const message = { type: 'app_mention', ts: '1.2', threadTs: '1.2', text: '', actor: null } as const;
  return { tenant, changeKey, occurredAt, ...place, ...message, ...members };
}

const ana = { id: '712020:ana', name: 'Ana Lindqvist' };

test('facts name what can be done; what the items tell stands there alone', () => {
  const issue = facts.issue && { ...facts.issue, description: 'Long.', labels: ['a'], linkedKeys: ['PAY-2'] };

  const shown = JSON.stringify(shownFacts({ ...facts, issue }));

  expect(shown).toContain('"linkedKeys":["PAY-2"]');
  expect(shown).toContain('"reachableStatuses"');
  expect(shown).not.toMatch(/description|labels|projectKey/);
});

test('of an event, what only code needs is left out', () => {
  const shown = shownEvent(commentEvent({ changeKey: 'jira:10001:comment:20001:created' }));

  expect(shown).toMatchObject({
    type: 'comment_created',
    subject: 'jira:PAY-1',
    actor: { id: '712020:ana' },
  });
  expect(Object.keys(Object(shown))).not.toEqual(expect.arrayContaining(['tenant']));
  expect(JSON.stringify(shown)).not.toContain('changeKey');
});

describe('who stands among the people', () => {
  const shownAuthor = (author: object, people: readonly { id: string; name: string }[]) =>
    shownItems([item('comment-1', { body: 'x', author })], people).items[0]?.data['author'];

  test('is shown by name', () => {
    expect(shownAuthor(ana, [ana])).toEqual({ name: 'Ana Lindqvist' });
  });

  test.each<[string, readonly { id: string; name: string }[]]>([
    ['nobody knows', []],
    ['is another of that name', [{ id: '712020:other', name: 'Ana Lindqvist' }]],
    ['is one of two of that name', [ana, { id: '712020:other', name: 'Ana Lindqvist' }]],
  ])('but not who %s: the id tells them apart', (_what, people) => {
    expect(shownAuthor(ana, people)).toEqual(ana);
  });
});

describe('in a thread of Slack', () => {
  const people = [{ id: 'U0ANA', name: 'Ana Lindqvist' }];
  const said = (text: string, userId: string) => ({
    ...item('message-1.2', { ts: '1.2', userId, botId: null, text }),
    kind: 'message' as const,
  });
  const shownMessage = (text: string, userId = 'U0ANA') =>
    shownItems([said(text, userId)], [], people).items[0]?.data;

  test('a message has an author with a name, and its mentions have one', () => {
    expect(shownMessage('Ask <@U0ANA>, <@U0ANA|ana> or <@U0BO>')).toEqual({
      ts: '1.2',
      author: { name: 'Ana Lindqvist' },
      text: 'Ask <@U0ANA|Ana Lindqvist>, <@U0ANA|Ana Lindqvist> or <@U0BO>',
    });
  });

  test('who is not known stays an id', () => {
    expect(shownMessage('Hi', 'U0BO')).toEqual({ ts: '1.2', userId: 'U0BO', text: 'Hi' });
  });

  test('the event names whoever speaks and is mentioned', () => {
    const event = slackMention({
      text: 'Is <@U0ANA> away?',
      actor: { id: 'U0ANA', name: null, isBot: false },
    });

    expect(shownEvent(event, people)).toMatchObject({
      actor: { id: 'U0ANA', name: 'Ana Lindqvist' },
      text: 'Is <@U0ANA|Ana Lindqvist> away?',
    });
    expect(shownEvent({ ...event, actor: null })).toMatchObject({ actor: null, text: 'Is <@U0ANA> away?' });
  });
});

test('the source of most items stands once', () => {
  const items = ['slack', 'jira:rest', 'jira:rest'].map((source, n) => ({ ...item(`i${n}`, { n }), source }));

  const shown = shownItems(items);

  expect(shown.read.source).toBe('jira:rest');
  expect(shown.items.map((one) => 'source' in one)).toEqual([true, false, false]);
});

test('what was left out of a prompt is no evidence', () => {
  const items = [
    item('issue', { description: 'x'.repeat(4_000) }),
    ...Array.from({ length: 20 }, (_, n) => ({
      ...item(`comment-${n}`, { body: 'y'.repeat(4_000) }),
      kind: 'comment' as const,
    })),
  ];

  const ids = shownIds(items);

  expect(ids.has('issue')).toBe(true);
  expect(ids.has('comment-0')).toBe(false);
  expect(ids.has('comment-19')).toBe(true);
});
