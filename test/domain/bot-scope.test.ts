import { describe, expect, test } from '@jest/globals';
import { botScopesOf } from '../../src/domain/bot-scope.js';
import type { Actor } from '../../src/domain/event.js';
import { commentEvent } from '../support/builders.js';

const ana: Actor = { id: 'ana', name: 'Ana', isBot: false };
const echo: Actor = { id: 'echo', name: 'Echo', isBot: true };
const lint: Actor = { id: 'lint', name: null, isBot: true };
const ci: Actor = { id: 'ci', name: 'CI', isBot: false };
const agent: Actor = { id: 'agent', name: 'PM Agent', isBot: true };
const people = [
  { id: 'ci', name: 'CI', jira: 'ci', bitbucket: 'ana', slack: null, roles: ['bot'] },
  { id: 'lead-1', name: 'Ana', jira: 'ana', bitbucket: null, slack: null, roles: ['lead'] },
];

function scopes(...actors: readonly (Actor | null)[]): readonly string[] {
  const events = actors.map((actor) => commentEvent({ actor }));
  return botScopesOf(events, ['agent'], people).map(({ key, name }) => `${key} | ${name}`);
}

describe('what an answer counts against besides its subject', () => {
  test.each<[string, readonly (Actor | null)[], readonly string[]]>([
    ['a person', [ana], []],
    ['nobody', [null], []],
    ['the agent itself', [agent], []],
    ['a bot', [echo], ['bot:jira:echo | in answer to the bot Echo']],
    ['a bot, twice', [echo, echo], ['bot:jira:echo | in answer to the bot Echo']],
    ['a bot without a name', [lint], ['bot:jira:lint | in answer to the bot lint']],
    ['an account with the role bot', [ci], ['bot:jira:ci | in answer to the bot CI']],
    ['a bot and nobody', [echo, null], ['bot:jira:echo | in answer to the bot Echo']],
    ['a bot and the agent', [echo, agent], ['bot:jira:echo | in answer to the bot Echo']],
    ['a bot and a person', [echo, ana], []],
    [
      'two bots',
      [echo, lint],
      ['bot:jira:echo | in answer to the bot Echo', 'bot:jira:lint | in answer to the bot lint'],
    ],
  ])('to %s', (_whom, actors, expected) => {
    expect(scopes(...actors)).toEqual(expected);
  });
});
