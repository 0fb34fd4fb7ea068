import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mentionPattern } from '../../src/domain/mention.js';
import { muteCommandIn, muteCommandOf } from '../../src/domain/mute-command.js';
import { commentEvent } from '../support/builders.js';

const accounts = [
  { id: '712020:pm-agent', name: 'PM Bot' },
  { id: '{pm-agent-uuid}', name: 'PM Agent' },
  { id: 'U0PMAGENT', name: 'pm-agent' },
];
const mention = mentionPattern(['PM Agent'], accounts);

describe('a command to the agent', () => {
  test.each([
    '@PM Agent mute',
    '@pm-agent mute',
    '@PMAgent Mute!',
    '@[PM Agent] mute',
    '@PM Agent, please mute this issue.',
    '@PM Agent: mute please',
    '**@PM Agent** mute',
    '*@PM Agent mute*',
    '@PM Bot mute',
    '@712020:pm-agent mute',
    '[~accountid:712020:pm-agent] mute',
    '@{pm-agent-uuid} mute',
    '<@U0PMAGENT> mute',
    '<@U0PMAGENT|pm-agent> mute',
    'This is too much today.\n@PM Agent mute\nThanks all.',
    '> @PM Agent unmute\n@PM Agent mute',
  ])('%j mutes', (text) => {
    expect(muteCommandIn(text, mention, false)).toBe('mute');
  });

  test('of several the last holds', () => {
    expect(muteCommandIn('@PM Agent mute\n@PM Agent unmute', mention, false)).toBe('unmute');
  });

  test.each([
    'mute',
    '@PM Agent',
    '@PM Agentina mute',
    '@PM Agent-2 mute',
    '@Bo mute',
    'please @PM Agent mute',
    '@PM Agent mute the alerts of the pipeline',
    '@PM Agent what does mute do?',
    '@PM Agent do not mute',
    '@PM Agent muted',
    '> @PM Agent mute',
    '&gt; @PM Agent mute',
    'bq. @PM Agent mute',
    '{quote}\n@PM Agent mute\n{quote}',
    '"@PM Agent mute"',
    '`@PM Agent mute`',
    '```\n@PM Agent mute\n```',
    '~~~\n@PM Agent mute',
    'Write `@PM Agent mute` to make me quiet.',
    '@PM\u200b Agent mute',
  ])('%j is none', (text) => {
    expect(muteCommandIn(text, mention, false)).toBeNull();
  });
});

describe('where the agent is meant anyway', () => {
  test.each([
    ['mute', 'mute'],
    ['Unmute, please.', 'unmute'],
    ['&gt; I am on it\nmute', 'mute'],
    ['<@U0PMAGENT> unmute', 'unmute'],
    ['mute\nor not?', null],
    ['please mute the call', null],
    ['&gt; mute', null],
  ])('%j', (text, command) => {
    expect(muteCommandIn(text, mention, true)).toBe(command);
  });
});

test('without names and accounts nobody is mentioned', () => {
  expect(muteCommandIn('@PM Agent mute', mentionPattern([' '], [{ id: '', name: '' }]), false)).toBeNull();
});

test('names are taken as they are spelled, not as expressions', () => {
  const odd = mentionPattern(['A.I. (beta)'], []);

  expect(muteCommandIn('@A.I. (beta) mute', odd, false)).toBe('mute');
  expect(muteCommandIn('@AxIx (beta) mute', odd, false)).toBeNull();
});

test('only what is said can order: a change of an issue cannot', () => {
  const { comment: _comment, ...rest } = commentEvent();

  expect(muteCommandOf(commentEvent({ comment: { id: '1', text: '@PM Agent mute' } }), mention)).toBe('mute');
  expect(
    muteCommandOf(
      { ...rest, type: 'issue_updated', changes: [{ field: 'summary', from: null, to: '@PM Agent mute' }] },
      mention,
    ),
  ).toBeNull();
});

test('no text, however long or odd, takes long to read', () => {
  const pieces = fc.constantFrom(
    '@PM Agent',
    ' ',
    'mute',
    'please ',
    '*',
    '\n',
    '```',
    ', ',
    'thank you ',
    '> ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 1_500 }), fc.boolean(), (parts, direct) => {
      expect(['mute', 'unmute', null]).toContain(
        muteCommandIn(parts.join('').slice(0, 4_000), mention, direct),
      );
    }),
    { numRuns: 300 },
  );
});
