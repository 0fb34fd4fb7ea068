import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { CycleInput } from '../../../src/domain/cycle.js';
import { type RelayOptions, startRelay } from '../../../src/inbox/relay/relay.js';
import { type StartCycle, StartRefusedError } from '../../../src/inbox/relay/start-row.js';
import {
  createCycleDescriber,
  createCycleStarter,
  createLazyClient,
} from '../../../src/inbox/relay/temporal.js';
import {
  comment,
  eventually,
  fakeMirror,
  handClock,
  onTestEnd,
  recordingLog,
  temporaryFolder,
  temporaryInbox,
} from '../support.js';

const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
const taskQueue = `relay-${process.pid}-${Date.now()}`;
let client: Client;

beforeAll(() => {
  client = createLazyClient({ address, namespace: 'default' });
});

afterAll(() => client.connection.close());

/** A relay over a real inbox; Temporal is real where `startCycle` is not given. */
function bench(
  options: Partial<RelayOptions> = {},
  prepare: (mirror: ReturnType<typeof fakeMirror>) => void = () => undefined,
) {
  const clock = options.clock;
  const inbox = options.inbox ?? temporaryInbox(clock === undefined ? {} : { clock });
  const mirror = fakeMirror();
  prepare(mirror);
  const log = recordingLog();
  const started: CycleInput[] = [];
  const startCycle: StartCycle = options.startCycle ?? createCycleStarter({ client, taskQueue, log });
  const relay = startRelay({
    mirror,
    describeCycle: createCycleDescriber(client),
    windowMs: 0,
    approvalTimeoutMs: 60_000,
    maxCycles: 256,
    log,
    ...options,
    inbox,
    startCycle: async (input, priority) => {
      const result = await startCycle(input, priority);
      started.push(input);
      return result;
    },
  });
  onTestEnd(relay.stop);
  const send = async (overrides: Parameters<typeof comment>[0] = {}) => {
    const delivery = comment({ ...overrides, deliveryId: `${taskQueue}-${performance.now()}` });
    await inbox.accept(delivery);
    return delivery.cycleId;
  };
  const statusOf = (cycleId: string) => inbox.byCycle(cycleId)?.status;
  const reaches = (cycleId: string, status: string) => eventually(() => statusOf(cycleId) === status);
  return { inbox, mirror, log, relay, started, send, statusOf, reaches };
}

const inMemory = (): StartCycle => async () => 'started';

test('undos are looked after by the relay that works, and by no other', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const rounds = { first: 0, second: 0 };
  const looking = (who: keyof typeof rounds) => ({
    startCycle: inMemory(),
    sweepUndos: async () => {
      rounds[who] += 1;
    },
  });
  bench({ ...looking('first'), inbox: temporaryInbox({ file }) });
  await eventually(() => rounds.first > 0);

  bench({ ...looking('second'), inbox: temporaryInbox({ file }) });
  const before = rounds.first;

  await eventually(() => rounds.first > before);
  expect(rounds.second).toBe(0);
});

describe('an accepted event', () => {
  test('has its workflow at Temporal within moments, and its row is started', async () => {
    const { inbox, send, reaches } = bench();

    const cycleId = await send();

    await reaches(cycleId, 'started');
    expect(inbox.byCycle(cycleId)?.startedAt).toMatch(/Z$/);
    expect((await client.workflow.getHandle(cycleId).describe()).status.name).toBe('RUNNING');
  });

  test('whose workflow was started before a crash could note it is not started twice', async () => {
    let crashes = 1;
    const real = createCycleStarter({ client, taskQueue, log: recordingLog() });
    const results: string[] = [];
    const { send, reaches } = bench({
      startCycle: async (input, priority) => {
        results.push(await real(input, priority));
        crashes -= 1;
        if (crashes >= 0) {
          throw new Error('killed between start and mark');
        }
        return 'started';
      },
    });

    const cycleId = await send();

    await reaches(cycleId, 'started');
    expect(results).toEqual(['started', 'already_started']);
  });

  test('that was claimed by a process that died is started by the next one', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const before = temporaryInbox({ file });
    const delivery = comment();
    await before.accept(delivery);
    const timing = { now: Date.now(), windowMs: 0, capMs: 0 };
    await before.tables.write(() => before.tables.lanes.claimReady(timing, 1));

    const { started, reaches } = bench({ inbox: temporaryInbox({ file }), startCycle: inMemory() });

    await reaches(delivery.cycleId, 'started');
    expect(started.map((input) => input.cycleId)).toEqual([delivery.cycleId]);
  });
});

