/** A vendor whose certificate nobody vouches for: a real TLS server, and every client that speaks to one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { failureOf } from '../support/integration-failure.js';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
let server: Server;
let url: string;
let requests = 0;

beforeAll(async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert, '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...subject], { stdio: 'ignore' });
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const write = { body: 'Hello.', actionId: 'cycle-1.a1' };

test.each([
  [
    'jira',
    'JIRA_BASE_URL',
    () =>
      createJiraRest({ baseUrl: url, email: null, token: 't' }).addComment({ ...write, issueKey: 'PAY-1' }),
  ],
  [
    'bitbucket',
    'BITBUCKET_BASE_URL',
    () =>
      createBitbucket({ baseUrl: url, username: null, token: 't' }).addComment({
        ...write,
        repository: 'acme/pay-api',
        pullRequestId: 1,
      }),
  ],
  [
    'slack',
    'SLACK_API_URL',
    () =>
      createSlack({ apiUrl: url, botToken: 't' }).postMessage({
        channel: 'C0WEB',
        threadTs: null,
        text: 'Hello.',
        actionId: 'cycle-1.a1',
      }),
  ],
] as const)(
  '%s: nothing is sent, nothing is tried again, and the setting is named',
  async (vendor, setting, send) => {
    const failure = await failureOf(send());

    expect(failure).toMatchObject({ code: 'certificate', retryable: false, outcomeUnknown: false });
    expect(failure.message).toContain(
      `the certificate of ${vendor} is not believed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
    expect(failure.message).toContain(`check ${setting}`);
    expect(requests).toBe(0);
  },
);
