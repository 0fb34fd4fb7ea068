import { expect, test } from '@jest/globals';
import { createOwnAccounts } from '../../../src/api/webhooks/own-accounts.js';

test('the mirror is asked at most a few times a second, by a clock that cannot be set back', () => {
  let now = 0;
  const known = [{ vendor: 'jira', accountId: 'a' }];
  const accounts = createOwnAccounts({ ownAccounts: () => [...known] }, () => now);
  expect(accounts.isOwn('jira', ['a'])).toBe(true);
  known.push({ vendor: 'slack', accountId: 'b' });

  now = 249;
  expect(accounts.isOwn('slack', ['b'])).toBe(false);
  now = 250;
  expect(accounts.isOwn('slack', ['b'])).toBe(true);
});

test('an account that is learned after the wall clock was set back is known within moments (F35)', async () => {
  const known: { vendor: string; accountId: string }[] = [];
  const accounts = createOwnAccounts({ ownAccounts: () => [...known] });
  expect(accounts.isOwn('jira', ['a'])).toBe(false);
  const { now } = Date;
  Date.now = () => now() - 3_600_000;
  try {
    known.push({ vendor: 'jira', accountId: 'a' });
    await new Promise((resolve) => setTimeout(resolve, 260));

    expect(accounts.isOwn('jira', ['a'])).toBe(true);
  } finally {
    Date.now = now;
  }
});