describe('a burst on one subject', () => {
  test('is answered by its newest event; each older one has a small workflow of its own that points at it', async () => {
    const { started, send, reaches } = bench({ windowMs: 150 });

    const older = [await send(), await send()];
    const newest = await send();
    for (const cycleId of [...older, newest]) {
      await reaches(cycleId, 'started');
    }

    const leader = started.find((input) => input.coalescedInto === null);
    const folded = started.filter((input) => input !== leader);
    expect(leader?.cycleId).toBe(newest);
    expect(leader?.alsoAnswers).toHaveLength(2);
    expect(folded.map((input) => input.cycleId).toSorted()).toEqual(older.toSorted());
    expect(folded.map((input) => input.coalescedInto)).toEqual([newest, newest]);
    expect((await client.workflow.getHandle(older[0] ?? '').describe()).type).toBe('agentCycle');
  });

  test('does not hold up another subject', async () => {
    const { mirror, send, reaches, statusOf } = bench({ startCycle: inMemory() });
    const first = await send({ subject: 'jira:PAY-1' });
    await reaches(first, 'started');

    const behind = await send({ subject: 'jira:PAY-1' });
    const beside = await send({ subject: 'jira:PAY-2' });

    await reaches(beside, 'started');
    expect(statusOf(behind)).toBe('received');
    mirror.end(first);
    await reaches(behind, 'started');
  });
});

describe('the mirror', () => {
  test('says that a cycle ended: its row is processed and the next event of the subject begins', async () => {
    const { inbox, mirror, started, send, reaches } = bench({ startCycle: inMemory() });
    const first = await send();
    await reaches(first, 'started');
    const second = await send();

    mirror.end(first);

    await reaches(second, 'started');
    expect(inbox.byCycle(first)).toMatchObject({ status: 'processed', reason: null });
    expect(started.map((input) => input.fence)).toEqual([1, 2]);
  });

  test('says that a folded cycle noted its answer: its row is processed too', async () => {
    const { mirror, send, reaches } = bench({ windowMs: 50, startCycle: inMemory() });
    const folded = await send();
    const leader = await send();
    await reaches(leader, 'started');
    await reaches(folded, 'started');

    mirror.set(folded, { lane: 'released', status: 'coalesced' });

    await reaches(folded, 'processed');
  });

  test('says that a cycle waits for a person: others go on, and it gets the lane back before newer events', async () => {
    const { inbox, mirror, send, reaches, statusOf } = bench({ startCycle: inMemory() });
    const parked = await send();
    await reaches(parked, 'started');
    const subject = 'jira:PAY-1';
    mirror.set(parked, { subject, fence: 1, lane: 'parked', status: 'awaiting_approval' });

    const second = await send();
    await reaches(second, 'started');
    expect(statusOf(parked)).toBe('started');
    const third = await send();
    mirror.set(parked, { lane: 'requested' });
    await sleep(150);
    expect(inbox.tables.lanes.holderOf(subject)).toBe(second);
    mirror.end(second);

    await eventually(() => inbox.tables.lanes.holderOf(subject) === parked);
    expect(statusOf(third)).toBe('received');
    mirror.end(parked);
    await reaches(third, 'started');
    expect(statusOf(parked)).toBe('processed');
  });

  test('shows a dead cycle that still asks for the lane: it never gets it, and the subject goes on', async () => {
    const { inbox, mirror, send, reaches } = bench({ startCycle: inMemory() });
    const dead = await send();
    await reaches(dead, 'started');
    const { tables } = inbox;
    await tables.write(() => tables.rows.finish(dead, { reason: 'terminated', at: new Date() }));
    mirror.set(dead, { subject: 'jira:PAY-1', fence: 1, lane: 'requested', status: 'awaiting_approval' });
    await sleep(100);
    expect(tables.lanes.holderOf('jira:PAY-1')).toBeNull();

    const next = await send();

    await reaches(next, 'started');
    expect(tables.lanes.holderOf('jira:PAY-1')).toBe(next);
  });

  test('says that a parked cycle ended without ever asking again: its row is processed', async () => {
    const { mirror, send, reaches } = bench({ startCycle: inMemory() });
    const parked = await send();
    await reaches(parked, 'started');
    mirror.set(parked, { lane: 'parked', status: 'awaiting_approval' });
    await sleep(100);

    mirror.set(parked, { lane: 'released', status: 'completed' });

    await reaches(parked, 'processed');
  });

  test('cannot be read for a while: it is logged once, and events are still started', async () => {
    const mirror = fakeMirror();
    let isBroken = true;
    const { log, send, reaches } = bench({
      startCycle: inMemory(),
      mirror: {
        ...mirror,
        changed: () => {
          if (isBroken) {
            throw new Error('no such table: cycles');
          }
          return mirror.changed();
        },
      },
    });

    const cycleId = await send();
    await reaches(cycleId, 'started');
    await sleep(100);
    isBroken = false;
    mirror.end(cycleId);
    await reaches(cycleId, 'processed');

    expect(log.lines.map((line) => line.level)).toEqual(['warn', 'info']);
  });
});

