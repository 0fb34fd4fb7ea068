/** A vendor whose certificate is not believed: a real TLS server, and every client that speaks to one. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { failureOf } from '../support/integration-failure.js';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
const at = (name: string) => join(folder, name);
const servers: Server[] = [];
let requests = 0;

afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  rmSync(folder, { recursive: true, force: true });
});

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'ignore' });
}

/** Answers `{}` to everything. @returns its address */
async function serve(key: string, cert: string): Promise<string> {
  const files = { key: readFileSync(at(key)), cert: readFileSync(at(cert)) };
  const server = createServer(files, (_request, response) => {
    requests += 1;
    response.end('{}');
  });
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('one that nobody vouches for', () => {
  let url: string;
  beforeAll(async () => {
    const files = ['-keyout', at('own.key'), '-out', at('own.pem'), '-days', '1'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...CURVE, ...files, ...subject);
    url = await serve('own.key', 'own.pem');
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
});

/**
 * Only a process that begins with `NODE_EXTRA_CA_CERTS` believes an authority of one's own: the clients run in one, and it
 * prints how each of their reads failed.
 */
describe('one of an authority that is believed', () => {
  beforeAll(() => {
    openssl('req', '-x509', ...CURVE, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=ca');
    openssl('req', ...CURVE, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=localhost');
    writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
  });

  async function failures(
    days: string,
  ): Promise<readonly { readonly code: string; readonly message: string }[]> {
    const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
    const leaf = [
      '-in',
      at('leaf.csr'),
      '-extfile',
      at('names'),
      '-out',
      at(`leaf${days}.pem`),
      '-days',
      days,
    ];
    openssl('x509', '-req', ...authority, ...leaf);
    const url = await serve('leaf.key', `leaf${days}.pem`);
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', tsx, '--input-type=module', '-e', readsAt(url)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: at('ca.pem') } },
    );
    return JSON.parse(stdout);
  }

  test('is refused by every client once it has expired, and nothing is sent', async () => {
    requests = 0;

    const failed = await failures('-1');

    expect(failed).toEqual(
      ['jira', 'bitbucket', 'slack', 'claude'].map((vendor) => ({
        code: 'certificate',
        message: expect.stringContaining(`the certificate of ${vendor} is not believed (CERT_HAS_EXPIRED)`),
      })),
    );
    expect(requests).toBe(0);
  });

  test('is believed while it is valid', async () => {
    requests = 0;

    const failed = await failures('1');

    expect(failed).toHaveLength(4);
    expect(failed.map(({ code }) => code)).not.toContain('certificate');
    expect(requests).toBe(4);
  });
});

/** A program that reads from each vendor at this address. */
function readsAt(url: string): string {
  const source = (file: string) =>
    JSON.stringify(new URL(`../../src/integrations/${file}`, import.meta.url).href);
  return `
    const { createJiraRest } = await import(${source('jira/rest.ts')});
    const { createBitbucket } = await import(${source('bitbucket/client.ts')});
    const { createSlack } = await import(${source('slack/client.ts')});
    const { createClaude } = await import(${source('claude/client.ts')});
    const baseUrl = ${JSON.stringify(url)};
    const model = { model: 'm', maxTokens: 1, system: '', messages: [], tools: [], replySchema: {} };
    const reads = [
      () => createJiraRest({ baseUrl, email: null, token: 't' }).getIssue('PAY-1'),
      () => createBitbucket({ baseUrl, username: null, token: 't' }).getPullRequest('acme/pay-api', 1),
      () => createSlack({ apiUrl: baseUrl, botToken: 't' }).getThread('C0WEB', '1.1'),
      () => createClaude({ apiKey: 'k', baseURL: baseUrl }).createMessage(model),
    ];
    const failed = [];
    for (const read of reads) {
      await read().catch(({ code, message }) => failed.push({ code, message }));
    }
    console.log(JSON.stringify(failed));
  `;
}
