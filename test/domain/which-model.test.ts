import { expect, test } from '@jest/globals';
import { hardRuleOf } from '../../src/domain/which-model.js';

test.each([
  [['asked', 'critical work'], undefined, 'critical work'],
  [['asked'], undefined, null],
  [['asked', 'critical work'], { hard: ['red main branch', 'asked', 'critical work'] as const }, 'asked'],
  [['critical work'], { hard: [] }, null],
  [[], { hard: ['asked'] as const }, null],
])('of %j, by %j: %p', (rules, routing, rule) => {
  expect(hardRuleOf(rules, routing)).toBe(rule);
});
