/** The document is OpenAPI 3.1, lints clean, and names exactly what is mounted. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const redocly = resolve(
  fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url)),
);

let api: TestApi;
let document: any;

beforeAll(async () => {
  api = await startTestApi();
  document = (await ask(`${api.url}/openapi.json`)).body;
});
afterAll(() => api.close());

const CONTRACT = [
  'get /',
  'get /health',
  'get /ready',
  'get /metrics',
  'get /openapi.json',
  'get /docs',
  'post /webhooks/jira',
  'post /webhooks/bitbucket',
  'post /webhooks/slack',
  'post /webhooks/slack/interactions',
  'post /webhooks/slack/commands',
  'get /api/events',
  'get /api/events/{id}',
  'post /api/events/{id}/release',
  'post /api/events/{id}/retry',
  'get /api/pause',
  'post /api/pause',
  'post /api/resume',
  'get /api/blobs/{id}',
  'get /api/shadow',
  'get /api/autonomy',
  'post /api/autonomy/promote',
  'post /api/autonomy/demote',
  'get /api/oversight',
  'get /api/drills',
  'post /api/drills',
  'get /api/cycles',
  'get /api/cycles/{id}',
  'get /api/cycles/{id}/audit',
  // Beyond the contract: what `pm-agent explain` asks.
  'get /api/explanations/{id}',
  'get /api/approvals',
  'get /api/approvals/{id}',
  'post /api/approvals/{id}/decision',
  'get /api/actions/{id}',
  'post /api/actions/{id}/undo',
  'post /api/actions/{id}/settle',
  'get /api/unsettled',
  // Beyond the contract: what `pm-agent declined` asks.
  'get /api/declined',
  'get /api/session',
  'post /api/session',
  'delete /api/session',
  'get /api/audit',
  'get /api/audit/verify',
  // Beyond the contract: what `pm-agent replay` and `eval` ask.
  'post /api/trials',
  'get /api/trials',
  'get /api/trials/{id}',
];

function documented(): string[] {
  return Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
}

test('it is OpenAPI 3.1 of this version', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toBe(api.config.version);
});

test('it names every route of the contract that this version has, and no other', () => {
  expect(documented().sort()).toEqual([...CONTRACT].sort());
});

test('everything it names is mounted', async () => {
  for (const one of documented()) {
    const [method = '', path = ''] = one.split(' ');
    const answer = await ask(api.url + path.replace('{id}', 'x'), { method: method.toUpperCase() });

    // 404 with a message about the id is an answer of the route itself.
    expect([404, 405].includes(answer.status) && !/is not known here/.test(answer.text)).toBe(false);
  }
});

test('every operation has a summary, a tag, errors in one shape and a name of its own', () => {
  const operations = Object.values(document.paths as Record<string, Record<string, any>>).flatMap(
    Object.values,
  );

  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
  for (const operation of operations) {
    expect(operation.summary).toEqual(expect.any(String));
    expect(operation.tags).toHaveLength(1);
    const errors = Object.entries<any>(operation.responses).filter(
      ([status]) => Number(status) >= 400 && status !== '503',
    );
    expect(errors.length).toBeGreaterThan(0);
    for (const [, response] of errors) {
      expect(response.content['application/json'].schema.$ref).toBe('#/components/schemas/Error');
    }
  }
});

test('the linter has nothing to say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
  writeFileSync(
    join(folder, 'redocly.yaml'),
    'extends: [recommended]\nrules:\n  no-server-example.com: off\n  operation-4xx-response: error\n',
  );
  const lint = promisify(execFile)(process.execPath, [redocly, 'lint', 'openapi.json', '--format=json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  const { stdout } = await lint.catch((error: { stdout: string }) => error);
  rmSync(folder, { recursive: true, force: true });
  const { problems, totals } = JSON.parse(stdout.slice(stdout.indexOf('{')));

  expect(problems.map((problem: any) => `${problem.ruleId}: ${problem.message}`)).toEqual([]);
  expect(totals).toMatchObject({ errors: 0, warnings: 0 });
}, 60_000);

describe('GET /docs', () => {
  test('is a page whose scripts and styles are ours', async () => {
    const page = await ask(`${api.url}/docs/`);
    const own = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    const answers = await Promise.all(own.map((path) => ask(new URL(path, `${api.url}/docs/`).href)));

    expect(page.status).toBe(200);
    expect(own.length).toBeGreaterThan(3);
    expect(own.filter((path) => !path.startsWith('./'))).toEqual([]);
    expect(answers.map((answer) => answer.status)).toEqual(own.map(() => 200));
  });

  test('runs under a policy that allows no foreign and no inline script', async () => {
    const page = await ask(`${api.url}/docs/`);
    const policy = page.headers.get('content-security-policy') ?? '';

    expect(policy).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>[^<]*\S/);
  });

  test('reads the document of this server', async () => {
    expect((await ask(`${api.url}/docs/swagger-ui-init.js`)).text).toContain('/openapi.json');
  });

  test('without a slash leads there', async () => {
    const answer = await ask(`${api.url}/docs`);

    expect(answer.headers.get('location')).toBe('/docs/');
  });

  test('takes nothing but reading', async () => {
    expect((await ask(`${api.url}/docs`, { method: 'POST' })).status).toBe(405);
  });

  test('says by OPTIONS what it takes', async () => {
    const answer = await ask(`${api.url}/docs`, { method: 'OPTIONS' });

    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });
});
