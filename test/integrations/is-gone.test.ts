import { expect, test } from '@jest/globals';
import { IntegrationError, isGone, orGone } from '../../src/integrations/integration-error.js';

const error = (code: string, status: number) =>
  new IntegrationError({ service: 'jira', message: code, code, status, retryable: false });

test.each([
  ['404', error('not_found', 404)],
  ['410', error('invalid', 410)],
  ["Slack's own name for it, with 200", error('not_found', 200)],
])('%s says that a thing is gone', async (_name, gone) => {
  expect(isGone(gone)).toBe(true);
  expect(await orGone(Promise.reject(gone))).toBeNull();
});

test.each([
  ['a refusal', error('forbidden', 403)],
  ['an error of ours', new Error('not_found')],
])('%s does not, and is thrown on', async (_name, failure) => {
  expect(isGone(failure)).toBe(false);
  await expect(orGone(Promise.reject(failure))).rejects.toBe(failure);
});

test('what is there is answered', async () => {
  expect(await orGone(Promise.resolve('there'))).toBe('there');
});