describe('while Temporal is away', () => {
  test('events are accepted, it is asked ever more seldom, and once it is back each is started once', async () => {
    const proxy = await closedPort();
    const away = createLazyClient({ address: `127.0.0.1:${proxy.port}`, namespace: 'default' });
    onTestEnd(() => away.connection.close());
    const { log, relay, started, send, reaches } = bench({
      startCycle: createCycleStarter({ client: away, taskQueue, log: recordingLog() }),
    });

    const cycles: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      cycles.push(await send({ subject: `jira:PAY-${n}` }));
    }
    await eventually(() => !relay.stats().healthy);
    expect(started).toEqual([]);
    await proxy.open();
    for (const cycleId of cycles) {
      await reaches(cycleId, 'started');
    }

    expect(started.map((input) => input.cycleId).toSorted()).toEqual(cycles.toSorted());
    expect(relay.stats()).toMatchObject({ healthy: true, lastError: null, starting: 0, lanesHeld: 30 });
    expect(log.lines.map((line) => line.level)).toEqual(['warn', 'info']);
  });

  test('a kick does not end the pause, and no attempt comes twice in a moment', async () => {
    const attempts: number[] = [];
    const { relay, send } = bench({
      startCycle: async () => {
        attempts.push(performance.now());
        throw new Error('14 UNAVAILABLE');
      },
    });
    await send();
    await eventually(() => attempts.length === 1);

    for (let n = 0; n < 40; n += 1) {
      relay.kick();
      await send({ subject: `jira:PAY-${n}` });
      await sleep(20);
    }
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));

    expect(attempts.length).toBeLessThanOrEqual(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(245);
  });
});

test('a workflow that Temporal refuses becomes a dead letter with the reason; others go on meanwhile', async () => {
  const { inbox, log, send, reaches } = bench({
    startCycle: async (input) => {
      if (input.event.subject === 'jira:PAY-13') {
        throw new StartRefusedError('the input is not valid');
      }
      return 'started';
    },
  });
  const poison = await send({ subject: 'jira:PAY-13' });
  await eventually(() => (inbox.tables.rows.nextStarts(1)[0]?.attempts ?? 0) > 0);

  const sentAt = performance.now();
  await reaches(await send({ subject: 'jira:PAY-14' }), 'started');
  expect(performance.now() - sentAt).toBeLessThan(2_000);
  await eventually(() => inbox.byCycle(poison)?.status === 'dead_letter', 20_000);

  expect(inbox.byCycle(poison)?.reason).toBe('Temporal refused its workflow 5 times: the input is not valid');
  expect(inbox.tables.lanes.holderOf('jira:PAY-13')).toBeNull();
  expect(log.lines.map((line) => line.message)).toEqual(['an event became a dead letter']);
}, 30_000);

