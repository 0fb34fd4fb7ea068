/** What `/metrics` says, against what happened and against what the documentation promises. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DELIVERY_RESULTS, REFUSALS } from '../../src/api/webhooks/refusals.js';
import { overBudget, type Spent } from '../../src/domain/budget.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { commentCreated } from './support/bodies.js';
import { ask, jiraHeaders, post, slackHeaders } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const STATS = {
  healthy: true,
  working: true,
  lastError: null,
  waiting: 7,
  starting: 2,
  folding: 3,
  lagMs: 1_500,
  lanesHeld: 4,
};

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ relay: () => STATS });
});
afterAll(() => api.close());

async function metrics(): Promise<string> {
  return (await ask(`${api.url}/metrics`)).text;
}

/** The value of one series, as Prometheus would read it. */
async function valueOf(series: string): Promise<number> {
  const line = (await metrics()).split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

describe('the documentation', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('\n## Metrics\n'), page.indexOf('\n## The log\n'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => ({ name: String(name), row })),
  );

  test('lists every metric that there is, once', async () => {
    const exposed = [...(await metrics()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => String(name));
    const names = documented.map(({ name }) => name);

    expect(exposed.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });

  test('lists no metric of ours that there is not, and each with its type', async () => {
    const ours = documented.filter(({ name }) => name.startsWith('pm_agent_'));
    const text = await metrics();

    const wrong = ours.filter(
      ({ name, row }) => !text.includes(`# TYPE ${name} ${String(row.split(' | ')[1])}\n`),
    );

    expect(ours.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  test('names every label', async () => {
    const text = await metrics();

    for (const { name, row } of documented.filter((one) => one.name.startsWith('pm_agent_'))) {
      const told = [...(row.split(' | ')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label);
      const series = [...text.matchAll(new RegExp(`^${name}(?:_sum)?\\{(.*)\\} `, 'gm'))];
      const used = series.flatMap(([, labels]) =>
        [...String(labels).matchAll(/(\w+)="/g)].map(([, label]) => label),
      );
      expect([name, used.filter((label) => label !== 'le' && !told.includes(label))]).toEqual([name, []]);
    }
  });
});

describe('the doors', () => {
  test('have a series for each source, result and reason from the start', async () => {
    const text = await metrics();

    for (const source of ['jira', 'bitbucket', 'slack']) {
      for (const result of DELIVERY_RESULTS) {
        expect(text).toContain(`pm_agent_webhook_deliveries_total{source="${source}",result="${result}"} `);
      }
      for (const reason of [...REFUSALS, 'other']) {
        expect(text).toContain(`pm_agent_webhook_refused_total{source="${source}",reason="${reason}"} `);
      }
    }
  });

  const body = JSON.stringify(commentCreated());
  const signed = jiraHeaders(body);
  const old = Math.floor(Date.now() / 1_000) - 301;
  test.each([
    ['bad_signature', 'jira', body, { ...signed, 'x-hub-signature': 'sha256=00' }],
    ['unsupported_media_type', 'jira', body, { ...signed, 'content-type': 'text/plain' }],
    ['unsupported_encoding', 'jira', body, { ...signed, 'content-encoding': 'gzip' }],
    ['unreadable_body', 'jira', 'not json', jiraHeaders('not json')],
    ['too_large', 'slack', 'x'.repeat(1024 * 1024 + 1), slackHeaders('x')],
    ['clock_skew', 'slack', '{}', slackHeaders('{}', 'json', old)],
    ['bad_challenge', 'slack', '{"type":"url_verification"}', slackHeaders('{"type":"url_verification"}')],
  ])('count what they refuse for %s', async (reason, source, raw, headers) => {
    const refused = `pm_agent_webhook_refused_total{source="${source}",reason="${reason}"}`;
    const result = reason === 'unreadable_body' ? 'dead_letter' : 'refused';
    const delivered = `pm_agent_webhook_deliveries_total{source="${source}",result="${result}"}`;
    const before = [await valueOf(refused), await valueOf(delivered)];

    const { status } = await post(`${api.url}/webhooks/${source}`, raw, headers);

    expect(status).toBeGreaterThanOrEqual(400);
    expect([await valueOf(refused), await valueOf(delivered)]).toEqual(before.map((count) => count + 1));
  });

  test('count what they take, how long it took, and the commit that it waited for', async () => {
    const commits = await valueOf('pm_agent_inbox_commit_seconds_count');
    const acks = await valueOf('pm_agent_webhook_ack_seconds_count{source="jira"}');
    const raw = JSON.stringify(commentCreated({ timestamp: Date.now() - 1 }));

    await post(`${api.url}/webhooks/jira`, raw, jiraHeaders(raw));

    expect(await valueOf('pm_agent_webhook_deliveries_total{source="jira",result="accepted"}')).toBe(1);
    expect(await valueOf('pm_agent_webhook_ack_seconds_count{source="jira"}')).toBe(acks + 1);
    expect(await valueOf('pm_agent_inbox_commit_seconds_count')).toBeGreaterThan(commits);
  });

  test('count what could not be stored', async () => {
    const broken = await startTestApi({
      inbox: { accept: () => Promise.reject(new Error('disk full')) },
    });
    const raw = JSON.stringify(commentCreated());
    const { status } = await post(`${broken.url}/webhooks/jira`, raw, jiraHeaders(raw));
    const { text } = await ask(`${broken.url}/metrics`);
    await broken.close();

    expect(status).toBe(503);
    expect(text).toContain('pm_agent_webhook_deliveries_total{source="jira",result="unavailable"} 1');
    expect(text).toContain('pm_agent_webhook_refused_total{source="jira",reason="unavailable"} 1');
  });
});

test('what no route could read is counted by its status', async () => {
  await ask(`${api.url}/health`, { headers: { 'x-long': 'x'.repeat(20_000) } });

  expect(await valueOf('pm_agent_http_unreadable_total{status="431"}')).toBe(1);
});

test('the relay says what it has before it', async () => {
  expect(await valueOf('pm_agent_relay_lag_seconds')).toBe(1.5);
  expect(await valueOf('pm_agent_relay_waiting_events')).toBe(7);
  expect(await valueOf('pm_agent_relay_starting_events')).toBe(2);
  expect(await valueOf('pm_agent_relay_folding_events')).toBe(3);
  expect(await valueOf('pm_agent_relay_lanes_held')).toBe(4);
  expect(await valueOf('pm_agent_relay_healthy')).toBe(1);
});

test('the loop says how late it was since the last reading', async () => {
  await metrics();
  await sleep(100);
  const until = performance.now() + 80;
  while (performance.now() < until) {
    // Nothing else can run meanwhile.
  }
  await sleep(50);

  const text = await metrics();
  const late = (name: string) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.+)$`, 'm').exec(text)?.[1]);
  expect(late('p50')).toBeGreaterThan(0);
  expect(late('p99')).toBeGreaterThanOrEqual(late('p50'));
  expect(late('max')).toBeGreaterThanOrEqual(0.08);
});

test('the worker’s records say what waits for people and when the sweep last ran', async () => {
  const watermark = new Date(Date.now() - 90_000).toISOString();
  await api.mirror.recordFinds({
    finds: [],
    mark: { scope: 'issues:PAY', watermark, reachedBackTo: watermark },
  });

  expect(await valueOf('pm_agent_sweep_age_seconds')).toBeGreaterThanOrEqual(90);
  expect(await valueOf('pm_agent_sweep_age_seconds')).toBeLessThan(120);
  expect(await valueOf('pm_agent_approvals_pending')).toBe(0);
  expect(await valueOf('pm_agent_breakers_open')).toBe(0);
  expect(await valueOf('pm_agent_model_cost_usd')).toBe(0);
  expect(await valueOf('pm_agent_model_cache_hit_ratio')).toBe(0);
});

test('the ledger says what the model cost in the last day, and how much of its prompts came from the cache', async () => {
  const now = Date.now();
  const cycle = cycleInput();
  await api.mirror.startCycle(cycle, 'run-1');
  const paid = async (id: string, ageMs: number, cacheReadTokens: number) => {
    const startedAt = new Date(now - ageMs).toISOString();
    await api.mirror.recordModelCall({
      id,
      cycleId: cycle.cycleId,
      purpose: 'decide',
      model: 'claude-sonnet-5-5',
      promptId: 'question',
      promptVersion: '1',
      request: {},
      reply: {},
      stopReason: 'end_turn',
      usage: { inputTokens: 150, outputTokens: 20, cacheReadTokens, cacheWriteTokens: 50 },
      costUsd: 0.25,
      priceDate: null,
      requestId: null,
      startedAt,
      endedAt: startedAt,
      error: null,
    });
  };
  await paid('now', 0, 800);
  await paid('an hour ago', 3_600_000, 0);
  await paid('two days ago', 2 * 86_400_000, 0);

  expect(await valueOf('pm_agent_model_cost_usd')).toBe(0.5);
  expect(await valueOf('pm_agent_model_cache_hit_ratio')).toBeCloseTo(800 / 1_200, 10);
});

describe('budgets', () => {
  const NOON = '2026-11-23T12:00:00.000Z';
  const EVENING_BEFORE = '2026-11-22T23:00:00.000Z';
  let at: TestApi;
  beforeAll(async () => {
    at = await startTestApi({ clock: () => new Date(NOON) });
  });
  afterAll(() => at.close());

  let calls = 0;
  async function spend(
    subject: string,
    usd: number,
    { startedAt = NOON, isLost = false }: { startedAt?: string; isLost?: boolean } = {},
  ): Promise<void> {
    const project = subject.split('-')[0] ?? '';
    const event = commentEvent({ subject: `jira:${subject}`, project });
    const cycle = cycleInput({ event, receivedAt: NOON });
    calls += 1;
    await at.mirror.startCycle(cycle, 'run-1');
    await at.mirror.recordModelCall({
      id: `call-${calls}`,
      cycleId: cycle.cycleId,
      purpose: 'decide',
      model: 'claude-sonnet-5-5',
      promptId: 'question',
      promptVersion: '1',
      request: {},
      reply: isLost ? null : {},
      stopReason: null,
      usage: null,
      costUsd: usd,
      costIsEstimate: isLost,
      priceDate: null,
      requestId: null,
      startedAt,
      endedAt: startedAt,
      error: null,
    });
  }
  async function refuse(receivedAt: string, spent: Partial<Spent>): Promise<void> {
    const budgets = { perEvent: 0.5, perSubjectPerDay: 2, perProjectPerDay: 10, perDay: 25 };
    const none = { onEvent: 0, onSubjectToday: 0, onProjectToday: 0, today: 0 };
    const about = { budgets, atMost: 0.2, subject: 'jira:PAY-1', project: 'PAY' };
    const cycle = cycleInput({ receivedAt });
    await at.mirror.startCycle(cycle, 'run-1');
    await at.mirror.finishCycle({
      cycle,
      status: 'completed',
      outcome: 'no_action',
      summary: `no usable decision: ${overBudget({ ...about, spent: { ...none, ...spent } })}`,
      error: null,
      runId: 'run-1',
    });
  }

  test('by scope: what is allowed, what the dearest of each cost today, and what was refused', async () => {
    await spend('PAY-1', 0.25);
    await spend('PAY-1', 0.5);
    await spend('PAY-2', 0.125);
    await spend('WEB-1', 0.25, { isLost: true });
    await spend('WEB-1', 8, { startedAt: EVENING_BEFORE });
    await refuse(NOON, { onProjectToday: 10 });
    await refuse(NOON, { today: 25 });
    await refuse(NOON, { today: 25 });
    await refuse(EVENING_BEFORE, { onEvent: 1 });

    const { text } = await ask(`${at.url}/metrics`);

    const series = text.split('\n').filter((line) => line.startsWith('pm_agent_budget_'));
    expect(series).toEqual([
      'pm_agent_budget_limit_usd{scope="event"} 0.5',
      'pm_agent_budget_limit_usd{scope="subject"} 2',
      'pm_agent_budget_limit_usd{scope="project"} 10',
      'pm_agent_budget_limit_usd{scope="day"} 25',
      'pm_agent_budget_limit_usd{scope="trials"} 5',
      'pm_agent_budget_spent_usd{scope="event"} 0.5',
      'pm_agent_budget_spent_usd{scope="subject"} 0.75',
      'pm_agent_budget_spent_usd{scope="project"} 0.875',
      'pm_agent_budget_spent_usd{scope="day"} 1.125',
      'pm_agent_budget_spent_usd{scope="trials"} 0',
      'pm_agent_budget_refusals{scope="event"} 0',
      'pm_agent_budget_refusals{scope="subject"} 0',
      'pm_agent_budget_refusals{scope="project"} 1',
      'pm_agent_budget_refusals{scope="day"} 2',
    ]);
  });
});
