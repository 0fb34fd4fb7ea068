import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection, ServiceError } from '@temporalio/client';
import type { CycleInput } from '../../../src/domain/cycle.js';
import { StartRefusedError } from '../../../src/inbox/relay/start-row.js';
import {
  createCycleDescriber,
  createCycleStarter,
  createLazyClient,
} from '../../../src/inbox/relay/temporal.js';
import { PM_PROJECT, PM_SUBJECT } from '../../../src/workflows/messages.js';
import { commentEvent, eventually, recordingLog } from '../support.js';

const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
const taskQueue = `nobody-${process.pid}-${Date.now()}`;
let client: Client;
let counter = 0;

beforeAll(() => {
  client = createLazyClient({ address, namespace: 'default' });
});

afterAll(() => client.connection.close());

function cycleInput(overrides: Partial<CycleInput> = {}): CycleInput {
  counter += 1;
  return {
    cycleId: `cycle-jira-${taskQueue}-${counter}`,
    eventId: 'evt_1',
    event: commentEvent('jira:PAY-1', null),
    receivedAt: '2026-03-02T09:00:00.000Z',
    fence: 3,
    coalescedInto: null,
    alsoAnswers: [],
    approvalTimeoutMs: 1_000,
    ...overrides,
  };
}

const starter = (log = recordingLog()) => createCycleStarter({ client, taskQueue, log });

describe('starting a cycle', () => {
  test('puts the workflow under its id, with its input, attributes and one sentence for the Web UI', async () => {
    const input = cycleInput();

    expect(await starter()(input, 2)).toBe('started');

    const handle = client.workflow.getHandle(input.cycleId);
    const description = await handle.describe();
    const history = await handle.fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(description).toMatchObject({ type: 'agentCycle', taskQueue });
    expect(description.typedSearchAttributes.get(PM_SUBJECT)).toBe('jira:PAY-1');
    expect(description.typedSearchAttributes.get(PM_PROJECT)).toBe('PAY');
    expect(await description.staticSummary()).toBe('Answers comment created on PAY-1 (jira).');
    expect(await description.staticDetails()).toContain('`evt_1`');
    expect(Number(started?.workflowTaskTimeout?.seconds)).toBe(3);
    expect(JSON.parse(Buffer.from(started?.input?.payloads?.[0]?.data ?? []).toString())).toEqual(input);
  });

  test('a second time answers already_started, while it runs and after it closed', async () => {
    const input = cycleInput();
    const start = starter();
    await start(input, 2);

    expect(await start(input, 2)).toBe('already_started');
    await client.workflow.getHandle(input.cycleId).terminate('test');
    expect(await start(input, 2)).toBe('already_started');
  });

  test('in a namespace without the search attributes starts without them, and says so once', async () => {
    const namespace = `bare-${process.pid}-${Date.now()}`;
    const connection = await Connection.connect({ address });
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const log = recordingLog();
    const start = createCycleStarter({ client: new Client({ connection, namespace }), taskQueue, log });
    const first = cycleInput();

    const result = await eventually(() => start(first, 2).catch(() => null), 30_000);
    await start(cycleInput(), 2);

    await connection.close();
    expect(result).toBe('started');
    expect(log.lines).toEqual([{ level: 'warn', message: expect.stringContaining('not registered') }]);
  });

  test('that Temporal will never take is a refusal; where Temporal is not there it is not', async () => {
    const refused = starter()(cycleInput({ cycleId: 'x'.repeat(2_000) }), 2);
    await expect(refused).rejects.toThrow(StartRefusedError);

    const nowhere = createLazyClient({ address: '127.0.0.1:1', namespace: 'default' });
    const away = createCycleStarter({ client: nowhere, taskQueue, log: recordingLog() })(cycleInput(), 2);
    await expect(away).rejects.not.toThrow(StartRefusedError);
    await nowhere.connection.close();
  });

  test.each([
    ['2 MB, which Temporal checks', 3],
    ['4 MB, which never gets to Temporal', 5],
  ])('larger than %s, is a refusal', async (_limit, megabytes) => {
    const event = commentEvent('jira:PAY-1', null);
    const text = 'x'.repeat(megabytes * 1024 * 1024);

    const cycle = cycleInput({ event: { ...event, comment: { id: '1', text } } });

    // A server that is busy is asked again, as the relay does.
    const refusal = await eventually(() =>
      starter()(cycle, 2).then(
        () => 'started',
        (error: unknown) => error instanceof StartRefusedError && error,
      ),
    );

    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(String(refusal)).toMatch(/size exceeds limit|larger than max/);
  });

  test('while Temporal has too much to do is no refusal: it is tried again', async () => {
    const busy = Object.assign(new Error('8 RESOURCE_EXHAUSTED: namespace rate limit exceeded'), {
      code: 8,
      details: 'namespace rate limit exceeded',
      metadata: {},
    });
    const failing = { workflow: { start: () => Promise.reject(new ServiceError('busy', { cause: busy })) } };
    const start = createCycleStarter({
      client: failing as unknown as Client,
      taskQueue,
      log: recordingLog(),
    });

    await expect(start(cycleInput(), 2)).rejects.not.toThrow(StartRefusedError);
  });
});

describe('asking for a cycle', () => {
  test('tells running, closed and missing apart', async () => {
    const input = cycleInput();
    const describeCycle = createCycleDescriber(client);
    await starter()(input, 2);

    expect(await describeCycle(input.cycleId)).toBe('running');
    await client.workflow.getHandle(input.cycleId).terminate('test');
    expect(await describeCycle(input.cycleId)).toBe('closed');
    expect(await describeCycle(`${input.cycleId}-unknown`)).toBe('missing');
  });

  test('in a namespace that does not exist, or without Temporal, rejects instead of calling it missing', async () => {
    const elsewhere = createLazyClient({ address, namespace: 'no-such-namespace' });
    const nowhere = createLazyClient({ address: '127.0.0.1:1', namespace: 'default' });

    await expect(createCycleDescriber(elsewhere)('cycle-jira-1')).rejects.toThrow(/amespace/);
    await expect(createCycleDescriber(nowhere)('cycle-jira-1')).rejects.toThrow();

    await elsewhere.connection.close();
    await nowhere.connection.close();
  });
});