describe('the sweeper', () => {
  /** An inbox whose only row was started eleven seconds ago by a process that is gone. */
  async function withOldHolder(startFirst: StartCycle) {
    const clock = handClock(Date.now() - 11_000);
    const inbox = temporaryInbox({ clock });
    const { cycleId, ...delivery } = comment({ deliveryId: `${taskQueue}-old-${performance.now()}` });
    await inbox.accept(delivery);
    const { tables } = inbox;
    const timing = { now: clock().getTime(), windowMs: 0, capMs: 0 };
    await tables.write(() => tables.lanes.claimReady(timing, 1));
    const [row] = tables.rows.nextStarts(1);
    await startFirst({ cycleId } as CycleInput, 2);
    await tables.write(() => tables.rows.markStarted(row?.seq ?? 0, clock().toISOString()));
    clock.move(11_000);
    return { inbox, cycleId, clock };
  }

  const startAtTemporal: StartCycle = async ({ cycleId }) => {
    await client.workflow.start('agentCycle', { workflowId: cycleId, taskQueue });
    return 'started';
  };

  test('ends the row of a workflow that was terminated, and frees its lane', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(startAtTemporal);
    await client.workflow.getHandle(cycleId).terminate('by an operator');

    const { reaches } = bench({ inbox, clock });

    await reaches(cycleId, 'processed');
    expect(inbox.byCycle(cycleId)?.reason).toMatch(/closed from outside/);
    expect(inbox.tables.lanes.holderOf('jira:PAY-1')).toBeNull();
  });

  test('waits after a restore: how a closed workflow ended is on its way from Temporal', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(inMemory());
    let asked = 0;
    const describeCycle = async () => {
      asked += 1;
      return 'closed' as const;
    };

    const { mirror, reaches } = bench({ inbox, clock, startCycle: inMemory(), describeCycle }, (fake) =>
      fake.refilling(true),
    );
    await eventually(() => asked > 0);
    expect(inbox.byCycle(cycleId)?.status).toBe('started');
    mirror.end(cycleId);

    await reaches(cycleId, 'processed');
    expect(inbox.byCycle(cycleId)?.reason).toBeNull();
  });

  test('leaves a workflow alone that runs', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(startAtTemporal);
    const asked: string[] = [];
    const describeCycle = createCycleDescriber(client);

    bench({
      inbox,
      clock,
      describeCycle: async (id) => {
        const answer = await describeCycle(id);
        asked.push(answer);
        return answer;
      },
    });

    await eventually(() => asked.length > 0);
    expect(asked).toEqual(['running']);
    expect(inbox.byCycle(cycleId)?.status).toBe('started');
    expect(inbox.tables.lanes.holderOf('jira:PAY-1')).toBe(cycleId);
  });

  test('starts a workflow again that Temporal lost, under the same id and in the same lane', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(inMemory());

    const { started, reaches } = bench({ inbox, clock });

    await eventually(() => started.length > 0);
    await reaches(cycleId, 'started');
    expect(started.map((input) => input.cycleId)).toEqual([cycleId]);
    expect((await client.workflow.getHandle(cycleId).describe()).status.name).toBe('RUNNING');
    expect(inbox.tables.lanes.holderOf('jira:PAY-1')).toBe(cycleId);
  });

  test('lets a lost workflow of a cycle that waited for a person queue up again', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(inMemory());
    await inbox.tables.write(() => inbox.tables.lanes.release(cycleId, clock().getTime()));

    const { started } = bench({ inbox, clock, startCycle: inMemory(), describeCycle: async () => 'missing' });

    await eventually(() => started.length > 0);
    expect(started[0]).toMatchObject({ cycleId, fence: 2 });
  });

  test('gives up on a workflow that is lost again and again: a dead letter with the reason', async () => {
    const { inbox, cycleId } = await withOldHolder(inMemory());
    const { tables } = inbox;
    for (let n = 0; n < 5; n += 1) {
      await tables.write(() => tables.rows.driveAgain(cycleId));
      const [row] = tables.rows.nextStarts(1);
      await tables.write(() => tables.rows.markStarted(row?.seq ?? 0, new Date(0).toISOString()));
    }

    const { reaches } = bench({
      inbox,
      clock: () => new Date(),
      startCycle: inMemory(),
      describeCycle: async () => 'missing',
    });

    await reaches(cycleId, 'dead_letter');
    expect(inbox.byCycle(cycleId)?.reason).toMatch(/lost its workflow; it was started again 5 times/);
    expect(tables.lanes.holderOf('jira:PAY-1')).toBeNull();
  });

  test('a dead letter that is tried again ends as its workflow did, where Temporal knows it after all: an id runs once', async () => {
    const { inbox, cycleId, clock } = await withOldHolder(startAtTemporal);
    const { tables } = inbox;
    await client.workflow.getHandle(cycleId).terminate('by an operator');
    await tables.write(() => tables.rows.deadLetter(cycleId, { reason: 'lost', at: clock() }));
    const row = inbox.byCycle(cycleId);
    const read = { ...comment({ deliveryId: row?.deliveryId ?? '' }), changeKey: row?.changeKey ?? null };
    const note = { id: cycleId, at: '', kind: 'event.retried', actor: 'cli:local', data: {} } as const;
    const { started, reaches } = bench({ inbox, clock });

    await inbox.readmit({ eventId: row?.id ?? '', from: 'dead_letter', read, note });
    await reaches(cycleId, 'started');
    clock.move(11_000);

    await reaches(cycleId, 'processed');
    expect(started.map((input) => input.cycleId)).toEqual([cycleId]);
    expect(inbox.byCycle(cycleId)?.reason).toMatch(/closed from outside/);
    expect((await client.workflow.getHandle(cycleId).describe()).status.name).toBe('TERMINATED');
    expect(tables.lanes.holderOf('jira:PAY-1')).toBeNull();
  });
});

