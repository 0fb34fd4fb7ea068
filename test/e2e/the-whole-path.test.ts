/** The product as a newcomer starts it, driven only from outside: HTTP, the command line, the `temporal` CLI. */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Role, type Stack, startStack } from '../support/stack.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);

interface CycleView {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly subject: string;
  readonly actions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly payload: Record<string, unknown>;
  }[];
}

interface ApprovalView {
  readonly id: string;
  readonly cycleId: string;
  readonly status: string;
  readonly hash: string;
  readonly kind: string;
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack?.dispose());

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: 'Bearer any' } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

/** A status that is not final and to which the simulated workflow leads from where the issue stands. */
async function nextStatus(key: string): Promise<string> {
  const { transitions } = await get<{
    transitions: { to: { name: string; statusCategory: { key: string } } }[];
  }>(`${stack.sandbox}/jira/rest/api/2/issue/${key}/transitions`);
  const next = transitions.find(({ to }) => to.statusCategory.key !== 'done');
  expect(next).toBeDefined();
  return String(next?.to.name);
}

async function post(url: string, body: unknown = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function cli(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: root,
    env: stack.env,
  });
  return stdout;
}

/** A person comments on a simulated issue; answers when its cycle has got to one of these states. */
async function comment(
  file: string,
  text: string,
  until: readonly string[],
  key = 'PAY-1',
): Promise<CycleView> {
  const path = join(stack.dataDir, `${file}.json`);
  writeFileSync(path, JSON.stringify(commentPayload(file, key, text)));
  const sent = JSON.parse(await cli('send', 'jira', path, '--json')) as { status: string; cycleId: string };
  expect(sent.status).toBe('accepted');
  return eventually(async () => {
    const view = await get<CycleView>(`${stack.api}/api/cycles/${encodeURIComponent(sent.cycleId)}`);
    expect(until).toContain(view.status);
    return view;
  }, 30_000);
}

function commentPayload(id: string, key: string, text: string) {
  return {
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: `8${Buffer.from(id).readUIntBE(0, 3)}`,
      author: { accountId: '712020:visitor', displayName: 'Vera Visitor', accountType: 'atlassian' },
      body: text,
      created: '2026-11-23T10:00:00.000+0000',
      updated: '2026-11-23T10:00:00.000+0000',
    },
    issue: { key, fields: { summary: 'Checkout', project: { key: key.split('-')[0] } } },
  };
}

async function commentsOn(key: string): Promise<string> {
  return JSON.stringify(await get(`${stack.sandbox}/jira/rest/api/2/issue/${key}/comment`));
}

async function pendingOf(cycleId: string): Promise<ApprovalView> {
  return eventually(async () => {
    const { items } = await get<{ items: ApprovalView[] }>(`${stack.api}/api/approvals?status=pending`);
    const mine = items.find((approval) => approval.cycleId === cycleId);
    expect(mine).toBeDefined();
    return mine as ApprovalView;
  });
}

describe('one event in, one durable cycle, one effect out', () => {
  test('a question on an issue is answered once, and the audit trail tells why', async () => {
    const cycle = await comment('question', '@PM Agent what is the status of this?', ['completed']);

    expect(cycle).toMatchObject({ outcome: 'acted', subject: 'jira:PAY-1' });
    expect(cycle.actions).toMatchObject([{ kind: 'jira.comment', status: 'executed' }]);
    const written = (
      await get<{ items: { method: string; path: string; status: number }[] }>(
        `${stack.sandbox}/_received?vendor=jira`,
      )
    ).items;
    expect(
      written.filter((call) => call.method === 'POST' && call.path.endsWith('/issue/PAY-1/comment')),
    ).toHaveLength(1);
    const audit = await get<{ items: { kind: string }[] }>(`${stack.api}/api/cycles/${cycle.id}/audit`);
    expect(audit.items.map((row) => row.kind)).toEqual([
      'event.received',
      'context.gathered',
      'model.called',
      'decision.made',
      'policy.judged',
      'effect.intended',
      'effect.executed',
      'cycle.finished',
    ]);
    expect(await get(`${stack.api}/api/audit/verify`)).toMatchObject({ ok: true });
  });

  test('the command line tells the same cycle from event to effect', async () => {
    const cycle = await comment('told', '@PM Agent who is working on this?', ['completed']);

    const told = await cli('show', cycle.id);

    for (const part of [
      'PAY-1',
      'Vera Visitor',
      'who is working on this?',
      'jira.comment',
      'answer questions',
      'executed',
      '(simulated)',
    ]) {
      expect(told).toContain(part);
    }
  });

  test('the agent does not answer its own comment', async () => {
    const before = (await get<{ items: unknown[] }>(`${stack.api}/api/cycles?limit=500`)).items.length;

    const cycle = await comment('once', '@PM Agent when is this due?', ['completed']);

    const own = await eventually(async () => {
      const { items } = await get<{ items: { status: string; reason: string | null }[] }>(
        `${stack.api}/api/events?status=ignored&limit=500`,
      );
      expect(items.some((event) => event.reason?.includes('own event'))).toBe(true);
      return items;
    });
    expect(own.length).toBeGreaterThan(0);
    const after = (await get<{ items: { id: string }[] }>(`${stack.api}/api/cycles?limit=500`)).items;
    expect(after.length - before).toBe(1);
    expect(cycle.status).toBe('completed');
  });
});

