import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ACTION_KINDS } from '../../src/domain/action.js';
import { ACTIONS } from '../../src/domain/actions/index.js';
import type { Inverse } from '../../src/domain/actions/row.js';

const page = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8');

function undoneBy(inverse: Inverse): string {
  return inverse.reversible
    ? `for ${inverse.windowMs / 3_600_000} h: ${inverse.words}`
    : `not: ${inverse.why}`;
}

test('every kind of action is documented as it is declared', () => {
  const documented = page.split('\n').filter((line) => line.startsWith('| `'));

  const declared = ACTION_KINDS.map((kind) => {
    const { risk, preconditions, marker, inverse } = ACTIONS[kind];
    return `| \`${kind}\` | ${risk.grade}: ${risk.why} | ${preconditions.words} | ${marker.words} | ${undoneBy(inverse)} |`;
  });

  expect(documented).toEqual(declared);
});
