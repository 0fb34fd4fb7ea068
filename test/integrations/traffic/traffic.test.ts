import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createBitbucketTraffic } from '../../../src/integrations/bitbucket/limits.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import { createJiraTraffic, issueOfPath } from '../../../src/integrations/jira/limits.js';
import { channelOfCall, createSlackTraffic } from '../../../src/integrations/slack/limits.js';
import type { Call } from '../../../src/integrations/traffic/call.js';
import { NO_BOOK, type NotedPause } from '../../../src/integrations/traffic/pause-book.js';
import { createPauses } from '../../../src/integrations/traffic/pauses.js';

let now = 0;
const clock = { now: () => now };

function refusal(limitReason: string | null, retryAfterMs: number | null = 10_000): IntegrationError {
  return new IntegrationError({
    service: 'jira',
    message: '429',
    status: 429,
    code: 'rate_limit',
    retryable: true,
    retryAfterMs,
    limitReason,
  });
}

function jiraCall(method: string, path: string): Call {
  const write = method !== 'GET';
  return { sent: { service: 'jira', method, path, write }, resource: write ? issueOfPath(path) : null };
}

function slackCall(method: string, channel: string): Call {
  const sent = { service: 'slack', method: 'POST', path: `/${method}`, write: true } as const;
  return { sent, resource: channelOfCall(method, { channel }) };
}

const READ = jiraCall('GET', '/rest/api/3/issue/PAY-1');
const COMMENT = jiraCall('POST', '/rest/api/3/issue/PAY-1/comment');
const MOVE = jiraCall('POST', '/rest/api/3/issue/PAY-1/transitions');
const OTHER_COMMENT = jiraCall('POST', '/rest/api/3/issue/PAY-2/comment');

describe('what Jira refuses', () => {
  test.each([
    ['jira-per-issue-on-write', [COMMENT, MOVE], [READ, OTHER_COMMENT]],
    ['jira-burst-based', [COMMENT, OTHER_COMMENT], [READ, MOVE]],
    ['jira-quota-tenant-based', [COMMENT, OTHER_COMMENT, READ, MOVE], []],
    ['jira-quota-global-based', [COMMENT, OTHER_COMMENT, READ, MOVE], []],
    [null, [COMMENT, OTHER_COMMENT, READ, MOVE], []],
  ])('for %s holds back just that', async (reason, held, others) => {
    const traffic = createJiraTraffic(clock);

    await expect(traffic.pass(COMMENT, () => Promise.reject(refusal(reason)))).rejects.toThrow('429');

    for (const call of held) {
      expect(traffic.heldBack(call)).toMatchObject({ code: 'rate_limit', heldBack: true, retryable: true });
    }
    expect(others.map((call) => traffic.heldBack(call))).toEqual(others.map(() => null));
  });

  test('is asked for again when the wait is over, and not before', async () => {
    const traffic = createJiraTraffic(clock);
    await expect(traffic.pass(COMMENT, () => Promise.reject(refusal(null)))).rejects.toThrow();
    const sent: string[] = [];
    const send = async () => void sent.push('sent');

    now += 9_999;
    const early = await traffic.pass(COMMENT, send).catch((error: IntegrationError) => error);
    now += 1;
    await traffic.pass(COMMENT, send);

    expect(early).toMatchObject({ heldBack: true, outcomeUnknown: false, status: null });
    expect(sent).toEqual(['sent']);
  });

  test('at once to many waits for some a little longer than for others, never shorter than asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_600_000 }), async (askedMs) => {
        const traffic = createJiraTraffic(clock);
        await traffic.pass(READ, () => Promise.reject(refusal(null, askedMs))).catch(() => null);

        const waits = Array.from({ length: 8 }, () => traffic.heldBack(READ)?.retryAfterMs ?? 0);

        expect(Math.min(...waits)).toBeGreaterThanOrEqual(askedMs);
        expect(Math.max(...waits)).toBeLessThanOrEqual(askedMs + Math.min(askedMs / 3, 10_000) + 1);
      }),
    );
  });
});

test('what is no rate limit holds nothing back', async () => {
  const traffic = createJiraTraffic(clock);
  const away = new IntegrationError({
    service: 'jira',
    message: '503',
    status: 503,
    code: 'unavailable',
    retryable: true,
  });

  await expect(traffic.pass(READ, () => Promise.reject(away))).rejects.toBe(away);

  expect(traffic.heldBack(READ)).toBeNull();
});

test('a vendor that is away and says for how long is left alone so long, as after too many calls', async () => {
  const noted: NotedPause[] = [];
  const traffic = createJiraTraffic({ ...clock, book: { ...NO_BOOK, note: (pause) => noted.push(pause) } });
  const maintenance = new IntegrationError({
    service: 'jira',
    message: '503',
    status: 503,
    code: 'unavailable',
    retryable: true,
    retryAfterMs: 60_000,
  });

  await expect(traffic.pass(READ, () => Promise.reject(maintenance))).rejects.toBe(maintenance);

  expect(traffic.heldBack(OTHER_COMMENT)).toMatchObject({ heldBack: true, code: 'rate_limit' });
  expect(noted).toMatchObject([{ leftMs: 60_000 }]);
  now += 60_000;
  expect(traffic.heldBack(OTHER_COMMENT)).toBeNull();
});

test('what Bitbucket refuses holds back everything of Bitbucket', async () => {
  const traffic = createBitbucketTraffic(clock);
  const call = (path: string): Call => ({
    sent: { service: 'bitbucket', method: 'GET', path, write: false },
    resource: null,
  });
  await traffic.pass(call('/repositories/a/b'), () => Promise.reject(refusal(null))).catch(() => null);

  expect(traffic.heldBack(call('/user'))).not.toBeNull();
});

test('what Slack refuses holds back the channel for a post, the method for everything else', async () => {
  const traffic = createSlackTraffic(clock);
  const refused = () => Promise.reject(refusal(null));
  await traffic.pass(slackCall('chat.postMessage', 'C1'), refused).catch(() => null);
  await traffic.pass(slackCall('conversations.replies', 'C1'), refused).catch(() => null);

  const held = [
    slackCall('chat.postMessage', 'C1'),
    slackCall('chat.postMessage', 'C2'),
    slackCall('chat.update', 'C1'),
    slackCall('conversations.replies', 'C2'),
    slackCall('conversations.history', 'C1'),
  ].map((call) => traffic.heldBack(call) !== null);

  expect(held).toEqual([true, false, false, true, false]);
});

describe('a refusal that does not say how long', () => {
  test('is two seconds, then twice as long each time up to thirty, and two again after a call went through', () => {
    const pauses = createPauses(() => now);
    const waits: number[] = [];
    for (let refused = 0; refused < 6; refused++) {
      pauses.refused(READ, 'client', null);
      waits.push(pauses.leftFor(READ));
      now += pauses.leftFor(READ);
    }
    pauses.taken(READ);
    pauses.refused(READ, 'client', null);

    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(pauses.leftFor(READ)).toBe(2_000);
  });

  test('and one that asks for more than two hours is not believed', () => {
    const pauses = createPauses(() => now);

    pauses.refused(READ, 'client', 10 ** 12);

    expect(pauses.leftFor(READ)).toBe(7_200_000);
  });
});
