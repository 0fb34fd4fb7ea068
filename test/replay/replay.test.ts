import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { comment, planned } from '../support/builders.js';
import { SHAPES } from './shapes.js';

/** What of a history in JSON is changed below. */
interface RecordedHistory {
  readonly events: readonly {
    readonly eventType: string;
    readonly activityTaskCompletedEventAttributes?: {
      readonly result: { readonly payloads: readonly { readonly data: string }[] };
    };
  }[];
}

const quiet = new DefaultLogger('ERROR');
let bundle: { readonly code: string };

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: quiet,
  });
});

/** Events that a workflow task leads to at once: what comes after them, no worker has seen yet. */
const LED_TO = new RegExp(
  `^EVENT_TYPE_(${[
    'ACTIVITY_TASK_SCHEDULED',
    'TIMER_STARTED',
    'TIMER_CANCELED',
    'MARKER_RECORDED',
    'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
    'WORKFLOW_PROPERTIES_MODIFIED',
    'WORKFLOW_EXECUTION_UPDATE_(ACCEPTED|COMPLETED)',
    'WORKFLOW_EXECUTION_COMPLETED',
  ].join('|')})$`,
);

function endOfTask(events: RecordedHistory['events'], completed: number): number {
  const rest = events.slice(completed + 1);
  const next = rest.findIndex(({ eventType }) => !LED_TO.test(eventType));
  return next === -1 ? events.length : completed + 1 + next;
}

function historyFile(name: string): string {
  return fileURLToPath(new URL(`./histories/${name}.json`, import.meta.url));
}

describe('a running cycle of every shipped shape goes on under this code', () => {
  test.each(Object.keys(SHAPES))('%s', async (name) => {
    expect(existsSync(historyFile(name))).toBe(true);
    const history = JSON.parse(readFileSync(historyFile(name), 'utf8')) as unknown;

    const replay = Worker.runReplayHistory({ workflowBundle: bundle }, history);

    await expect(replay).resolves.toBeUndefined();
  });

  /** Each way of a request for approval: a deploy can find a cycle at any point of it. */
  test.each([
    'approved-by-update',
    'approved-by-signal',
    'approved-after-a-wait-for-the-lane',
    'approved-one-by-one',
    'approved-by-two',
    'rejected',
    'refused-then-rejected',
    'edited-then-approved',
    'asked-snoozed-then-taken-over',
    'reminded-widened-then-expired',
    'reopened-then-approved',
    'expired',
    'cancelled',
  ])('%s, cut off at each point where a worker may have gone (F41)', async (name) => {
    const { events, ...rest } = JSON.parse(readFileSync(historyFile(name), 'utf8')) as RecordedHistory;
    const cuts = events.flatMap(({ eventType }, index) =>
      eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED' ? [endOfTask(events, index)] : [],
    );
    expect(cuts.length).toBeGreaterThan(0);

    for (const cut of cuts) {
      const until = { ...rest, events: events.slice(0, cut) };
      await expect(Worker.runReplayHistory({ workflowBundle: bundle }, until)).resolves.toBeUndefined();
    }
  });

  test('one whose older worker did not know what to do with actions that code decided on', async () => {
    const history = JSON.parse(readFileSync(historyFile('nothing-to-do'), 'utf8')) as RecordedHistory;
    const [payload] = history.events.flatMap(
      (event) => event.activityTaskCompletedEventAttributes?.result.payloads ?? [],
    );
    const gathered = JSON.parse(Buffer.from(payload?.data ?? '', 'base64').toString('utf8')) as object;
    const actions = [planned('cycle-1', 8, comment, { verdict: 'auto', origin: 'command' })];
    Object.assign(payload ?? {}, {
      data: Buffer.from(JSON.stringify({ ...gathered, actions })).toString('base64'),
    });

    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).resolves.toBeUndefined();
  });

  test('the check itself notices a change of shape', async () => {
    const other = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./changed-workflow.ts', import.meta.url)),
      logger: quiet,
    });
    const history = JSON.parse(readFileSync(historyFile('auto-acted'), 'utf8')) as unknown;

    await expect(Worker.runReplayHistory({ workflowBundle: other }, history)).rejects.toThrow(
      /[Nn]ondeterminism/,
    );
  });
});
