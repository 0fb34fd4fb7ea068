import { expect, test } from '@jest/globals';
import { createLazySlack } from '../../src/api/lazy-slack.js';
import { failureOf } from '../support/integration-failure.js';

const HOST = 'slack.acme.invalid';

async function failure(privateHosts: readonly string[]): Promise<string> {
  const options = { apiUrl: `https://${HOST}/api`, botToken: 't', privateHosts };
  const slack = createLazySlack({ ...options, resolve: async () => ['10.0.0.8'] });
  return (await failureOf(slack.openView('t', { type: 'modal' } as never))).message;
}

test('a name that leads inside the network is asked nothing, unless it is meant', async () => {
  expect(await failure([])).toContain('slack: slack.acme.invalid leads to 10.0.0.8');
  expect(await failure([HOST])).toContain('slack gave no answer to POST /views.open');
});
