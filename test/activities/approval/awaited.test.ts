import { expect, test } from '@jest/globals';
import { toAwaited } from '../../../src/activities/approval/awaited.js';
import type { OverdueRequest } from '../../../src/domain/cycle.js';

const person = (id: string, slack: string | null) => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack,
  roles: [],
});
const PEOPLE = [person('ana', 'U0ANA'), person('bo', 'U0BO'), person('cem', null)];
const accounts = (who: Pick<OverdueRequest, 'deciders' | 'notBy'>) =>
  toAwaited({ approvalId: 'a', deadline: '2026-11-23T10:00:00.000Z', hash: 'h', ...who }, PEOPLE)
    .slackAccounts;

test('the accounts of whoever may decide, and of no other', () => {
  expect(accounts({ deciders: ['bo', 'cem', 'gone'], notBy: [] })).toEqual(['U0BO']);
  expect(accounts({ deciders: ['ana', 'bo'], notBy: ['bo'] })).toEqual(['U0ANA']);
  expect(accounts({ deciders: [], notBy: [] })).toEqual([]);
});

test('where the rule names nobody, all of pm-agent.yaml but who asked for it', () => {
  expect(accounts({ deciders: null, notBy: [] })).toEqual(['U0ANA', 'U0BO']);
  expect(accounts({ deciders: null, notBy: ['ana'] })).toEqual(['U0BO']);
});