test('stopping waits for the start that is under way, and starts nothing more', async () => {
  let finishStart: (() => void) | undefined;
  const { relay, inbox, send, statusOf } = bench({
    startCycle: () =>
      new Promise((resolve) => {
        finishStart = () => resolve('started');
      }),
  });
  const first = await send({ subject: 'jira:PAY-1' });
  await eventually(() => finishStart !== undefined);

  const stopped = relay.stop();
  finishStart?.();
  await stopped;
  const second = await send({ subject: 'jira:PAY-2' });
  await sleep(60);

  expect([statusOf(first), statusOf(second)]).toEqual(['started', 'received']);
  expect(inbox.tables.lanes.holderOf('jira:PAY-2')).toBeNull();
});

/** A port that refuses, until it is opened and leads to Temporal. */
async function closedPort() {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const [host = '', port = ''] = address.split(':');
    const upstream = connect(Number(port), host);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
    }
    socket.pipe(upstream).pipe(socket);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  onTestEnd(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { port, open: () => listen(port) };
}

describe('several relays over one inbox', () => {
  test('work one at a time: each event is started once, and when one stops another takes over at once', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const first = bench({ inbox: temporaryInbox({ file }), startCycle: inMemory() });
    await first.reaches(await first.send({ subject: 'jira:PAY-1' }), 'started');
    const second = bench({ inbox: temporaryInbox({ file }), startCycle: inMemory() });
    const cycles: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      cycles.push(await [first, second][n % 2]!.send({ subject: `jira:PAY-${n + 10}` }));
    }
    for (const cycleId of cycles) {
      await first.reaches(cycleId, 'started');
    }

    expect(first.started.map((input) => input.cycleId)).toEqual(expect.arrayContaining(cycles));
    expect(second.started).toEqual([]);
    expect([first.relay.stats().working, second.relay.stats().working]).toEqual([true, false]);
    await first.relay.stop();
    const after = await second.send({ subject: 'jira:PAY-99' });
    await second.reaches(after, 'started');
    expect(second.started.map((input) => input.cycleId)).toEqual([after]);
  });

  test('do not wait for ever for one that died, nor for a lease from a clock that was set back', async () => {
    const clock = handClock();
    const { tables } = temporaryInbox({ clock });
    const now = () => clock().getTime();
    const take = (holder: string) => tables.write(() => tables.lease.take(holder, now()));

    expect([await take('dead'), await take('other')]).toEqual([true, false]);
    clock.move(15_001);
    expect(await take('other')).toBe(true);
    clock.move(-3_600_000);
    expect(await take('third')).toBe(true);
  });
});
