/** F35: a clock that is wrong, and one that jumps. Nothing is lost, nothing waits for as long as the clock was moved. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { startClickQueue } from '../../src/inbox/people/click-queue.js';
import { type RelayOptions, startRelay } from '../../src/inbox/relay/relay.js';
import type { CycleEnded } from '../../src/inbox/relay/relay-watch.js';
import type { InboxStore } from '../../src/inbox/store.js';
import { commentCreated, slackEvent, slackMessage } from '../api/support/bodies.js';
import { type Answer, ask, jiraHeaders, post, slackHeaders, slackSignature } from '../api/support/sending.js';
import { startTestApi, type TestApi } from '../api/support/test-api.js';
import {
  comment,
  eventually,
  fakeMirror,
  onTestEnd,
  recordingLog,
  temporaryFolder,
  temporaryInbox,
} from '../inbox/support.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts } from '../support/parts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JUMPS = [
  ['back by 2 minutes', -2 * MINUTE_MS],
  ['back by 10 minutes', -10 * MINUTE_MS],
  ['back by an hour', -HOUR_MS],
  ['ahead by 10 minutes', 10 * MINUTE_MS],
  ['ahead by an hour', HOUR_MS],
] as const;
const BACK = JUMPS.filter(([, by]) => by < 0);

/** Goes on as time does, until it is moved. */
function jumpingClock() {
  let moved = 0;
  const clock = () => new Date(Date.now() + moved);
  clock.jump = (ms: number) => {
    moved += ms;
  };
  return clock;
}

describe('F35: Slack signs a time that is not ours', () => {
  async function apiWhoseClockIs(offMs: number) {
    const lines: { readonly level: string; readonly fields: any; readonly message: string }[] = [];
    const at = (level: string) => (fields: unknown, message: string) => {
      lines.push({ level, fields, message });
    };
    const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    const api = await startTestApi({ clock: () => new Date(Date.now() + offMs), log: log as never });
    onTestEnd(() => api.close());
    return { api, told: () => lines.filter(({ message }) => message.includes('clock of this machine')) };
  }

  function mention(api: TestApi, headers?: Record<string, string>): Promise<Answer> {
    const raw = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })));
    return post(`${api.url}/webhooks/slack`, raw, headers ?? slackHeaders(raw));
  }

  async function skewRejects(api: TestApi, source: string): Promise<number> {
    const { text } = await ask(`${api.url}/metrics`);
    return Number(
      new RegExp(`^pm_agent_webhook_skew_rejects_total\\{source="${source}"\\} (\\d+)$`, 'm').exec(text)?.[1],
    );
  }

  test.each([
    ['10 minutes ahead', 10 * MINUTE_MS],
    ['10 minutes behind', -10 * MINUTE_MS],
    ['301 seconds ahead', 301_000],
    ['301 seconds behind', -302_000],
  ])(
    'our clock is %s: 401, counted, told once with what to do, and ready all the same',
    async (_name, off) => {
      const { api, told } = await apiWhoseClockIs(off);

      const answers = [await mention(api), await mention(api), await mention(api)];

      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
      expect(answers[0]?.body.error.code).toBe('clock_skew');
      expect(await skewRejects(api, 'slack')).toBe(3);
      expect(told()).toHaveLength(1);
      expect(told()[0]).toMatchObject({ level: 'warn', fields: { source: 'slack' } });
      expect(Math.abs(told()[0]?.fields.skewSeconds - off / 1_000)).toBeLessThanOrEqual(2);
      expect(told()[0]?.message).toContain('pm-agent doctor');
      expect(await ask(`${api.url}/ready`)).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(api.inbox.list({}, { limit: 1, cursor: null }).items).toEqual([]);
    },
  );

  test('within 5 minutes it is taken', async () => {
    for (const off of [295_000, -295_000]) {
      const { api } = await apiWhoseClockIs(off);
      expect((await mention(api)).status).toBe(202);
      expect(await skewRejects(api, 'slack')).toBe(0);
    }
  });

  test('a stranger’s old delivery makes nobody doubt the clock', async () => {
    const { api, told } = await apiWhoseClockIs(0);
    const old = Math.floor(Date.now() / 1_000) - 600;

    const answer = await mention(api, {
      ...slackHeaders('{}', 'json', old),
      'x-slack-signature': slackSignature('{}', old, 'not the secret'),
    });

    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'bad_signature' } } });
    expect(await skewRejects(api, 'slack')).toBe(0);
    expect(told()).toEqual([]);
  });

  test('what Jira signs in the future is kept in quarantine, and counted and told the same way', async () => {
    const { api, told } = await apiWhoseClockIs(-10 * MINUTE_MS);
    const raw = JSON.stringify(commentCreated());

    const answer = await post(`${api.url}/webhooks/jira`, raw, jiraHeaders(raw));

    expect(answer).toMatchObject({ status: 200, body: { status: 'quarantined' } });
    expect(await skewRejects(api, 'jira')).toBe(1);
    expect(told()).toHaveLength(1);
  });
});

