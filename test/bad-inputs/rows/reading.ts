/** What is asked of lists, files and pages. */
import { expect } from '@jest/globals';
import { jiraIssue } from '../../api/support/bodies.js';
import { startSandbox } from '../../sandbox/running-sandbox.js';
import { delivery, freshComment, JIRA } from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import { call } from '../support/wire.js';

const refused = (path: string, status = 400, code = 'bad_request'): InputCase => ({
  name: path.slice(0, 80),
  send: { path: encodeURI(path).replaceAll('%25', '%') },
  status,
  code,
});

const LISTS = ['/api/events', '/api/cycles', '/api/approvals', '/api/audit'];
const QUERIES = [
  'limit=1e9',
  'limit=0',
  'limit=501',
  'limit=-1',
  'limit=x',
  'limit=1.5',
  'limit=1&limit=2',
  'offset=-1',
  'sort=drop table',
  'cursor=garbage',
  'cursor=',
  "cursor=' OR 1=1",
  'limit[]=1',
  '__proto__=1',
];

const queries: Row = {
  number: 42,
  words: 'a query that makes no sense',
  cases: [
    ...LISTS.flatMap((path) => QUERIES.map((query) => refused(`${path}?${query}`))),
    refused('/api/cycles?status=done'),
    refused('/api/cycles?since=yesterday'),
    refused('/api/cycles?source=github'),
    refused('/api/events?status=lost'),
    refused('/api/approvals?status=open'),
    refused('/api/events/x?raw=yes'),
    {
      ...refused('/api/cycles?limit=501'),
      name: 'the answer names the field',
      also: ({ reply }) => expect(reply.body.error.message).toMatch(/^limit: /),
    },
  ],
};

/** A text is compared as a whole: none of its letters stands for others. */
function findsNothing(text: string): InputCase {
  return {
    name: JSON.stringify(text),
    before: ({ api }) => call(api.port, delivery(JIRA)),
    send: { path: `/api/events?subject=${encodeURIComponent(text)}` },
    status: 200,
    also: ({ reply }) => expect(reply.body).toEqual({ items: [], nextCursor: null }),
  };
}

const search: Row = {
  number: 43,
  words: 'a text to search for that is no plain text',
  note: 'No list searches in texts: a subject is compared as a whole, up to 300 characters.',
  cases: [
    ...['%', '_', 'jira:PAY-14_', 'jira:%', "'", '"', '\\', "' OR '1'='1", '\u0000', '*', '…', '%_\'"\\'].map(
      findsNothing,
    ),
    ...['/api/events', '/api/cycles'].flatMap((path) => [
      refused(`${path}?subject=${'%_'.repeat(5_000)}`),
      refused(`${path}?subject=${'x'.repeat(301)}`),
    ]),
    ...LISTS.map((path) => refused(`${path}?q=text`)),
    {
      name: 'the whole subject is found',
      send: async ({ api }) => {
        const raw = freshComment({ issue: jiraIssue({ key: 'SHOP-7' }) });
        await call(api.port, delivery(JIRA, { raw }));
        const reply = await call(api.port, { path: '/api/events?subject=jira:SHOP-7' });
        expect(reply.body.items).toHaveLength(1);
        return reply;
      },
      status: 200,
      stores: [{ subject: 'jira:SHOP-7' }],
      counts: 'jira/accepted',
    },
  ],
};

/** As it stands: a client library would have followed the dots itself. */
const climbing = (path: string, status = 404, code = 'not_found'): InputCase => ({
  name: path,
  send: { path },
  status,
  code,
});

