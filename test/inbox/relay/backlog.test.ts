/** What the relay says of the events before it, over a real inbox and a clock that is moved by hand. */
import { expect, test } from '@jest/globals';
import { startRelay } from '../../../src/inbox/relay/relay.js';
import type { CycleEnded, CycleStarted } from '../../../src/inbox/relay/relay-watch.js';
import { type StartCycle, StartRefusedError } from '../../../src/inbox/relay/start-row.js';
import {
  comment,
  eventually,
  fakeMirror,
  handClock,
  onTestEnd,
  recordingLog,
  temporaryInbox,
} from '../support.js';

const away: StartCycle = async () => {
  throw new Error('14 UNAVAILABLE');
};
const there: StartCycle = async () => 'started';

function relayBench(startCycle: StartCycle, windowMs = 2_000) {
  const clock = handClock();
  const inbox = temporaryInbox({ clock });
  const mirror = fakeMirror();
  const started: CycleStarted[] = [];
  const ended: CycleEnded[] = [];
  const relay = startRelay({
    inbox,
    mirror,
    startCycle,
    describeCycle: async () => 'running',
    windowMs,
    approvalTimeoutMs: 60_000,
    maxCycles: 256,
    log: recordingLog(),
    clock,
    watch: { started: (cycle) => started.push(cycle), ended: (cycle) => ended.push(cycle) },
  });
  onTestEnd(relay.stop);
  const arrive = async (subject: string) => {
    const delivery = comment({ subject, receivedAt: clock().toISOString() });
    const { eventId } = await inbox.accept(delivery);
    return { eventId, cycleId: delivery.cycleId, subject };
  };
  return { clock, inbox, mirror, relay, started, ended, arrive };
}

test('an event in its window waits and is not late', async () => {
  const { clock, relay, arrive } = relayBench(there);
  await arrive('jira:PAY-1');

  clock.move(1_500);

  expect(relay.stats()).toMatchObject({ waiting: 1, starting: 0, folding: 0, lagMs: 0 });
});

test('while Temporal is away the oldest due event says how late the relay is; younger ones are counted', async () => {
  const { clock, relay, arrive } = relayBench(away);
  await arrive('jira:PAY-1');
  await arrive('jira:PAY-1');
  clock.move(2_500);
  relay.kick();
  await eventually(() => relay.stats().starting === 1);
  await arrive('jira:PAY-2');

  clock.move(30_000);

  expect(relay.stats()).toMatchObject({ healthy: false, waiting: 1, starting: 1, folding: 1, lagMs: 30_500 });
});

test('an event behind a cycle that works waits, and is not late', async () => {
  const { clock, relay, started, arrive } = relayBench(there, 0);
  await arrive('jira:PAY-1');
  await eventually(() => started.length === 1);
  await arrive('jira:PAY-1');

  clock.move(60_000);

  // Until it was taken into its lane, within a moment, nothing tells that the lane is held.
  await eventually(() => relay.stats().lagMs === 0);
  expect(relay.stats()).toMatchObject({ waiting: 1, starting: 0, lanesHeld: 1 });
});

test('nothing before it is no lag', () => {
  expect(relayBench(there).relay.stats()).toMatchObject({ waiting: 0, starting: 0, folding: 0, lagMs: 0 });
});

test('whoever watches is told once of each start and each end, with event, cycle and subject', async () => {
  const { clock, mirror, relay, started, ended, arrive } = relayBench(there, 100);
  const older = await arrive('jira:PAY-1');
  const newest = await arrive('jira:PAY-1');
  clock.move(3_000);
  relay.kick();
  await eventually(() => started.length === 2);
  clock.move(4_000);

  mirror.set(older.cycleId, { lane: 'released', status: 'coalesced' });
  mirror.end(newest.cycleId);
  mirror.end(newest.cycleId);

  await eventually(() => ended.length === 2);
  expect(started).toEqual([
    { ...newest, source: 'jira', coalescedInto: null, waitedMs: 3_000 },
    { ...older, source: 'jira', coalescedInto: newest.cycleId, waitedMs: 3_000 },
  ]);
  expect(ended).toEqual(
    expect.arrayContaining([
      { ...newest, status: 'completed', reason: null, tookMs: 4_000 },
      { ...older, status: 'coalesced', reason: null, tookMs: 4_000 },
    ]),
  );
});

test('an event that Temporal will not have ends as a dead letter, and is told so once', async () => {
  const { ended, arrive } = relayBench(async () => {
    throw new StartRefusedError('the input is not valid');
  }, 0);

  const event = await arrive('jira:PAY-13');

  await eventually(() => ended.length > 0, 20_000);
  expect(ended).toEqual([
    {
      ...event,
      status: 'dead_letter',
      tookMs: null,
      reason: expect.stringContaining('refused its workflow 5 times'),
    },
  ]);
}, 30_000);
