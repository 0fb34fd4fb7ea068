/** Databases out there have these behind them: a shipped migration keeps its place, its name and its text. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import type { Migration } from '../../src/database/migrate.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';

const MIRROR = [
  '1 4f21ba84666a',
  '2 21ace0be7aaa',
  '3 3eb674d2bdeb',
  '4 ad55bd3d752b',
  '5 b16030e7eb42',
  '6 aced3a56e41a',
  '7 c1da2858aca3',
  '8 6074a1c8d108',
  '9 1bf2f185c6ef',
  '10 fbae8c66ddda',
  '11 d208f2305e13',
  '12 c631d5133200',
  '13 39602f682f58',
  '14 beed22ab30d8',
  '15 0c518df83ff3',
  '16 f697c5c095ba',
  '17 d51d0b23b31a',
  '18 8405ec837d4e',
  '19 f0f0cd5f5152',
  '20 12b7b77656f2',
  '21 3a444d0c2a8f',
  '22 e7b3bafaea10',
  '23 6c8b8669dff2',
  '24 7c92335e5952',
  '25 6e2aa474eb74',
  '26 1b9f01309bca',
  '27 f74291b22379',
  '28 5a433a576014',
];
const INBOX = [
  '1 c7bc9c73f17d',
  '2 859f777b8c4d',
  '4 9c8da173dca1',
  '5 7b9f394be51e',
  '6 a884403c4963',
  '7 228a0cdbffac',
  '8 87a1116777b1',
];

const printOf = ({ id, name, sql }: Migration): string =>
  `${id} ${createHash('sha256').update(`${name}\n${sql}`).digest('hex').slice(0, 12)}`;

test.each([
  ['mirror', MIRROR_MIGRATIONS, MIRROR],
  ['inbox', INBOX_MIGRATIONS, INBOX],
] as const)('the %s begins with what was shipped', (_which, migrations, shipped) => {
  expect(migrations.slice(0, shipped.length).map(printOf)).toEqual(shipped);
});