describe('a request that asks a person', () => {
  test('waits, and the raw signal of the temporal CLI finishes it', async () => {
    const status = await nextStatus('PAY-2');
    const cycle = await comment(
      'move',
      `@PM Agent please move this to ${status}`,
      ['awaiting_approval'],
      'PAY-2',
    );

    await run(String(process.env.TEMPORAL_CLI_PATH ?? process.env.TEST_TEMPORAL_CLI), [
      'workflow',
      'signal',
      '--address',
      stack.temporalAddress,
      '--workflow-id',
      cycle.id,
      '--name',
      'approve',
      '--input',
      '{"by":"lead-1"}',
    ]);

    await eventually(async () => {
      expect(await get(`${stack.api}/api/cycles/${cycle.id}`)).toMatchObject({
        status: 'completed',
        outcome: 'acted',
      });
    });
    const issue = await get<{ fields: { status: { name: string } } }>(
      `${stack.sandbox}/jira/rest/api/2/issue/PAY-2`,
    );
    expect(issue.fields.status.name).toBe(status);
  });

  test('is decided over HTTP with the hash that was read; a second decision hears who was first', async () => {
    const cycle = await comment(
      'assign',
      '@PM Agent please assign this to me',
      ['awaiting_approval', 'completed'],
      'PAY-3',
    );
    const approval = await pendingOf(cycle.id);
    const url = `${stack.api}/api/approvals/${approval.id}/decision`;

    expect((await post(url, { decision: 'approve', hash: 'f'.repeat(64) })).status).toBe(409);
    const first = await post(url, { decision: 'approve', hash: approval.hash });
    const second = await post(url, { decision: 'reject', hash: approval.hash, reason: 'late' });

    expect(first.status).toBe(200);
    expect(second.status).toBe(409);
    expect(JSON.stringify(await second.json())).toContain('local');
  });

  test('is rejected by the command line and leaves the world alone', async () => {
    const cycle = await comment('close', '@PM Agent please close this', ['awaiting_approval'], 'PAY-5');
    const approval = await pendingOf(cycle.id);

    await cli('reject', approval.id, '--reason', 'not yet');

    await eventually(async () => {
      expect(await get(`${stack.api}/api/cycles/${cycle.id}`)).toMatchObject({
        status: 'completed',
        outcome: 'rejected',
      });
    });
  });

  test('survives the death of the API, the worker and the Temporal server, and acts once', async () => {
    const cycle = await comment(
      'kills',
      `@PM Agent please move this to ${await nextStatus('WEB-2')}`,
      ['awaiting_approval'],
      'WEB-2',
    );
    const approval = await pendingOf(cycle.id);

    for (const role of ['temporal', 'worker', 'api'] satisfies Role[]) {
      stack.kill(role);
    }
    await eventually(async () => {
      const { checks } = (await (await fetch(`${stack.api}/ready`)).json()) as {
        checks: Record<string, string>;
      };
      expect(checks).toMatchObject({ worker: 'ok', temporal: 'ok' });
    }, 60_000);
    await cli('approve', approval.id);

    await eventually(async () => {
      expect(await get(`${stack.api}/api/cycles/${cycle.id}`)).toMatchObject({
        status: 'completed',
        outcome: 'acted',
      });
    }, 60_000);
    const { items } = await get<{ items: { method: string; path: string; status: number }[] }>(
      `${stack.sandbox}/_received?vendor=jira`,
    );
    const moves = items.filter(
      (call) => call.method === 'POST' && call.path.endsWith('/issue/WEB-2/transitions') && call.status < 300,
    );
    expect(moves).toHaveLength(1);
  });

  test('a decision made while no worker runs is recorded and applied later', async () => {
    const cycle = await comment(
      'outbox',
      `@PM Agent please move this to ${await nextStatus('PAY-4')}`,
      ['awaiting_approval'],
      'PAY-4',
    );
    const approval = await pendingOf(cycle.id);
    process.kill(stack.pidOf('worker'), 'SIGSTOP');

    const answer = await post(`${stack.api}/api/approvals/${approval.id}/decision`, {
      decision: 'approve',
      hash: approval.hash,
    });
    process.kill(stack.pidOf('worker'), 'SIGCONT');

    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ status: 'recorded' });
    await eventually(async () => {
      expect(await get(`${stack.api}/api/cycles/${cycle.id}`)).toMatchObject({
        status: 'completed',
        outcome: 'acted',
      });
    }, 60_000);
  });
});

describe('stopping', () => {
  test('SIGTERM ends every part in order and leaves no process behind; a second start goes on where it was', async () => {
    const roles: readonly Role[] = ['api', 'worker', 'temporal', 'sandbox'];
    const pids = roles.map((role) => stack.pidOf(role));
    const commentsBefore = await commentsOn('PAY-1');

    const code = await stack.stop();

    expect(code).toBe(0);
    const alive = pids.filter((pid) => existsSync(`/proc/${pid}`));
    expect(alive).toEqual([]);
    const again = await startStack({ like: stack });
    stack = again;
    expect(await commentsOn('PAY-1')).toBe(commentsBefore);
    expect(
      (await get<{ items: unknown[] }>(`${stack.api}/api/cycles?limit=500`)).items.length,
    ).toBeGreaterThan(5);
  });
});
