import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { LaneWish } from '../../src/audit/schema.js';
import type { CycleStatus } from '../../src/domain/cycle.js';
import { type CommentEvent, cycleIdFor } from '../../src/domain/event.js';
import type { Delivery } from '../../src/inbox/inbox.js';
import type { CycleMirror } from '../../src/inbox/relay/lane-watch.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';

export interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** A logger that keeps its lines. */
export function recordingLog() {
  const lines: LogLine[] = [];
  const at = (level: string) => (_fields: unknown, message?: unknown) => {
    lines.push({ level, message: String(message) });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const cleanUps: (() => void | Promise<void>)[] = [];

/** Runs after the test that is running, last registered first. */
export function onTestEnd(cleanUp: () => void | Promise<void>): void {
  cleanUps.push(cleanUp);
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    await cleanUp();
  }
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pm-agent-'));
  onTestEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that stands still until it is moved. */
export function handClock(startMs = Date.parse('2026-03-02T09:00:00Z')) {
  let now = startMs;
  const clock = () => new Date(now);
  clock.move = (ms: number) => {
    now += ms;
  };
  return clock;
}

export function temporaryInbox(options: { clock?: () => Date; file?: string } = {}): InboxStore {
  const inbox = openInbox({
    file: options.file ?? join(temporaryFolder(), 'inbox.db'),
    log: recordingLog(),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  onTestEnd(() => inbox.close());
  return inbox;
}

let counter = 0;

/** A new comment on an issue, and the cycle it gets; each call is another delivery with another body and another change. */
export function comment(
  overrides: Partial<Delivery> & { readonly event?: CommentEvent } = {},
): Delivery & { readonly cycleId: string } {
  counter += 1;
  const deliveryId = overrides.deliveryId ?? `delivery-${counter}`;
  const subject = overrides.subject ?? 'jira:PAY-1';
  const changeKey = overrides.changeKey === undefined ? `${subject}:comment:${counter}` : overrides.changeKey;
  const raw = overrides.raw ?? Buffer.from(`{"comment":${counter}}`);
  const event = overrides.event ?? commentEvent(subject, changeKey);
  return {
    source: 'jira',
    tenant: 'acme.atlassian.net',
    deliveryId,
    eventType: 'comment_created',
    bodySha256: createHash('sha256').update(raw).digest('hex'),
    headers: { 'content-type': 'application/json' },
    status: 'received',
    reason: null,
    priority: 2,
    receivedAt: new Date().toISOString(),
    ...overrides,
    cycleId: cycleIdFor(overrides.source ?? 'jira', deliveryId),
    changeKey,
    subject,
    raw,
    event,
  };
}

export function commentEvent(
  subject: string,
  changeKey: string | null,
  issue: CommentEvent['issue'] = { id: null, key: subject.replace('jira:', ''), summary: 'Checkout fails' },
): CommentEvent {
  return {
    type: 'comment_created',
    source: 'jira',
    tenant: 'acme.atlassian.net',
    subject,
    project: 'PAY',
    changeKey,
    occurredAt: '2026-03-02T09:00:00.000Z',
    actor: { id: 'account-1', name: 'Ada', isBot: false },
    issue,
    comment: { id: String(counter), text: 'Is this done?' },
  };
}

export interface FakeCycle {
  id: string;
  subject: string;
  fence: number;
  lane: LaneWish;
  status: CycleStatus;
}

/** The mirror as the worker would write it, in memory. */
export function fakeMirror() {
  const cycles = new Map<string, FakeCycle>();
  let hasChanged = false;
  let isRefilling = false;
  const set = (id: string, change: Partial<FakeCycle>) => {
    const before = cycles.get(id) ?? { id, subject: '', fence: 0, lane: 'held', status: 'running' };
    cycles.set(id, { ...before, ...change });
    hasChanged = true;
  };
  const mirror: CycleMirror = {
    changed: () => {
      const answer = hasChanged;
      hasChanged = false;
      return answer;
    },
    laneWishes: (ids) => ids.map((id) => cycles.get(id)).filter((cycle) => cycle !== undefined),
    isRefilling: () => isRefilling,
    laneRequests: () => [...cycles.values()].filter((cycle) => cycle.lane === 'requested'),
  };
  return {
    ...mirror,
    set,
    refilling: (is: boolean) => {
      isRefilling = is;
    },
    end: (id: string) => set(id, { lane: 'released', status: 'completed' }),
  };
}

/** Waits until `check` answers something other than false, null or undefined. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== false && found !== null && found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`did not happen within ${withinMs} ms`);
    }
    await sleep(10);
  }
}