/** A relay over a real inbox; cycles start and end in memory. */
function relayBench(
  options: Partial<RelayOptions> & {
    readonly inbox?: InboxStore;
    readonly clock?: ReturnType<typeof jumpingClock>;
  } = {},
) {
  const clock = options.clock ?? jumpingClock();
  const inbox = options.inbox ?? temporaryInbox({ clock });
  const mirror = fakeMirror();
  const ended: CycleEnded[] = [];
  const relay = startRelay({
    mirror,
    startCycle: async () => 'started',
    describeCycle: async () => 'running',
    windowMs: 300,
    approvalTimeoutMs: MINUTE_MS,
    maxCycles: 256,
    log: recordingLog(),
    clock,
    watch: { started: () => undefined, ended: (cycle) => ended.push(cycle) },
    ...options,
    inbox,
  });
  onTestEnd(relay.stop);
  const arrive = async (subject = 'jira:PAY-1') => {
    const delivery = comment({ subject, receivedAt: clock().toISOString() });
    await inbox.accept(delivery);
    return delivery.cycleId;
  };
  const reaches = (cycleId: string, status: string, withinMs = 4_000) =>
    eventually(() => inbox.byCycle(cycleId)?.status === status, withinMs);
  return { clock, inbox, mirror, relay, ended, arrive, reaches };
}

describe.each(JUMPS)('F35: the clock jumps %s', (_name, by) => {
  test('while an event waits in its window: it is started within moments', async () => {
    const { clock, arrive, reaches } = relayBench();
    const waiting = await arrive();

    clock.jump(by);

    await reaches(waiting, 'started');
  });

  test('while a cycle works: its end is seen, and the next event of its subject begins', async () => {
    const { clock, mirror, arrive, reaches } = relayBench();
    const first = await arrive();
    await reaches(first, 'started');
    const behind = await arrive();

    clock.jump(by);
    const after = await arrive();
    mirror.end(first);

    await reaches(first, 'processed');
    await reaches(after, 'started');
    await reaches(behind, 'started');
  });

  test('what arrives afterwards, on the same subject and on another, is started within moments', async () => {
    const { clock, arrive, reaches } = relayBench();
    await reaches(await arrive(), 'started');

    clock.jump(by);

    await reaches(await arrive('jira:PAY-2'), 'started');
  });

  test('and back again: nothing is left behind', async () => {
    const { clock, inbox, arrive, reaches } = relayBench();
    const cycles = [await arrive('jira:PAY-1')];
    clock.jump(by);
    cycles.push(await arrive('jira:PAY-2'));
    clock.jump(-by);
    cycles.push(await arrive('jira:PAY-3'));

    for (const cycleId of cycles) {
      await reaches(cycleId, 'started');
    }
    expect(inbox.list({ status: 'received' }, { limit: 5, cursor: null }).items).toEqual([]);
  });

  test('while Temporal is away: the pause between tries stays what it was', async () => {
    const tries: number[] = [];
    const { clock, arrive } = relayBench({
      windowMs: 0,
      startCycle: async () => {
        tries.push(performance.now());
        throw new Error('14 UNAVAILABLE');
      },
    });
    await arrive();
    await eventually(() => tries.length === 1);

    clock.jump(by);

    await eventually(() => tries.length === 3);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(200);
  });

  test('while a click waits for its answer: it is answered', async () => {
    const { clock, inbox } = relayBench();
    const {
      event: _event,
      cycleId: _cycleId,
      ...rest
    } = comment({ source: 'slack', subject: null as never });
    const click = {
      what: 'approve',
      user: { id: 'U0ANA', name: null },
      value: 'a:b',
      channel: null,
      reason: null,
      triggerId: null,
    } as const;
    await inbox.accept({ ...rest, status: 'processed', event: null, subject: null, changeKey: null, click });
    clock.jump(by);
    const answered: string[] = [];

    const queue = startClickQueue({
      clicks: inbox.clicks,
      answer: async ({ eventId }) => {
        answered.push(eventId);
        return { result: 'approved' };
      },
      log: recordingLog(),
      now: () => clock().getTime(),
    });
    onTestEnd(() => queue.stop());

    await eventually(() => answered.length === 1);
  });
});

