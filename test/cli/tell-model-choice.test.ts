import { expect, test } from '@jest/globals';
import { tellModelChoice } from '../../src/cli/tell-model-choice.js';

const step = (name: string, detail: unknown) => ({
  name,
  status: 'done',
  attempt: 1,
  startedAt: '2026-11-23T10:00:00.000Z',
  endedAt: null,
  detail,
});

test.each<[string, readonly [string, unknown][], readonly string[]]>([
  [
    'a rule of routing.hard',
    [['gather', { route: { to: 'model', rule: 'asked' }, hard: 'critical work' }]],
    ['the large model decides: the rule "critical work" stands in routing.hard'],
  ],
  [
    'another rule',
    [['gather', { route: { to: 'model', rule: 'asked' } }]],
    ['the normal model decides: by the rule "asked"'],
  ],
  [
    'a rule about what is critical',
    [['gather', { route: { to: 'triage' }, critical: { rule: 'blocked sprint work', why: 'x' } }]],
    ['the normal model decides: by the rule "blocked sprint work"'],
  ],
  [
    'the small model, whose word is an outsider\u2019s in the end',
    [
      ['gather', { route: { to: 'triage' } }],
      ['decide', { route: 'hard', reason: 'People\n\u001b[31mdisagree' }],
    ],
    [
      expect.stringMatching(
        /^the large model decides: People.*disagree.* \(the small model\u2019?'?s word\)$/,
      ) as never,
    ],
  ],
  [
    'a budget, once',
    [
      ['decide', { model: 'b', insteadOf: { model: 'a', why: 'no room' } }],
      ['decide', { model: 'b', insteadOf: { model: 'a', why: 'no room' } }],
    ],
    ['the normal model instead of a: no room'],
  ],
  [
    'nothing that is known',
    [
      ['gather', null],
      ['decide', { route: 'skip', reason: 'x' }],
      ['plan', {}],
    ],
    [],
  ],
])('the model was chosen by %s', (_what, steps, lines) => {
  const told = tellModelChoice(steps.map(([name, detail]) => step(name, detail)));

  expect(told).toEqual(lines);
  expect(told.join('')).not.toMatch(/\p{Cc}/u);
});
