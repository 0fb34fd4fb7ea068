import { expect, test } from '@jest/globals';
import type { Line } from './job.js';
import { type Effect, effectsOf, nextTask, takeIn } from './ledger.js';
import { planCrashes } from './plan.js';

const [crash] = planCrashes({ seed: 1, runs: 1 });

function threeEffects(): Map<string, Effect> {
  const kinds = ['jira.comment', 'jira.assign', 'slack.message'] as const;
  const places = kinds.map((_kind, n) => ({
    ownIssue: `WEB-${n}`,
    runIssue: 'WEB-9',
    ownPullRequest: n,
    runPullRequest: 9,
    runThread: '1.000001',
    word: `word${n}`,
  }));
  const effects = effectsOf({ ...(crash as NonNullable<typeof crash>), kinds }, places);
  return new Map(effects.map((effect) => [effect.planned.actionId, effect]));
}

test('what a dead worker left open has had its attempt and is tried again', () => {
  const effects = threeEffects();
  const [first = '', second = '', third = ''] = effects.keys();
  const lines: readonly Line[] = [
    { what: 'began', actionId: first },
    { what: 'began', actionId: second },
    { what: 'began', actionId: third },
    { what: 'ended', actionId: first, status: 'executed', message: 'done' },
    { what: 'again', actionId: second, message: 'reset' },
  ];

  expect(takeIn(effects, lines)).toBe(1);
  expect(Array.from(effects.values()).map(({ ended }) => ended?.status ?? null)).toEqual([
    'executed',
    null,
    null,
  ]);
  expect(nextTask(effects.get(third) as Effect).attempt).toBe(2);
});

test('a worker that tells of an effect that nobody planned is an error', () => {
  expect(() => takeIn(new Map(), [{ what: 'began', actionId: 'x.a1' }])).toThrow('nobody planned');
});
