/**
 * Where waiting cycles are decided on: a real mirror, what a vendor would have been asked for, and a worker that dies at a
 * chosen point of a cycle, once. What judges and thinks is a double; what records is the product's own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activities } from '../../../src/activities/contract.js';
import type { ActivityDeps } from '../../../src/activities/dependencies.js';
import { fingerprint } from '../../../src/activities/fingerprint.js';
import { createRecordActivities } from '../../../src/activities/record.js';
import type { Mirror } from '../../../src/audit/mirror.js';
import type { MirrorReader } from '../../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../../src/audit/reader.js';
import { createMirror } from '../../../src/audit/writer.js';
import { openDatabase } from '../../../src/database/open.js';
import type { Action } from '../../../src/domain/action.js';
import type { Person } from '../../../src/domain/approval.js';
import type { PlannedAction } from '../../../src/domain/cycle.js';
import { type InboxStore, openInbox } from '../../../src/inbox/store.js';
import { createInboxReader } from '../../../src/worker/inbox-reader.js';
import { comment, planned } from '../../support/builders.js';
import { fakeActivities } from '../../support/fake-activities.js';
import { openMirrorFile } from '../../support/mirror-file.js';
import { quietLog } from '../../support/quiet-log.js';

/** Right before or right after one of its writes is done, and before Temporal hears of it. */
export const CRASH_POINTS = [
  'after the opening',
  'before the settlement',
  'after the settlement',
  'after a note',
  'before the effect',
  'after the effect',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface Asked {
  readonly approvalId: string;
  readonly hash: string;
}

export interface Office {
  readonly mirror: Mirror;
  readonly reader: MirrorReader;
  /** What the API has: the outbox of decisions, which the worker looks into at a deadline. */
  readonly inbox: InboxStore;
  readonly activities: Activities;
  /** Hashes of what was done, by action, in order. */
  readonly effects: ReadonlyMap<string, readonly string[]>;
  /** How this cycle is asked for; before it starts. */
  plan(cycleId: string, asking: Partial<PlannedAction>, crash: CrashPoint | null): void;
  /** Its request, once it can be decided on. */
  opened(cycleId: string): Promise<Asked>;
  dispose(): Promise<void>;
}

interface Waiter {
  readonly promise: Promise<Asked>;
  readonly resolve: (asked: Asked) => void;
}

function newWaiter(): Waiter {
  let resolve: Waiter['resolve'] = () => undefined;
  const promise = new Promise<Asked>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** As many as decide on one request. */
export const STAFF: readonly Person[] = [
  'person-0',
  'person-1',
  'person-2',
  'person-3',
  'person-4',
  'ana',
  'bo',
].map((id) => ({ id, name: id, jira: null, bitbucket: null, slack: `U-${id}`, roles: [] }));

const PEOPLE = {
  people: STAFF,
  teams: [],
  agent: { name: 'PM Agent', language: 'en' },
  pages: { jira: null, bitbucket: null },
  output: { linkHosts: [], mentions: [], secrets: [] },
};

export function openOffice(): Office {
  const folder = mkdtempSync(join(tmpdir(), 'office-'));
  const file = join(folder, 'pm-agent.db');
  const database = openMirrorFile(file, 2_000);
  const open = (readonly: boolean) => openDatabase(file, { readonly, busyTimeoutMs: 2_000, log: quietLog });
  const mirror = createMirror({ database, file, clock: () => new Date() });
  const reader = createMirrorReader({ file, open: () => open(true) });
  const inbox = openInbox({ file: join(folder, 'inbox.db'), log: quietLog });
  const outbox = createInboxReader(join(folder, 'inbox.db'), (path) =>
    openDatabase(path, { readonly: true, busyTimeoutMs: 2_000, log: quietLog }),
  );
  const decidedInTime = outbox.decidedInTime.bind(outbox);
  const recordedDecision = outbox.recordedDecision.bind(outbox);
  const records = createRecordActivities({
    ...PEOPLE,
    ...recording(mirror),
    decidedInTime,
    recordedDecision,
  });
  const asked = new Map<string, Partial<PlannedAction>>();
  const crashes = new Map<string, CrashPoint>();
  const effects = new Map<string, string[]>();
  const waiters = new Map<string, Waiter>();
  const waiter = (cycleId: string) => {
    const made = waiters.get(cycleId) ?? newWaiter();
    waiters.set(cycleId, made);
    return made;
  };

  /** The worker dies here, where the cycle was told so, and only once. */
  function reached(cycleId: string, point: CrashPoint): void {
    if (crashes.get(cycleId) === point) {
      crashes.delete(cycleId);
      throw new Error(`the worker died ${point}`);
    }
  }

  const { activities } = fakeActivities(() => [], {
    ...records,
    claimLane: async () => true,
    gatherContext: async (cycle) => {
      await mirror.startCycle(cycle, 'run-1');
      return { contextHash: 'none', title: 'PAY-1', nothingToDo: null };
    },
    planActions: async ({ cycle: { cycleId } }) => {
      const actions = [planned(cycleId, 1, comment, asked.get(cycleId))];
      const step = { name: 'plan', attempt: 1, startedAt: new Date().toISOString(), detail: {} } as const;
      await mirror.recordPlan({ cycleId, step, actions });
      return { actions, deadlineMs: null };
    },
    openApprovals: async (input) => {
      const opened = await records.openApprovals(input);
      reached(input.cycleId, 'after the opening');
      for (const { approvalId, planned: request } of input.requests) {
        waiter(input.cycleId).resolve({ approvalId, hash: request.hash });
      }
      return opened;
    },
    noteApproval: async (input) => {
      const noted = await records.noteApproval(input);
      reached(input.cycleId, 'after a note');
      return noted;
    },
    settleApproval: async (input) => {
      reached(input.cycleId, 'before the settlement');
      await records.settleApproval(input);
      reached(input.cycleId, 'after the settlement');
    },
    judgeEdit: async ({ planned: before, payload }) => {
      const action = { kind: before.action.kind, payload } as Action;
      return { planned: { ...before, action, hash: fingerprint(action) } };
    },
    // Looks before it repeats, as the product does.
    executeAction: async ({ cycle: { cycleId }, planned: { actionId, hash } }) => {
      reached(cycleId, 'before the effect');
      const done = effects.get(actionId) ?? [];
      effects.set(actionId, done.length === 0 ? [hash] : done);
      reached(cycleId, 'after the effect');
      return { status: 'executed', remoteId: '30001', message: 'done' };
    },
  });
  return {
    mirror,
    reader,
    inbox,
    activities,
    effects,
    plan(cycleId, asking, crash) {
      asked.set(cycleId, asking);
      if (crash !== null) {
        crashes.set(cycleId, crash);
      }
    },
    opened: (cycleId) => waiter(cycleId).promise,
    async dispose() {
      reader.close();
      outbox.close();
      inbox.close();
      await mirror.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Cards are wished for, and nobody tells them: their wish is one of the views. */
function recording(
  mirror: Mirror,
): Pick<ActivityDeps, 'mirror' | 'laneHolder' | 'pause' | 'policy' | 'acts' | 'clock'> {
  return {
    mirror,
    laneHolder: async () => null,
    pause: () => null,
    policy: { version: 'v', default: 'ask', deadlineMs: null, rules: [] },
    acts: { jira: true, bitbucket: true, slack: true },
    clock: () => new Date(),
  };
}
