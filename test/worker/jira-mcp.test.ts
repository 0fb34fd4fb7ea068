import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createJiraMcp } from '../../src/worker/jira-mcp.js';
import { quietLog } from '../support/quiet-log.js';

const INSIDE = async () => ['10.0.0.8'];

/** Why the issue was not read through it. */
async function whyNot(privateHosts: readonly string[]): Promise<unknown> {
  const url = 'https://mcp.acme.invalid/mcp';
  const mcp = {
    door: { kind: 'url', url, authorization: 'Bearer secret' },
    timeoutMs: 5_000,
    toolSha256: null,
    pinsFile: join('not', 'written.json'),
  } as const;
  const jira = { baseUrl: 'https://acme.atlassian.net', privateHosts, mcp };
  const issues = createJiraMcp({ jira }, quietLog, INSIDE);
  const told = await issues?.read({ id: null, key: 'PAY-1' });
  await issues?.close();
  return told;
}

test('a server whose name leads inside the network is asked nothing', async () => {
  expect(await whyNot([])).toContain(
    'JIRA_MCP_URL: mcp.acme.invalid leads to 10.0.0.8, an address inside the network, and nothing was sent; name the host in VENDOR_PRIVATE_HOSTS where that is meant',
  );
});

test('one that VENDOR_PRIVATE_HOSTS names is asked', async () => {
  expect(await whyNot(['mcp.acme.invalid'])).toMatch(/ENOTFOUND|EAI_AGAIN/);
});
