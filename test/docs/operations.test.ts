import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CHECKS } from '../../src/doctor/index.js';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

test('every check of the doctor is explained, in its order', () => {
  const section = page.slice(page.indexOf('\n## Doctor\n'), page.indexOf('\n## Metrics\n'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const explained = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => String(name)),
  );

  expect(explained).toEqual(['node', 'configuration', ...CHECKS.map(({ name }) => name)]);
});
