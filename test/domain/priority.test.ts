import { expect, test } from '@jest/globals';
import { priorityOf } from '../../src/domain/priority.js';
import { commentEvent } from '../support/builders.js';

const bot = { id: 'bot-1', name: 'Build bot', isBot: true };

test.each([
  ['a person who speaks', commentEvent(), false, 1],
  ['somebody unknown who speaks', commentEvent({ actor: null }), false, 1],
  ['a bot that speaks', commentEvent({ actor: bot }), false, 2],
  ['a change', { type: 'issue_updated' as const, actor: null }, false, 2],
  ['a bulk change', { type: 'issue_updated' as const, actor: null }, true, 3],
  ['a comment of a bulk change', commentEvent(), true, 3],
])('%s has its priority', (_name, event, isBulk, priority) => {
  expect(priorityOf(event, isBulk)).toBe(priority);
});
