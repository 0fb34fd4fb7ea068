/** A real mirror, the simulated Slack over HTTP, and the loop that tells the one what the other holds. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AlertLoop, startAlertLoop } from '../../src/alerts/alert-loop.js';
import { openCircuits } from '../../src/audit/circuits.js';
import { undoIdOf } from '../../src/domain/undo.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import { outOfSight } from '../../src/integrations/out-of-sight.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import type { Slack } from '../../src/integrations/slack/slack.js';
import { openTestMirror, type TestMirror } from '../audit/support.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';

const HOUR = 3_600_000;

let world: TestMirror;
let sandbox: TestSandbox;
let loop: AlertLoop | null;
let isPaused: () => boolean;
beforeEach(async () => {
  world = openTestMirror();
  sandbox = await startSandbox();
  loop = null;
  isPaused = () => false;
});
afterEach(async () => {
  await loop?.stop();
  await sandbox.close();
  await world.close();
});

const failing = (overrides: { readonly places?: readonly string[]; readonly message?: string } = {}) =>
  world.mirror.circuits.failing({
    target: 'jira',
    kind: 'auth',
    message: 'jira answered 401',
    text: '**Jira refuses the agent’s credentials.**',
    places: ['C0PAY', 'U0ANA'],
    ...overrides,
  });

function start(slack: Partial<Slack> = {}): void {
  loop = startAlertLoop({
    alerts: world.mirror.circuits,
    slack: { ...createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't' }), ...slack },
    isPaused: () => isPaused(),
    clock: () => new Date(world.time),
    log: quietLog,
  });
}

async function posts(): Promise<readonly string[]> {
  const { items } = (await sandbox.get('/_received?vendor=slack')).body;
  return items
    .filter(({ path, status }: any) => path === '/chat.postMessage' && status === 200)
    .map(({ body }: any) => body.channel);
}

const audited = () =>
  world.database
    .prepare<[], string>(`SELECT kind FROM audit_log WHERE kind LIKE 'circuit.%' ORDER BY seq`)
    .pluck()
    .all();

/** Nobody was told of them, and somebody may be. */
const untold = () =>
  world.database
    .prepare<[], { readonly place: string; readonly sent_at: string | null; readonly attempts: number }>(
      'SELECT place, sent_at, attempts FROM alerts WHERE told_at IS NULL AND ended IS NULL ORDER BY rowid',
    )
    .all();

const refused = (code: string) =>
  new IntegrationError({ service: 'slack', message: `slack refused: ${code}`, code, retryable: false });

describe('an outage', () => {
  test('is told once at each place, once an hour, however often it is met', async () => {
    for (let n = 0; n < 20; n++) {
      await failing();
    }
    start();
    await eventually(async () => expect(await posts()).toEqual(['C0PAY', 'U0ANA']));
    await loop?.stop();

    world.time += HOUR;
    await failing();
    start();

    await eventually(async () => expect(await posts()).toEqual(['C0PAY', 'U0ANA', 'C0PAY', 'U0ANA']));
    expect(audited()).toEqual(['circuit.opened', 'circuit.alerted']);
    expect(openCircuits(world.database)).toMatchObject([{ target: 'jira', kind: 'auth' }]);
  });

  test('that comes again within the hour is recorded, and told nobody', async () => {
    await failing();
    start();
    await eventually(async () => expect(await posts()).toHaveLength(2));
    await world.mirror.circuits.closed('jira');
    await world.reopen();
    await failing();

    expect(await world.mirror.circuits.due()).toEqual([]);
    expect(audited()).toEqual(['circuit.opened', 'circuit.closed', 'circuit.opened']);
    expect(world.reader.vitals(world.now())).toMatchObject({ outages: 'jira' });
  });

  test('that is over before it could be told is not told any more', async () => {
    await failing();
    await world.mirror.circuits.closed('jira');
    await world.mirror.circuits.closed('jira');

    expect(await world.mirror.circuits.due()).toEqual([]);
    expect(audited()).toEqual(['circuit.opened', 'circuit.closed']);
    expect(world.reader.vitals(world.now())).toMatchObject({ outages: '' });
  });

  test('is recorded also where nobody can be told', async () => {
    await failing({ places: [] });

    expect(audited()).toEqual(['circuit.opened']);
    expect(await world.mirror.circuits.due()).toEqual([]);
  });
});

