/** Sends one input and holds the answer and its effect against the row. Some things hold after every input. */
import { expect } from '@jest/globals';
import { errorShape } from '../../../src/api/views/common.js';
import type { WebhookRow } from '../../../src/inbox/inbox.js';
import { SECRETS } from '../../api/support/config.js';
import { eventually } from '../../support/eventually.js';
import type { InputCase } from './row.js';
import { call, type Message, type Reply } from './wire.js';
import type { World } from './world.js';

interface Snapshot {
  readonly ids: ReadonlySet<string>;
  readonly counted: ReadonlyMap<string, number>;
}

/** Sends; what is answered is checked by the function that comes back. */
export async function sendInput(input: InputCase, world: World): Promise<() => Promise<void>> {
  await input.before?.(world);
  const before = await snapshotOf(world);
  const reply = await replyTo(input, world);
  return () => check(input, world, before, reply);
}

async function replyTo({ send, until = 'answered' }: InputCase, world: World): Promise<Reply> {
  const sent = typeof send === 'function' ? await send(world) : send;
  return isReply(sent) ? sent : call(world.api.port, sent, { until });
}

function isReply(sent: Message | Reply): sent is Reply {
  return 'statuses' in sent;
}

async function check(input: InputCase, world: World, before: Snapshot, reply: Reply): Promise<void> {
  expect(reply.status).toBe(input.status);
  if (input.code !== undefined) {
    expect(reply.body).toMatchObject({ error: { code: input.code } });
  }
  checkError(input, reply, world);
  const stored = storedSince(before, world);
  if (input.stores !== 'some') {
    expect(stored).toMatchObject([...(input.stores ?? [])]);
  }
  // What is counted when a connection ends is counted a moment after its end was seen.
  await eventually(async () =>
    expect(countedSince(before, await snapshotOf(world))).toEqual(countsOf(input)),
  );
  await input.also?.({ world, reply, stored });
  await checkWhatAlwaysHolds(world);
}

/** One shape for all errors but for what browsers are told, and nothing in it that is ours alone. */
function checkError(input: InputCase, reply: Reply, { api }: World): void {
  const { status, text, headers } = reply;
  if (status < 400 || text === '') {
    return;
  }
  (input.page === true ? checkPage : checkJson)(reply);
  expect(status < 500 || status === 503).toBe(true);
  if (status === 503) {
    expect(headers['retry-after']).toBe('5');
  }
  for (const secret of [...Object.values(SECRETS), api.config.dataDir, 'node_modules', '.ts:', '.js:']) {
    expect(text).not.toContain(secret);
  }
}

function checkJson({ body, headers }: Reply): void {
  expect(errorShape.strict().safeParse(body).success).toBe(true);
  expect(body.error.code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
}

/** A page that loads, sends and runs nothing. */
function checkPage({ text, headers }: Reply): void {
  expect(text).toMatch(/^<!doctype html>/);
  expect(text).not.toMatch(/<script|<link|<img|\son\w+=/i);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-[^;]+; form-action 'none'/,
    ),
  });
}

async function checkWhatAlwaysHolds({ api, trapped }: World): Promise<void> {
  expect(await call(api.port, { path: '/health' })).toMatchObject({ status: 200 });
  expect(trapped).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

async function snapshotOf({ api }: World): Promise<Snapshot> {
  const counted = new Map<string, number>();
  const text = await api.metrics.text();
  for (const [, source, result, value] of text.matchAll(DELIVERIES)) {
    counted.set(`${source}/${result}`, Number(value));
  }
  return { ids: new Set(api.inbox.list({}, ALL).items.map(({ id }) => id)), counted };
}

const ALL = { limit: 500, cursor: null };
const DELIVERIES = /^pm_agent_webhook_deliveries_total\{source="(\w+)",result="(\w+)"\} (\d+)$/gm;

function storedSince({ ids }: Snapshot, { api }: World): readonly WebhookRow[] {
  return api.inbox
    .list({}, ALL)
    .items.filter(({ id }) => !ids.has(id))
    .toReversed();
}

function countedSince(before: Snapshot, after: Snapshot): Record<string, number> {
  const added = [...after.counted].map(
    ([name, value]) => [name, value - (before.counted.get(name) ?? 0)] as const,
  );
  return Object.fromEntries(added.filter(([, value]) => value > 0));
}

function countsOf({ counts = {} }: InputCase): Readonly<Record<string, unknown>> {
  return typeof counts === 'string' ? { [counts]: 1 } : counts;
}
