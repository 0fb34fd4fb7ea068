/** Taking back over the command line, with everything real but the vendors. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);

let stack: Stack;
beforeAll(async () => {
  // Else the first undo has every later answer asked about.
  stack = await startStack({ config: 'autonomy: { floor: announce }\n' });
}, 120_000);
afterAll(() => stack?.dispose());

async function get(url: string): Promise<any> {
  const answer = await fetch(url, { headers: { authorization: 'Bearer any' } });
  expect(answer.status).toBe(200);
  return answer.json();
}

/** As a person would: what it prints, and its exit code. */
async function cli(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const command = run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: root,
    env: stack.env,
  });
  return command.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
}

/** A question on an issue, answered: the action that wrote the answer. */
async function answered(
  file: string,
  id: string,
): Promise<{ readonly id: string; readonly remoteId: string }> {
  const path = join(stack.dataDir, `${file}.json`);
  const author = { accountId: '712020:visitor', displayName: 'Vera Visitor', accountType: 'atlassian' };
  const at = '2026-11-23T10:00:00.000+0000';
  const text = '@PM Agent what is the status of this?';
  const comment = { id, author, body: text, created: at, updated: at };
  const issue = { key: 'PAY-1', fields: { summary: 'Checkout', project: { key: 'PAY' } } };
  writeFileSync(
    path,
    JSON.stringify({ timestamp: Date.now(), webhookEvent: 'comment_created', comment, issue }),
  );
  const { cycleId } = JSON.parse((await cli('send', 'jira', path, '--json')).said) as { cycleId: string };
  return eventually(async () => {
    const cycle = await get(`${stack.api}/api/cycles/${encodeURIComponent(cycleId)}`);
    expect(cycle.actions).toMatchObject([{ kind: 'jira.comment', status: 'executed' }]);
    return get(`${stack.api}/api/actions/${encodeURIComponent(cycle.actions[0].id)}`);
  }, 30_000);
}

async function commentIds(): Promise<readonly string[]> {
  const { comments } = await get(`${stack.sandbox}/jira/rest/api/3/issue/PAY-1/comment?maxResults=100`);
  return comments.map(({ id }: { id: string }) => id);
}

test('an answer is taken back once, and the audit trail says by whom', async () => {
  const action = await answered('first', '8000001');
  expect(await commentIds()).toContain(action.remoteId);

  const first = await cli('undo', action.id);
  const second = await cli('undo', action.id);

  expect(first).toEqual({ code: 0, said: 'Undone: jira.comment on jira:PAY-1\n' });
  expect(second).toEqual(first);
  expect(await commentIds()).not.toContain(action.remoteId);
  const cycleId = action.id.replace(/\.a1$/, '');
  const { items } = await get(`${stack.api}/api/cycles/${encodeURIComponent(cycleId)}/audit`);
  expect(items.slice(-4)).toMatchObject([
    { kind: 'undo.asked', actor: 'local' },
    { kind: 'effect.intended' },
    { kind: 'effect.executed' },
    { kind: 'effect.undone' },
  ]);
  expect(await get(`${stack.api}/api/audit/verify`)).toMatchObject({ ok: true });
}, 60_000);

test('an answer that a person edited since is left alone, and it says who', async () => {
  const action = await answered('second', '8000002');
  const person = Buffer.from('ana@acme.example:any').toString('base64');
  const path = `${stack.sandbox}/jira/rest/api/2/issue/PAY-1/comment/${action.remoteId}`;
  const headers = { authorization: `Basic ${person}`, 'content-type': 'application/json' };
  const edited = await fetch(path, { method: 'PUT', headers, body: JSON.stringify({ body: 'Corrected.' }) });
  expect(edited.status).toBe(200);

  const { code, said } = await cli('undo', action.id);

  expect(code).toBe(1);
  expect(said).toContain('was edited by Ana Lindqvist at ');
  expect(await commentIds()).toContain(action.remoteId);
}, 60_000);
