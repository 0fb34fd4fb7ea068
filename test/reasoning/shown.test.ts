import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ContextItem } from '../../src/domain/context.js';
import type { SlackMessageEvent } from '../../src/domain/event.js';
import { buildRequest } from '../../src/reasoning/build-request.js';
import { shownEvent, shownFacts, shownItems } from '../../src/reasoning/shown.js';
import { shownIds } from '../../src/reasoning/within-budget.js';
import { context, facts, item } from '../activities/support/vendor-data.js';
import { commentEvent } from '../support/builders.js';
import { decisionQuestion } from '../support/model-question.js';

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

    expect(shownEvent(event, { speakers: people })).toMatchObject({
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

describe('what an item tells to the letter', () => {
  const words = 'Is <@U0ANA> away?';
  const message = slackMention({ ts: '1.2', text: words });
  const told = (text: string) => [
    { ...item('message-1.2', { ts: '1.2', text }), kind: 'message' as const },
    { ...item('comment-20001', { body: text }), kind: 'comment' as const },
  ];
  const commented = commentEvent({ comment: { id: '20001', text: words } });

  test('stands there alone, and the event names the item', () => {
    const shown = shownEvent(message, { items: told(words) });

    expect(shown).toMatchObject({ ts: '1.2', textIn: 'message-1.2' });
    expect(shown).not.toHaveProperty('text');
    expect(shownEvent(commented, { items: told(words) })).toHaveProperty('comment', {
      id: '20001',
      textIn: 'comment-20001',
    });
  });

  test.each<[string, readonly ContextItem[]]>([
    ['was changed since', told(`${words} Or <@U0BO>?`)],
    ['is not there, or was left out', []],
    ['is another', told(words).map((one) => ({ ...one, id: `t1.1:${one.id}` }))],
  ])('stands in the event too where the item %s', (_what, items) => {
    expect(shownEvent(message, { items })).toMatchObject({ text: words });
    expect(shownEvent(commented, { items })).toHaveProperty('comment', commented.comment);
  });

  test('is in a whole prompt once, also in contexts that hold the message a third time', () => {
    const asked = decisionQuestion({
      event: message,
      context: context({
        facts: {
          ...facts,
          thread: { channel: 'C0PAY', threadTs: '1.2', answered: { ts: '1.2', text: words } },
        },
        items: told(words).slice(0, 1),
      }),
    });
    const shown = JSON.stringify(buildRequest(asked).messages);

    expect(shown.split('away?')).toHaveLength(2);
    expect(shown).toContain('message-1.2');
  });

  test('is lost nowhere: each word of an event is in its prompt', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, isRead) => {
        const event = commentEvent({ comment: { id: '20001', text } });
        const items = isRead ? told(text).slice(1) : told(`${text}.`).slice(1);
        const asked = decisionQuestion({ event, context: context({ items }) });
        const [block] = (buildRequest(asked).messages.at(-1) as { content: { content: string }[] }).content;
        const { event: shown, items: read } = JSON.parse(block?.content ?? '{}') as {
          event: { comment: { text?: string; textIn?: string } };
          items: { id: string; data: { body: string } }[];
        };
        const { textIn } = shown.comment;
        const found =
          textIn === undefined ? shown.comment.text : read.find(({ id }) => id === textIn)?.data.body;
        expect(found).toBe(text);
      }),
    );
  });
});
