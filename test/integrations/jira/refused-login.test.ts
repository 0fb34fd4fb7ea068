import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Jira } from '../../../src/integrations/jira/jira.js';
import { refusedLogin } from '../../../src/integrations/jira/refused-login.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

describe('what Jira says of a login', () => {
  test.each([
    [{}, null],
    [{ 'X-Seraph-LoginReason': 'OK' }, null],
    [{ 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED' }, 'AUTHENTICATED_FAILED'],
    [{ 'x-seraph-loginreason': 'authentication_denied' }, 'AUTHENTICATION_DENIED'],
    [{ 'x-seraph-loginreason': 'OUT', 'x-ausername': 'anonymous' }, 'OUT'],
    // The session was over, and the token logged in again.
    [{ 'x-seraph-loginreason': 'OUT, OK' }, null],
    // A personal access token logs in beside Seraph.
    [{ 'x-seraph-loginreason': 'OUT', 'x-ausername': 'pm-agent' }, null],
    // Logged in, and not let in there: that is a 403.
    [{ 'x-seraph-loginreason': 'AUTHORISATION_FAILED' }, null],
  ])('in %j is %j', (headers, why) => {
    expect(refusedLogin(new Headers(headers as Record<string, string>))).toBe(why);
  });
});

const EXPIRED = { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED', 'atl-traceid': 'trace-1' };
const NOT_THERE = { errorMessages: ['Issue does not exist or you do not have permission to see it.'] };

describe.each(['cloud', 'data_center'] as const)('an answer as to nobody (%s)', (deployment) => {
  let server: ScriptedServer;
  let jira: Jira;
  beforeEach(async () => {
    server = await startScriptedServer();
    jira = createJiraRest({ baseUrl: server.url, email: 'bot@acme.example', token: 's3cret', deployment });
  });
  afterEach(() => server.close());

  const search = () => jira.searchIssues({ words: 'wallet', projects: ['PAY'], state: 'any', limit: 5 });

  test('is a refusal where it finds nothing', async () => {
    server.answer({ headers: EXPIRED, body: { issues: [], startAt: 0, total: 0, isLast: true } });

    const failure = await failureOf(search());

    expect(failure).toMatchObject({ code: 'auth', status: 401, retryable: false, outcomeUnknown: false });
    expect(failure.requestId).toBe('trace-1');
    expect(failure.message).toContain('AUTHENTICATED_FAILED');
    expect(failure.message).toContain('check the jira token');
  });

  test.each([404, 200, 500])('of %i is a refusal of a read', async (status) => {
    server.answer({ status, headers: EXPIRED, body: NOT_THERE });

    expect(await failureOf(jira.getIssue('PAY-1'))).toMatchObject({ code: 'auth', status: 401 });
  });

  test('that leads to the form to log in with is a refusal', async () => {
    server.answer({ status: 302, headers: { ...EXPIRED, location: '/login.jsp' } });

    expect(await failureOf(jira.getIssue('PAY-1'))).toMatchObject({ code: 'auth', status: 401 });
  });

  test.each([
    [404, false],
    [401, false],
    [302, false],
    // Where nobody may write as well, it stands there.
    [201, true],
    [500, true],
  ])('of %i to a write leaves its outcome open: %p', async (status, outcomeUnknown) => {
    server.answer({ status, headers: EXPIRED, body: { id: '1' } });

    const failure = await failureOf(jira.assign('PAY-1', null));

    expect(failure).toMatchObject({ code: 'auth', outcomeUnknown });
  });

  test('is none where the login counts', async () => {
    const headers = { 'X-Seraph-LoginReason': 'OK' };
    server.answer({ status: 404, headers, body: NOT_THERE });
    server.answer({ headers, body: { issues: [], startAt: 0, total: 0, isLast: true } });

    expect(await failureOf(jira.getIssue('PAY-1'))).toMatchObject({ code: 'not_found', status: 404 });
    expect(await search()).toEqual([]);
  });
});
