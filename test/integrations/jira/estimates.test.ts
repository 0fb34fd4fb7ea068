import { expect, test } from '@jest/globals';
import { estimateIn } from '../../../src/integrations/jira/estimates.js';
import { issueSchema } from '../../../src/integrations/jira/schema.js';

const NAMES = {
  customfield_1: 'Story Points',
  customfield_2: 'Story point estimate',
  customfield_3: 'Größe',
};
const fieldsOf = (fields: Readonly<Record<string, unknown>>) =>
  issueSchema.parse({ key: 'A-1', fields }).fields;

test.each([
  ['a number', { customfield_1: 5 }, null, 5],
  ['nought', { customfield_1: 0 }, null, 0],
  ['a field without a value', { customfield_1: null }, null, 'none'],
  ['no field that is an estimate', { customfield_3: 5 }, null, null],
  ['both of Jira’s fields, of which one is empty', { customfield_1: null, customfield_2: 3 }, null, 3],
  ['both of Jira’s fields', { customfield_1: 8, customfield_2: 3 }, null, 8],
  ['the field that the team names', { customfield_1: 8, customfield_3: 13 }, 'größe', 13],
  ['the field that the team gives by id', { customfield_1: 8, customfield_3: 13 }, 'customfield_3', 13],
  ['a text under the name of an estimate', { customfield_1: '5' }, null, 'none'],
] as const)('of %s', (_what, fields, named, expected) => {
  expect(estimateIn(fieldsOf(fields), NAMES, named)).toBe(expected);
});

test('is not known where Jira told no names', () => {
  expect(estimateIn(fieldsOf({ customfield_1: 5 }), {}, null)).toBeNull();
});
