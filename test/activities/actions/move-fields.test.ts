import { describe, expect, test } from '@jest/globals';
import { moveAlong } from '../../../src/activities/actions/move-fields.js';
import type { JiraTransition, TransitionField } from '../../../src/integrations/jira/jira.js';

const RESOLUTIONS = [
  { id: '10000', name: 'Done' },
  { id: '10001', name: "Won't Do" },
];
const field = (id: string, overrides: Partial<TransitionField> = {}): TransitionField => ({
  id,
  name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
  isDemanded: true,
  allowed: null,
  ...overrides,
});
const resolution = field('resolution', { allowed: RESOLUTIONS });
const way = (id: string, fields?: readonly TransitionField[]): JiraTransition => ({
  id,
  name: `Way ${id}`,
  toStatus: 'Done',
  ...(fields === undefined ? {} : { fields }),
});

describe('a move', () => {
  test('that demands nothing is made as it is', () => {
    expect(moveAlong([way('1')], {}, {})).toMatchObject({ way: { id: '1' }, fields: {}, values: {} });
  });

  test('is given what it demands, by the value that Jira lists', () => {
    expect(moveAlong([way('1', [resolution])], { resolution: "won't do" }, {})).toMatchObject({
      fields: { resolution: { id: '10001' } },
      values: { resolution: "Won't Do" },
    });
  });

  test('goes by the first way that takes all of it', () => {
    const ways = [way('1', [field('cf_9')]), way('2', [resolution]), way('3', [])];

    expect(moveAlong(ways, {}, {})).toMatchObject({ way: { id: '3' } });
    expect(moveAlong(ways, { resolution: 'Done' }, {})).toMatchObject({ way: { id: '2' } });
  });

  test('takes from the issue what it demands and nobody gave, and nothing else', () => {
    const screen = [field('assignee'), field('priority', { isDemanded: false })];

    expect(moveAlong([way('1', screen)], {}, { assignee: 'bo', priority: 'High' })).toMatchObject({
      fields: { assignee: { accountId: 'bo' } },
      values: { assignee: 'bo' },
    });
    expect(moveAlong([way('1', screen)], { assignee: 'ana' }, { assignee: 'bo' })).toMatchObject({
      fields: { assignee: { accountId: 'ana' } },
    });
  });

  test('sends what is given where its screen only offers it', () => {
    const offered = [{ ...resolution, isDemanded: false }];

    expect(moveAlong([way('1', offered)], { resolution: 'Done' }, {})).toMatchObject({
      fields: { resolution: { id: '10000' } },
    });
  });
});

test.each([
  ['nothing that is demanded', [resolution], {}, "demands Resolution (one of: Done, Won't Do)"],
  [
    'a value that Jira does not list',
    [resolution],
    { resolution: 'Gone' },
    'does not take "Gone" as its Resolution (one of: Done, Won\'t Do)',
  ],
  ['what its screen does not hold', [], { resolution: 'Done' }, 'takes no Resolution'],
  ['a field that nobody here can fill in', [field('customfield_1', { name: 'Cause' })], {}, 'demands Cause'],
  [
    'two of them',
    [field('assignee'), field('cf', { name: 'Cause' })],
    {},
    'demands Assignee, and demands Cause',
  ],
] as const)(
  'a move that is given %s is not made, and says what it takes',
  (_what, fields, given, problem) => {
    expect(moveAlong([way('1', fields)], given, {})).toEqual({ problems: [`"Way 1" ${problem}`] });
  },
);
