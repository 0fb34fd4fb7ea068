import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Person } from '../../src/domain/approval.js';
import { refusalOfClaim, signerOf } from '../../src/domain/approval-rules.js';
import { meantBy, signersOf } from '../../src/domain/signers.js';

const person = (id: string, name: string, more: Partial<Person> = {}): Person => ({
  id,
  name,
  jira: `712020:${id}`,
  bitbucket: `{${id}}`,
  slack: `U0${id.toUpperCase()}`,
  roles: [],
  ...more,
});
const PEOPLE = [
  person('bo', 'Bo Berg'),
  person('ana', 'Ana Lindqvist'),
  person('ana-2', 'Ana Lindqvist'),
  person('robot', 'Robot', { roles: ['bot'] }),
];
const signers = signersOf(PEOPLE);
const asked = { planned: { rule: 'no self-service', deciders: null, notBy: ['bo'], signers }, also: [] };

const SPELLINGS = ['bo', 'Bo Berg', '712020:bo', '{bo}', 'U0BO', '@bo', '<@U0BO>'];
const respelled = fc
  .tuple(fc.constantFrom(...SPELLINGS), fc.infiniteStream(fc.boolean()), fc.constantFrom('', ' ', '\t', '\n'))
  .map(([name, upper, space]) => {
    const letters = name.split('').map((letter) => (upper.next().value ? letter.toUpperCase() : letter));
    return `${space}${letters.join('').replace(' ', ` ${space}`)}${space}`;
  });

test('whoever asked for it decides under no spelling of their name', () => {
  fc.assert(
    fc.property(respelled, (claimed) => {
      expect(meantBy(claimed, signers)).toEqual(['bo']);
      expect(refusalOfClaim(asked, claimed)?.message).toBe(
        'bo asked for it, so somebody else has to decide (rule "no self-service")',
      );
    }),
  );
});

test.each([
  ['ana', 'ana'],
  ['ANA', 'ana'],
  ['<@U0ANA-2>', 'ana-2'],
])('%s is taken for the person %s', (claimed, id) => {
  expect(refusalOfClaim(asked, claimed)).toBeNull();
  expect(signerOf(asked, claimed)).toBe(id);
});

test.each([
  ['mallory', '"mallory" is nobody of pm-agent.yaml'],
  ['robot', '"robot" is nobody of pm-agent.yaml'],
  ['toString', '"toString" is nobody of pm-agent.yaml'],
  ['Ana Lindqvist', '"Ana Lindqvist" may be ana or ana-2'],
])('%s has to say who that is', (claimed, why) => {
  expect(refusalOfClaim(asked, claimed)?.message).toBe(
    `${why}, and rule "no self-service" lets anybody decide but bo: give as "by" your id in pm-agent.yaml`,
  );
});

test('a name that somebody else shares with whoever asked for it is refused', () => {
  const shared = signersOf([person('bo', 'Bo Berg'), person('bo-2', 'Bo Berg')]);
  const planned = { ...asked.planned, signers: shared };
  expect(refusalOfClaim({ ...asked, planned }, 'bo berg')?.message).toContain('bo asked for it');
  expect(refusalOfClaim({ ...asked, planned }, 'bo-2')).toBeNull();
});

test('where nobody is excluded a claimed name stands for itself', () => {
  const open = { planned: { rule: 'default', deciders: null }, also: [] };
  expect(refusalOfClaim(open, 'Mallory')).toBeNull();
  expect(signerOf(open, 'Mallory')).toBe('Mallory');
});