describe('while a person has all effects stopped', () => {
  test('nothing is told, also not the rest of what was begun; it is told afterwards', async () => {
    let looks = 0;
    isPaused = () => (looks += 1) > 1;
    await failing();
    start();
    await eventually(async () => expect(looks).toBe(2));
    expect(await posts()).toEqual(['C0PAY']);
    await loop?.stop();

    isPaused = () => false;
    start();

    await eventually(async () => expect(await posts()).toEqual(['C0PAY', 'U0ANA']));
  });
});

describe('an alert', () => {
  test('whose answer was lost is looked for, and not posted twice', async () => {
    await failing({ places: ['C0PAY'] });
    await sandbox.post('/_faults', { vendor: 'slack', kind: 'cut_after', match: 'chat.postMessage' });
    start();
    await eventually(async () => expect(await world.mirror.circuits.due()).toEqual([]), 20_000);
    world.time += 1_000;

    await eventually(async () => expect(untold()).toEqual([]), 20_000);

    expect(await posts()).toEqual(['C0PAY']);
  });

  test('that Slack cannot take now is told when it can', async () => {
    await failing({ places: ['C0PAY'] });
    await sandbox.post('/_faults', {
      vendor: 'slack',
      kind: 'status',
      status: 503,
      match: 'chat.postMessage',
    });
    start();
    // Put off by the clock of now: where time passed before that, it would be put off by the later one.
    await eventually(async () =>
      expect(untold()).toMatchObject([{ place: 'C0PAY', sent_at: expect.any(String), attempts: 1 }]),
    );

    // What may be in work is waited for.
    world.time += 46_000;

    await eventually(async () => expect(await posts()).toEqual(['C0PAY']), 20_000);
  });

  test('of which nobody can tell whether it was told ends with that, and is not told again', async () => {
    await failing();
    for (const { id } of await world.mirror.circuits.due()) {
      await world.mirror.circuits.sending(id);
    }
    world.time += 46_000;
    start({ findMessageByAction: () => Promise.reject(outOfSight('slack', 'the messages of C0PAY', 9_990)) });

    await eventually(async () => expect(await world.mirror.circuits.due()).toEqual([]));

    expect(await posts()).toEqual([]);
    const ends = world.database.prepare<[], string>('SELECT ended FROM alerts').pluck().all();
    expect(ends).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('more than the 9990')));
  });

  test('that cannot be looked for ends with what Slack says, and keeps no other from being told', async () => {
    await failing({ places: ['C0GONE', 'C0SHUT', 'C0PAY'] });
    for (const { id, place } of await world.mirror.circuits.due()) {
      await (place === 'C0PAY' ? Promise.resolve() : world.mirror.circuits.sending(id));
    }
    world.time += 46_000;
    start({
      findMessageByAction: (channel) =>
        Promise.reject(refused(channel === 'C0GONE' ? 'not_found' : 'forbidden')),
    });

    await eventually(async () => expect(await posts()).toEqual(['C0PAY']));
    await loop?.stop();

    const ends = world.database.prepare('SELECT ended, attempts FROM alerts ORDER BY rowid').all();
    expect(ends).toEqual([
      { ended: 'slack refused: not_found', attempts: 1 },
      { ended: null, attempts: 1 },
      { ended: null, attempts: 0 },
    ]);
  });

  test('that cannot be looked for is tried again later, and not for ever', async () => {
    await failing({ places: ['C0SHUT'] });
    const [alert] = await world.mirror.circuits.due();
    await world.mirror.circuits.sending(alert?.id ?? '');
    let looks = 0;
    const findMessageByAction = () => Promise.reject(refused(`forbidden ${(looks += 1)}`));
    const round = async (ms: number) => {
      world.time += ms;
      start({ findMessageByAction });
      await loop?.stop();
    };
    await round(46_000);
    await round(1_000);
    expect(looks).toBe(1);

    for (let n = 0; n < 120; n++) {
      await round(16 * 60_000);
    }

    expect(looks).toBe(100);
    expect(untold()).toEqual([]);
  });

  test('that a clock which was set back since had put off is tried', async () => {
    await failing({ places: ['C0PAY'] });
    const [alert] = await world.mirror.circuits.due();
    await world.mirror.circuits.failed(alert?.id ?? '', new Date(world.time + HOUR).toISOString());
    start();

    await eventually(async () => expect(await posts()).toEqual(['C0PAY']));
  });

  test('for a place that Slack does not know ends with what Slack says', async () => {
    await failing({ places: ['C0NOWHERE'] });
    start();

    await eventually(async () => expect(await world.mirror.circuits.due()).toEqual([]));

    const ends = world.database.prepare<[], string>('SELECT ended FROM alerts').pluck().all();
    expect(ends).toEqual([expect.stringContaining('channel_not_found')]);
  });
});

