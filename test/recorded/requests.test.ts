/** Every request that a client of src/integrations can send, held against the vendors' published documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OpenApiCheck, openApiCheck } from '../support/openapi.js';
import { specOf } from '../support/recorded.js';
import {
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.js';
import { slackCheck } from '../support/slack-openapi.js';
import { BITBUCKET_NOT_CALLED, isOf, JIRA_NOT_CALLED, SLACK_NOT_CALLED } from './not-called.js';
import { bitbucketClients } from './sent/bitbucket.js';
import type { SendingClient } from './sent/cases.js';
import { jiraClients } from './sent/jira.js';
import { slackClients } from './sent/slack.js';

const SOURCES = resolve(fileURLToPath(new URL('../../src/integrations', import.meta.url)));

interface Vendor {
  /** What stands before the paths of the document. */
  readonly base: string;
  /** Recorded answers that count as those of operations which are not called. */
  readonly notCalled: Readonly<Record<string, string>>;
  readonly clients: (url: string) => readonly SendingClient[];
  readonly check: () => OpenApiCheck;
}

const VENDORS: Readonly<Record<string, Vendor>> = {
  Jira: { base: '', notCalled: JIRA_NOT_CALLED, clients: jiraClients, check: jiraCheck },
  Bitbucket: {
    base: '/2.0',
    notCalled: BITBUCKET_NOT_CALLED,
    clients: (url) => bitbucketClients(`${url}/2.0`),
    check: bitbucketCheck,
  },
  Slack: {
    base: '/api',
    notCalled: SLACK_NOT_CALLED,
    clients: (url) => slackClients(`${url}/api`),
    // Newer than the published document: message metadata.
    check: () =>
      slackCheck(specOf('slack_web_openapi_v2.2021.json'), {
        basePath: '/api',
        newer: ['metadata', 'include_all_metadata'],
      }),
  },
};

function jiraCheck(): OpenApiCheck {
  const platform = openApiCheck(specOf('jira-platform-v3.2024-03-28.json'));
  const agile = openApiCheck(specOf('jira-software-agile.2024-03-28.json'));
  return {
    problemsOf: (request) => {
      const check = request.path.startsWith('/rest/agile') ? agile : platform;
      return check.problemsOf(withOlderSearch(request)).filter((problem) => !isUnassigning(request, problem));
    },
  };
}

/** "null, the issue is set to unassigned", says the operation's text; its schema says a string. */
function isUnassigning({ path, json }: ReceivedRequest, problem: string): boolean {
  const { accountId } = Object(json) as { readonly accountId?: unknown };
  return path.endsWith('/assignee') && accountId === null && problem === '/accountId must be string';
}

/** Newer than the published document: the search by token, which takes what the old one took, and the token. */
function withOlderSearch(request: ReceivedRequest): ReceivedRequest {
  if (request.path !== '/rest/api/3/search/jql') {
    return request;
  }
  const { nextPageToken: _newer, ...query } = request.query;
  return { ...request, path: '/rest/api/3/search', query };
}

function bitbucketCheck(): OpenApiCheck {
  const check = openApiCheck(specOf('bitbucket-cloud.json'), {
    basePath: '/2.0',
    // developer.atlassian.com/cloud/bitbucket/rest/intro: paging, sorting and filtering hold for every collection; the
    // `next` address of an activity names its place by `ctx`.
    alsoAllowed: ['pagelen', 'page', 'sort', 'q', 'ctx'],
  });
  // The document derives requests from answers, which name their `type`; the vendor's examples of requests do not.
  const inherited = / must have required property 'type'$/;
  return { problemsOf: (request) => check.problemsOf(request).filter((problem) => !inherited.test(problem)) };
}

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});

afterAll(() => server.close());

/** Exported functions of files that send; those that other clients send through are none of their own. */
function sendingFactories(): readonly string[] {
  const through = ['createJiraHttp', 'createBitbucketHttp', 'createSlackCall'];
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(SOURCES, file), 'utf8');
    if (!through.some((name) => text.includes(`${name}(options)`))) {
      return [];
    }
    const exported = [...text.matchAll(/^export (?:async )?function (\w+)\(\s*options\b/gm)];
    return exported.flatMap(([, name = '']) => (through.includes(name) ? [] : [name]));
  });
}

test('every client that sends stands in the tables', () => {
  const clients = Object.values(VENDORS).flatMap((vendor) => vendor.clients('http://127.0.0.1:1'));
  const named = clients.map(({ factory }) => factory);

  expect(sendingFactories().length).toBeGreaterThan(10);
  expect(sendingFactories().filter((factory) => !named.includes(factory))).toEqual([]);
});

describe.each(Object.entries(VENDORS))('%s', (_vendor, { base, notCalled, clients, check }) => {
  const seen: ReceivedRequest[] = [];
  // Made once: reading a document takes a second.
  let document: OpenApiCheck;
  beforeAll(() => {
    document = check();
  });

  const rows = clients('http://127.0.0.1:1').flatMap(({ factory, methods }) =>
    methods.map((method) => [factory, method] as const),
  );

  test.each(rows)('%s: %s sends what is documented', async (factory, method) => {
    const client = clients(server.url).find((one) => one.factory === factory);
    const cases = client?.cases[method] ?? [];

    expect(cases.length).toBeGreaterThan(0);
    for (const { call, answers } of cases) {
      const from = server.received.length;
      server.answer(...answers.map((body) => ({ body })));
      await call();
      const sent = server.received.slice(from);

      seen.push(...sent);
      expect(sent).toHaveLength(answers.length);
      for (const request of sent) {
        expect([`${request.method} ${request.path}`, document.problemsOf(request)]).toEqual([
          `${request.method} ${request.path}`,
          [],
        ]);
      }
    }
  });

  test('calls nothing that recorded answers are left unread for', () => {
    const requests = seen.map(({ method, path }) => ({ method, path: path.slice(base.length) }));
    const called = Object.entries(notCalled).filter(([, operation]) =>
      requests.some((request) => isOf(operation, request)),
    );

    expect(requests.length).toBeGreaterThan(rows.length);
    expect(called).toEqual([]);
  });
});