const paths: Row = {
  number: 44,
  words: 'a path that climbs',
  cases: [
    ...[
      '/docs/../package.json',
      '/docs/..%2f..%2fpackage.json',
      '/docs/%2e%2e/%2e%2e/package.json',
      '/docs/....//....//package.json',
      '/docs/..%5c..%5cpackage.json',
      '/docs/..\\..\\package.json',
      '/docs/%252e%252e%252fpackage.json',
      '/docs/%00',
      '/docs/swagger-ui.css%00.html',
      '/docs/.env',
      '/docs//etc/passwd',
      '/docs/package.json/',
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/api/../../etc/passwd',
      '/api/cycles/..%2f..%2fetc%2fpasswd',
      '/api/cycles/%00',
      '/api/events/..%2f..%2finbox.db?raw=1',
      '/api/events/evt_0/../../..',
      '/webhooks/../data/inbox.db',
      '/dashboard/..%2f..%2finbox.db',
    ].map((path) => climbing(path)),
    climbing('/api/cycles/%zz', 400, 'bad_request'),
    climbing('/api/cycles/%c0%ae%c0%ae', 400, 'bad_request'),
  ],
};

const MARKUP = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'-alert(1)-'",
  '<a href="javascript:alert(1)">x</a>',
  '{{constructor.constructor("alert(1)")()}}',
];

function shownAsData(text: string): InputCase {
  return {
    name: `in a summary and a name: ${text}`,
    send: async ({ api }) => {
      const raw = freshComment({ issue: jiraIssue({ fields: { summary: text } }) });
      const { body } = await call(api.port, delivery(JIRA, { raw }));
      const asBytes = await call(api.port, { path: `/api/events/${body.eventId}?raw=1` });
      expect(asBytes.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename=${body.eventId}.body`,
        'x-content-type-options': 'nosniff',
      });
      return call(api.port, {
        path: `/api/events/${body.eventId}`,
        headers: [['Accept', 'text/html']],
      });
    },
    status: 200,
    stores: [{ status: 'received' }],
    counts: 'jira/accepted',
    also: ({ reply }) => {
      expect(reply.body.event.issue.summary).toBe(text);
      expect(reply.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringMatching(/default-src 'none';script-src 'self';/),
      });
    },
  };
}

const scripts: Row = {
  number: 45,
  words: 'markup in what people wrote',
  note: 'The API answers JSON; the pages that exist are its documentation and what a browser without a token reads, which show no data, and the sandbox’s.',
  cases: [
    ...MARKUP.map(shownAsData),
    ...MARKUP.map(
      (text): InputCase => ({
        name: `in a path that is not there: ${text}`,
        send: { path: `/${encodeURIComponent(text)}`, headers: [['Accept', 'text/html']] },
        status: 404,
        page: true,
        also: ({ reply }) => expect(reply.text).not.toContain(text),
      }),
    ),
    {
      name: 'the page of the documentation runs no script but its own',
      send: ({ api }) => call(api.port, { path: '/docs/' }),
      status: 200,
      also: ({ reply }) => {
        expect(reply.headers['content-security-policy']).toContain("script-src 'self';");
        expect(reply.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
      },
    },
    {
      name: 'the page of the sandbox shows it as text',
      send: async (world) => {
        const sandbox = await startSandbox();
        world.atEnd(() => sandbox.close());
        const port = Number(new URL(sandbox.url).port);
        for (const text of MARKUP) {
          const made = await call(port, {
            method: 'POST',
            path: '/jira/rest/api/3/issue/PAY-1/comment',
            headers: [
              ['Content-Type', 'application/json'],
              ['Authorization', 'Bearer x'],
            ],
            body: JSON.stringify({
              body: {
                type: 'doc',
                version: 1,
                content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
              },
            }),
          });
          expect(made.status).toBe(201);
        }
        return call(port, { path: '/' });
      },
      status: 200,
      also: ({ reply }) => {
        expect(reply.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
        for (const text of MARKUP.filter((one) => one.includes('<'))) {
          expect(reply.text).not.toContain(text);
        }
        expect(reply.headers['content-security-policy']).toBeDefined();
      },
    },
  ],
};

export const readingRows: readonly Row[] = [queries, search, paths, scripts];