describe('what was done without asking', () => {
  const text = 'Comment on PAY-1: done without asking.';
  const input = cycleInput();
  const { cycleId } = input;
  const one = planned(cycleId, 1, comment, { verdict: 'auto' });
  const { actionId } = one;
  const undoId = undoIdOf(actionId, 1);
  const by = { id: 'lead-1', name: 'Ana Lindqvist', channel: 'slack' } as const;
  const step = { attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;

  beforeEach(async () => {
    await world.mirror.startCycle(input, 'run-1');
    await world.mirror.recordPlan({ cycleId, step: { ...step, name: 'plan' }, actions: [one] });
    await record(actionId);
    await world.mirror.announce({ actionId, place: 'C0PAY', text, canBeTakenBack: true });
  });

  function record(id: string): Promise<void> {
    const result = { status: 'executed', remoteId: '1', message: 'done' } as const;
    return world.mirror.recordResult({ cycleId, actionId: id, result, step: { ...step, name: 'execute' } });
  }

  async function takeBack(): Promise<void> {
    await world.mirror.openUndo({ undoId, actionId, by, hash: 'h' });
    await record(undoId);
  }

  async function shown(): Promise<readonly any[]> {
    const { slack } = (await sandbox.get('/_state')).body;
    return (slack.message ?? []).filter((one: any) => JSON.stringify(one.blocks).includes(text));
  }

  const isTold = () => eventually(async () => expect(untold()).toEqual([]));

  test('is told with its button, and told anew in the same message once somebody took it back', async () => {
    start();
    await isTold();
    const [before] = await shown();
    await takeBack();
    await loop?.stop();
    start();
    await isTold();

    expect(JSON.stringify(before.blocks)).toContain(`"value":"${actionId}"`);
    const after = await shown();
    expect(after).toMatchObject([{ ts: before.ts }]);
    expect(JSON.stringify(after)).toContain('*Taken back* by Ana Lindqvist in Slack');
    expect(JSON.stringify(after)).not.toContain('pm_agent_undo');
  });

  test('is told anew also where it is taken back while it is being told', async () => {
    const slack = createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't' });
    start({
      postBlocks: async (write) => {
        const ts = await slack.postBlocks(write);
        await takeBack();
        return ts;
      },
    });
    await eventually(async () => expect(await shown()).toHaveLength(1));
    await eventually(async () => expect(untold()).toHaveLength(1));
    await loop?.stop();
    start();
    await isTold();

    expect(JSON.stringify(await shown())).toContain('*Taken back*');
  });

  test('is told anew also where the answer to its first telling was lost', async () => {
    await sandbox.post('/_faults', { vendor: 'slack', kind: 'cut_after', match: 'chat.postMessage' });
    start();
    await eventually(async () => expect(await shown()).toHaveLength(1));
    await eventually(async () => expect(untold()).toMatchObject([{ attempts: 1 }]));
    await loop?.stop();
    await takeBack();
    world.time += 60_000;
    start();
    await isTold();

    expect(await shown()).toHaveLength(1);
    expect(JSON.stringify(await shown())).toContain('*Taken back*');
  });

  test('is told without a button where it was taken back before it could be told', async () => {
    await takeBack();
    start();
    await isTold();

    expect(JSON.stringify(await shown())).toContain('*Taken back*');
    expect(JSON.stringify(await shown())).not.toContain('pm_agent_undo');
  });
});
