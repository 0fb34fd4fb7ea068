import { afterEach, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { SweepPageInput } from '../../../src/domain/sweep.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import type { UpdatedIssue } from '../../../src/integrations/jira/changes.js';
import type { ThreadMessage } from '../../../src/integrations/slack/changes.js';
import { cycleInput } from '../../support/builders.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';

const STARTED = '2026-11-23T10:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(STARTED) + minutes * 60_000).toISOString();

let world: World;
afterEach(() => world.dispose());

const page = (
  scope: Partial<SweepPageInput['scope']> & Pick<SweepPageInput['scope'], 'kind'>,
  cursor: string | null = null,
) =>
  world.call('sweepPage', {
    scope: { place: null, since: at(-30), reportSince: at(-40), ...scope },
    startedAt: STARTED,
    cursor,
  });

const foundKeys = () => world.reader.findsAfter(0, 100).map(({ event }) => event.changeKey);

function issue(n: number, accountId = 'ana'): UpdatedIssue {
  return {
    self: 'https://acme.atlassian.net/rest/api/3/issue/1',
    id: String(n),
    key: `PAY-${n}`,
    summary: 'Refunds',
    created: at(-n),
    creator: { accountId, displayName: 'Ana', isApp: false },
    comments: [],
    changes: [],
    links: [],
  };
}

describe('a page of issues', () => {
  function start(
    issues: readonly UpdatedIssue[],
    nextPageToken: string | null,
    deps: WorldOptions['deps'] = {},
  ) {
    const asked: unknown[] = [];
    world = createWorld({
      deps,
      changes: {
        jira: {
          updatedIssues: (query) => {
            asked.push(query);
            return { issues, nextPageToken };
          },
        },
      },
    });
    return asked;
  }

  test('is recorded, oldest change first, and is found once however often it is read', async () => {
    start([issue(1), issue(2)], null);

    expect(await page({ kind: 'issues', place: 'PAY' })).toEqual({ cursor: null, looked: 2, found: 2 });
    expect(await page({ kind: 'issues', place: 'PAY' })).toEqual({ cursor: null, looked: 2, found: 0 });
    expect(foundKeys()).toEqual(['jira:2:created', 'jira:1:created']);
  });

  test('leaves out what the agent did, and what a webhook told of', async () => {
    start([issue(1, 'jira-agent'), issue(2), issue(3)], null, {
      knownChanges: async (keys) => new Set(keys.filter((key) => key === 'jira:2:created')),
    });

    expect(await page({ kind: 'issues' })).toMatchObject({ looked: 3, found: 1 });
    expect(foundKeys()).toEqual(['jira:3:created']);
  });

  test('moves the watermark only where it is the last', async () => {
    start([issue(1)], 'more');
    await page({ kind: 'issues', place: 'PAY' });
    expect(await world.deps.mirror.sweepMarks(['issues:PAY'])).toEqual([]);
    await world.dispose();

    start([issue(1)], null);
    await page({ kind: 'issues', place: 'PAY' }, 'more');
    expect(await world.deps.mirror.sweepMarks(['issues:PAY'])).toEqual([
      { scope: 'issues:PAY', watermark: STARTED, reachedBackTo: at(-30) },
    ]);
  });

  test('asks a little further back than the gap: the later pages are asked for later', async () => {
    const asked = start([], null);
    await page({ kind: 'issues', place: 'PAY' });
    await page({ kind: 'issues', place: null, since: at(-10_000) }, 'token');

    expect(asked).toEqual([
      { project: 'PAY', withinMinutes: 43, since: at(-40), pageToken: null },
      { project: null, withinMinutes: 11_010, since: at(-40), pageToken: 'token' },
    ]);
  });

  test('that is refused is not tried again; one of a vendor that is away is', async () => {
    const refusal = {
      service: 'jira',
      code: 'invalid',
      message: 'no such project',
      retryable: false,
    } as const;
    const outage = { service: 'jira', code: 'unavailable', message: 'away', retryable: true } as const;
    world = createWorld({
      changes: {
        jira: { updatedIssues: [new IntegrationError(refusal), new IntegrationError(outage)] },
      },
    });
    const failure = () => page({ kind: 'issues' }).catch((error: unknown) => error);

    expect(await failure()).toMatchObject({ nonRetryable: true });
    const second = await failure();
    expect(second).toBeInstanceOf(ApplicationFailure);
    expect(second).not.toMatchObject({ nonRetryable: true });
  });
});

test("a page of a board's sprints tells which were started and closed", async () => {
  const sprint = {
    self: 'https://acme.atlassian.net/rest/agile/1.0/sprint/1',
    name: 'Sprint',
    goal: null,
    boardId: 1,
    completeDate: null,
  };
  world = createWorld({
    changes: {
      jira: {
        boardSprints: (board, startAt) => {
          expect([board, startAt]).toEqual([1, 50]);
          return {
            nextStartAt: 100,
            sprints: [
              { ...sprint, id: 1, state: 'closed', startDate: at(-9_000), completeDate: at(-5) },
              { ...sprint, id: 2, state: 'active', startDate: at(-4) },
              { ...sprint, id: 3, state: 'active', startDate: at(-9_000) },
              { ...sprint, id: 4, state: 'active', startDate: null },
            ],
          };
        },
      },
    },
  });

  expect(await page({ kind: 'sprints', place: '1' }, '50')).toEqual({ cursor: '100', looked: 4, found: 2 });
  expect(foundKeys()).toEqual([`jira:sprint-1:closed:${at(-5)}`, 'jira:sprint-2:started']);
});

describe('a page of conversations', () => {
  const seconds = (minutes: number) => (Date.parse(at(minutes)) / 1_000).toFixed(6);
  const said = (minutes: number, more: Partial<ThreadMessage> = {}): ThreadMessage => ({
    ts: seconds(minutes),
    userId: 'U0ANA',
    botId: null,
    subtype: '',
    text: 'and now?',
    ...more,
  });

  async function start(
    threads: readonly string[],
    repliesAfter: (channel: string, ts: string, oldest: string) => readonly ThreadMessage[],
  ) {
    world = createWorld({ changes: { slack: { repliesAfter } } });
    for (const subject of threads) {
      const [channel = '', threadTs = ''] = subject.replace('slack:', '').split('/');
      const event = {
        type: 'app_mention',
        source: 'slack',
        tenant: 'T1',
        subject,
        project: channel,
        changeKey: null,
        occurredAt: null,
        actor: null,
        channel,
        ts: threadTs,
        threadTs,
        text: '',
      } as const;
      await world.deps.mirror.startCycle(cycleInput({ event, receivedAt: at(-60) }), 'r');
    }
  }

  test('reads what was said in each thread since the last sweep', async () => {
    const asked: unknown[] = [];
    await start(['slack:C0PAY/1.000001', 'slack:D0ANA/2.000001'], (channel, ts, oldest) => {
      asked.push([channel, ts, oldest]);
      return channel === 'C0PAY' ? [said(-3), said(-2, { text: '<@UAGENT> done?' })] : [said(-1)];
    });

    expect(await page({ kind: 'conversations' })).toEqual({ cursor: null, looked: 2, found: 3 });
    expect(asked).toEqual([
      ['C0PAY', '1.000001', seconds(-40)],
      ['D0ANA', '2.000001', seconds(-40)],
    ]);
    const events = world.reader.findsAfter(0, 9).map(({ event }) => event);
    expect(events.map(({ type, changeKey }) => [type, changeKey])).toEqual([
      ['thread_message', `slack:C0PAY/1.000001:message:${seconds(-3)}`],
      ['app_mention', `slack:C0PAY/1.000001:message:${seconds(-2)}`],
      ['direct_message', `slack:D0ANA/2.000001:message:${seconds(-1)}`],
    ]);
    expect(events[0]).toMatchObject({ tenant: 'T1', project: 'C0PAY', occurredAt: at(-3), text: 'and now?' });
  });

  test("leaves out bots, what is no one's own words, and what the agent said", async () => {
    await start(['slack:C0PAY/1.000001'], () => [
      said(-5, { botId: 'B1' }),
      said(-4, { userId: null }),
      said(-3, { subtype: 'channel_join' }),
      said(-2, { userId: 'UAGENT' }),
      said(-1),
    ]);

    expect(await page({ kind: 'conversations' })).toMatchObject({ found: 1 });
  });

  test('goes on past a thread that is gone, and stops at a workspace that is away', async () => {
    const gone = {
      service: 'slack',
      code: 'not_found',
      message: 'thread_not_found',
      retryable: false,
    } as const;
    const away = { service: 'slack', code: 'unavailable', message: 'away', retryable: true } as const;
    let failure: typeof gone | typeof away = gone;
    await start(['slack:C0PAY/1.000001', 'slack:C0PAY/2.000001'], (_channel, ts) => {
      if (ts === '1.000001') {
        throw new IntegrationError(failure);
      }
      return [said(-1)];
    });

    expect(await page({ kind: 'conversations' })).toMatchObject({ looked: 2, found: 1 });
    failure = away;
    await expect(page({ kind: 'conversations' })).rejects.toThrow('away');
  });

  test('holds twenty threads, and the next begins after them', async () => {
    const threads = Array.from({ length: 21 }, (_none, n) => `slack:C0PAY/1.${String(n).padStart(6, '0')}`);
    await start(threads, () => []);

    const first = await page({ kind: 'conversations' });
    const second = await page({ kind: 'conversations' }, first.cursor);

    expect(first).toMatchObject({ cursor: threads[19], looked: 20 });
    expect(second).toMatchObject({ cursor: null, looked: 1 });
  });

  test('of more than two weeks without a word is over', async () => {
    await start(['slack:C0PAY/1.000001'], () => [said(-1)]);

    const later = new Date(Date.parse(at(-59)) + 14 * 86_400_000).toISOString();
    const scope = { kind: 'conversations', place: null, since: at(-30), reportSince: at(-40) } as const;

    expect(await world.call('sweepPage', { scope, startedAt: later, cursor: null })).toMatchObject({
      looked: 0,
    });
  });
});
