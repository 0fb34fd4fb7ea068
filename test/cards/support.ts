/** A real mirror, the simulated Slack over HTTP, and the loop that tells the one what the other holds. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mirror } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import { createMirror } from '../../src/audit/writer.js';
import { type CardLoop, startCardLoop } from '../../src/cards/card-loop.js';
import { openDatabase } from '../../src/database/open.js';
import type { ActionStatus } from '../../src/domain/action.js';
import type { ApprovalState, Decider, Person } from '../../src/domain/approval.js';
import type { ActionResult, PlannedAction } from '../../src/domain/cycle.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

export const ANA: Person = {
  id: 'lead-1',
  name: 'Ana Lindqvist',
  jira: '712020:ana',
  bitbucket: null,
  slack: 'U0ANA',
  roles: ['lead'],
};

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly text: string;
  readonly blocks: any[] | null;
}

export interface CardWorld {
  readonly mirror: Mirror;
  readonly reader: MirrorReader;
  readonly sandbox: TestSandbox;
  /** Cycles that were lost, with why. */
  readonly lost: Map<string, string>;
  start(): void;
  stop(): Promise<void>;
  /** Moves the clock of mirror and loop. */
  move(milliseconds: number): void;
  /** Asks for one approval, shown in these places. */
  ask(options?: AskOptions): Promise<Asked>;
  settle(
    asked: Asked,
    status: ApprovalState['status'],
    by?: Decider | null,
    words?: Partial<ApprovalState>,
  ): Promise<void>;
  result(asked: Asked, result: ActionResult): Promise<void>;
  /** What the agent posted, oldest first. */
  posted(): Promise<readonly SlackMessage[]>;
  /** As `pm-agent pause` and `resume` do. */
  setPaused(on: boolean | (() => boolean)): void;
  /** Calls of one method that reached Slack. */
  calls(method: string): Promise<number>;
  fault(fault: Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly places?: readonly string[];
  readonly action?: PlannedAction['action'];
  readonly hasLongWords?: boolean;
  readonly planned?: Partial<PlannedAction>;
}

export interface Asked {
  readonly approvalId: string;
  readonly cycleId: string;
  readonly planned: PlannedAction;
}

const AGENT = 'U0PMAGENT';

export async function startCardWorld(): Promise<CardWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cards-'));
  const file = join(folder, 'pm-agent.db');
  const sandbox = await startSandbox();
  const database = openMirrorFile(file);
  let movedMs = 0;
  const clock = () => new Date(Date.now() + movedMs);
  const mirror = createMirror({ database, file, clock });
  const reader = createMirrorReader({
    file,
    open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
  const slack = createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 'xoxb-1', timeoutMs: 2_000 });
  const lost = new Map<string, string>();
  let isPaused = () => false;
  let loop: CardLoop | null = null;
  const stop = async (): Promise<void> => {
    await loop?.stop();
    loop = null;
  };
  return {
    mirror,
    reader,
    sandbox,
    lost,
    start: () => {
      loop = startCardLoop({
        cards: mirror.cards,
        slack,
        settings: () => ({
          people: [ANA],
          output: { linkHosts: [], mentions: [], secrets: [] },
          cycleUrl: (id) => `https://pm.example/c/${id}`,
          acts: { jira: true, bitbucket: true, slack: true },
        }),
        isPaused: () => isPaused(),
        lostEndOf: (cycleId) => lost.get(cycleId) ?? null,
        clock,
        log: quietLog,
      });
    },
    stop,
    setPaused: (on) => {
      isPaused = typeof on === 'boolean' ? () => on : on;
    },
    move: (milliseconds) => {
      movedMs += milliseconds;
    },
    ask: (options) => ask(mirror, options ?? {}),
    settle: async ({ approvalId, cycleId, planned: action }, status, by = null, words = {}) => {
      const state: ApprovalState = {
        approvalId,
        actionId: action.actionId,
        hash: action.hash,
        status,
        decidedBy: by,
        decidedAt: clock().toISOString(),
        reason: null,
        note: null,
        ...words,
      };
      const actionStatus = (status === 'superseded' ? 'obsolete' : status) as ActionStatus;
      await mirror.settleApproval({ cycleId, state, actionStatus });
    },
    result: async ({ cycleId, planned: { actionId, hash } }, result) => {
      const request = { service: 'jira', method: 'POST', path: '/x', body: null } as const;
      await mirror.recordIntent({ cycleId, actionId, hash, request, attempt: 1 });
      const step = { name: 'execute', attempt: 1, startedAt: clock().toISOString(), detail: {} } as const;
      await mirror.recordResult({ cycleId, actionId, result, step });
    },
    posted: async () => {
      const { body } = await sandbox.get('/_state');
      return body.slack.message.filter((message: { user: string }) => message.user === AGENT);
    },
    calls: async (method) => {
      const { body } = await sandbox.get('/_received?vendor=slack');
      return body.items.filter((call: { path: string }) => call.path === `/${method}`).length;
    },
    fault: async (fault) => {
      expect200(await sandbox.post('/_faults', { vendor: 'slack', times: 1, ...fault }));
    },
    close: async () => {
      await stop();
      reader.close();
      await mirror.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function expect200({ status, body }: { status: number; body: unknown }): void {
  if (status !== 200) {
    throw new Error(`the sandbox answered ${status}: ${JSON.stringify(body)}`);
  }
}

async function ask(mirror: Mirror, options: AskOptions): Promise<Asked> {
  const { places = ['C0PAY'], action = transition, hasLongWords = false } = options;
  const input = cycleInput();
  const { cycleId } = input;
  const one = planned(cycleId, 1, action, options.planned);
  const approvalId = randomUUID().replaceAll('-', '');
  await mirror.startCycle(input, 'run-1');
  const issue = {
    key: 'PAY-1',
    status: 'In Progress',
    assigneeId: '712020:bo',
    people: [{ id: '712020:bo', name: 'Bo of Jira' }],
  };
  const contextHash = await mirror.putBlob(
    'context',
    JSON.stringify({ facts: { issue }, items: [], omitted: [] }),
  );
  const step = { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await mirror.recordGathered({
    cycleId,
    step,
    title: 'PAY-1 Checkout fails on Safari',
    contextHash,
    sources: [],
    nothingToDo: null,
  });
  const decision = {
    summary: 'Ana asked for it.',
    reasons: [{ text: 'It is reviewed.', evidence: [] }],
    actions: [],
    uncertainty: null,
  };
  await mirror.recordDecision({ cycleId, step: { ...step, name: 'decide' }, decision, failure: null });
  await mirror.recordPlan({ cycleId, step: { ...step, name: 'plan' }, actions: [one], team: 'payments' });
  await mirror.openApprovals({
    cycleId,
    requests: [{ approvalId, planned: one, deadline: '2026-11-24T10:00:00.000Z' }],
    placesOf: () => ({ places, hasLongWords }),
  });
  return { approvalId, cycleId, planned: one };
}
