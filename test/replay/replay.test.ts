import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { comment, planned } from '../support/builders.js';
import { bundleOf, workflowBundle } from '../support/workflow-bundle.js';
import { openReplay, type Replay } from './open-replay.js';
import { SHAPES } from './shapes.js';

interface Payloads {
  readonly payloads: readonly { readonly data: string }[];
}

/** What of a history in JSON is read and changed below. */
interface RecordedHistory {
  readonly events: readonly {
    readonly eventType: string;
    readonly markerRecordedEventAttributes?: { readonly details?: { readonly data?: Payloads } };
    readonly activityTaskScheduledEventAttributes?: { readonly input?: Payloads };
    readonly activityTaskCompletedEventAttributes?: {
      readonly result: Payloads;
    };
  }[];
}

let build: Replay;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  build = openReplay(await workflowBundle());
});
afterAll(() => build.close());

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

function historyOf(name: string): RecordedHistory {
  return JSON.parse(readFileSync(historyFile(name), 'utf8')) as RecordedHistory;
}

function decoded({ data }: { readonly data: string }): string {
  return Buffer.from(data, 'base64').toString('utf8');
}

/** Whether it opened a request, by what the history holds of its local activities. */
function asksPeople(name: string): boolean {
  return (
    existsSync(historyFile(name)) &&
    historyOf(name).events.some(({ markerRecordedEventAttributes: marker }) =>
      marker?.details?.data?.payloads.some((payload) => decoded(payload).includes('"openApprovals"')),
    )
  );
}

/** What was noted of its requests, and how they ended. */
function notesOf(name: string): readonly string[] {
  return historyOf(name).events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const [payload] = scheduled?.input?.payloads ?? [];
    const { what, state } = JSON.parse(payload === undefined ? '{}' : decoded(payload));
    return state === undefined ? [] : [what ?? state.status];
  });
}

/** All that can become of a request: what the gate notes, and how it ends. */
const STATES = [
  'answered',
  'approved',
  'asked_again',
  'counted',
  'edited',
  'expired',
  'question',
  'rejected',
  'reminded',
  'reopened',
  'second_approver',
  'snoozed',
  'superseded',
];

describe('a running cycle of every shipped shape goes on under this code', () => {
  test.each(Object.keys(SHAPES))('%s', async (name) => {
    expect(existsSync(historyFile(name))).toBe(true);
    const history = JSON.parse(readFileSync(historyFile(name), 'utf8')) as unknown;

    expect(await build.refusal(history)).toBeNull();
  });

  /** Each way of a request for approval: a deploy can find a cycle, or a drill, at any point of it. */
  test.each(Object.keys(SHAPES).filter(asksPeople))(
    '%s, cut off at each point where a worker may have gone (F41)',
    async (name) => {
      const { events, ...rest } = historyOf(name);
      const cuts = events.flatMap(({ eventType }, index) =>
        eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED' ? [endOfTask(events, index)] : [],
      );
      expect(cuts.length).toBeGreaterThan(0);

      for (const cut of cuts) {
        expect(await build.refusal({ ...rest, events: events.slice(0, cut) })).toBeNull();
      }
    },
  );

  test('each state of a request is in one of them', () => {
    const reached = Object.keys(SHAPES).filter(asksPeople).flatMap(notesOf);

    expect([...new Set(reached)].toSorted()).toEqual(STATES);
  });

  test('one whose older worker did not know what to do with actions that code decided on', async () => {
    const history = historyOf('nothing-to-do');
    const [payload] = history.events.flatMap(
      (event) => event.activityTaskCompletedEventAttributes?.result.payloads ?? [],
    );
    const gathered = JSON.parse(Buffer.from(payload?.data ?? '', 'base64').toString('utf8')) as object;
    const actions = [planned('cycle-1', 8, comment, { verdict: 'auto', origin: 'command' })];
    Object.assign(payload ?? {}, {
      data: Buffer.from(JSON.stringify({ ...gathered, actions })).toString('base64'),
    });

    expect(await build.refusal(history)).toBeNull();
  });

  test('the check itself notices a change of shape', async () => {
    const other = openReplay(await bundleOf(new URL('./changed-workflow.ts', import.meta.url)));
    const history = JSON.parse(readFileSync(historyFile('auto-acted'), 'utf8')) as unknown;

    try {
      expect((await other.refusal(history))?.message).toMatch(/[Nn]ondeterminism/);
    } finally {
      await other.close();
    }
  });
});