describe.each(BACK)('F35: the clock is set %s', (_name, by) => {
  test('a cycle that died before gives its lane back, and the next event begins', async () => {
    const { clock, ended, arrive, reaches } = relayBench({ describeCycle: async () => 'closed' });
    const dead = await arrive();
    await reaches(dead, 'started');

    clock.jump(by);
    const next = await arrive();

    await reaches(dead, 'processed', 15_000);
    await reaches(next, 'started', 15_000);
    expect(ended[0]).toMatchObject({ cycleId: dead, status: 'lost' });
  }, 40_000);

  test('two relays over one inbox stay one at a time, and each event is started once', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const clock = jumpingClock();
    const started: string[] = [];
    const startCycle: RelayOptions['startCycle'] = async ({ cycleId }) => {
      started.push(cycleId);
      return 'started';
    };
    const open = () => relayBench({ inbox: temporaryInbox({ file, clock }), clock, startCycle });
    const first = open();
    await first.reaches(await first.arrive('jira:PAY-1'), 'started');
    const second = open();
    const working = () => [first, second].filter(({ relay }) => relay.stats().working).length;
    await eventually(() => working() === 1);

    clock.jump(by);
    const cycles: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      cycles.push(await first.arrive(`jira:JUMP-${n}`));
    }

    for (const cycleId of cycles) {
      await first.reaches(cycleId, 'started');
    }
    // Each has looked again since.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(working()).toBe(1);
    expect(started.toSorted()).toEqual([...new Set(started)].toSorted());
  });

  test('a relay that died before is taken over at once, and one that lives keeps its work', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const first = relayBench({ inbox: temporaryInbox({ file }) });
    await first.reaches(await first.arrive('jira:PAY-1'), 'started');
    const { tables } = first.inbox;
    // Its process is gone without having given the lease back.
    await first.relay.stop();
    await tables.write(() => tables.lease.take('dead', Date.now()));

    const second = relayBench({ inbox: temporaryInbox({ file }), startCycle: async () => 'started' });
    second.clock.jump(by);

    await second.reaches(await second.arrive('jira:PAY-2'), 'started');
    second.clock.jump(by);
    await second.reaches(await second.arrive('jira:PAY-3'), 'started');
    expect(second.relay.stats().working).toBe(true);
  });
});

test.each(BACK.filter(([, by]) => by < -5 * MINUTE_MS))(
  'F35: the clock is set %s: a click that was put off is tried again after the longest pause at most',
  async (_name, by) => {
    const { clock, inbox } = relayBench();
    const now = () => clock().getTime();
    const {
      event: _event,
      cycleId: _cycleId,
      ...rest
    } = comment({ source: 'slack', subject: null as never });
    const click = { what: 'approve', user: { id: 'U0ANA', name: null }, value: 'a:b' } as const;
    const delivery = { ...rest, status: 'processed', event: null, subject: null, changeKey: null } as const;
    const { eventId } = await inbox.accept({
      ...delivery,
      click: { ...click, channel: null, reason: null, triggerId: null },
    });
    await inbox.clicks.postponeClick(eventId, now() + MINUTE_MS, 'Temporal is away');
    expect(inbox.clicks.pendingClicks(now(), 1)).toEqual([]);

    clock.jump(by);

    expect(inbox.clicks.pendingClicks(now(), 1)).toMatchObject([{ eventId, attempts: 1 }]);
  },
);

test('F35: ids never depend on the time alone: a clock that stands still, or shows a time twice, gives new ones', async () => {
  let now = Date.now();
  const inbox = temporaryInbox({ clock: () => new Date(now) });
  const ids: string[] = [];
  for (const at of [now, now, now - HOUR_MS, now]) {
    now = at;
    const accepted = await Promise.all(Array.from({ length: 200 }, () => inbox.accept(comment())));
    ids.push(...accepted.map(({ eventId }) => eventId));
  }

  expect(new Set(ids).size).toBe(800);
  const { items } = inbox.list({}, { limit: 500, cursor: null });
  expect(items.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 500));
});

test('F35: the whole product while the clock of its API jumps: each event is answered once, and the promises hold', async () => {
  const parts = await createParts({ COALESCE_WINDOW: '500ms' });
  const file = join(parts.dataDir, 'clock');
  const preload = pathToFileURL(join(process.cwd(), 'test', 'support', 'moved-clock.mjs')).href;
  const setClock = async (off: number) => {
    writeFileSync(file, String(off));
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  try {
    await parts.start('temporal');
    await parts.start('sandbox');
    await parts.start('api', { env: { NODE_OPTIONS: `--import ${preload}`, CLOCK_FILE: file } });
    await parts.start('worker');
    // Of one subject, and each of another: a lane that was used before a jump is used after it.
    const deliver = (name: string, off: number) =>
      Promise.all(
        ['PAY-1', `JUMP-${name.length}`].map((key) =>
          parts.deliver(commentDelivery({ key, at: Date.now() + off }), `f35-${name}-${key}`),
        ),
      );
    for (const [name, off] of [
      ['right', 0],
      ['behind', -4 * MINUTE_MS],
      ['right-again', 0],
      ['ahead', HOUR_MS],
      ['and-at-last-right', 0],
    ] as const) {
      await setClock(off);
      const answers = await deliver(name, off);
      expect([name, ...answers.map(({ status }) => status)]).toEqual([name, 202, 202]);
      await parts.settled(20_000);
    }

    const { items } = (await (await fetch(`${parts.api}/api/events?limit=500&status=processed`)).json()) as {
      items: { readonly deliveryId: string }[];
    };
    expect(items.filter(({ deliveryId }) => deliveryId.startsWith('f35-'))).toHaveLength(10);
    expect(await parts.broken()).toEqual([]);
  } finally {
    await parts.dispose();
  }
}, 180_000);
