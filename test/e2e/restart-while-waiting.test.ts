/** Everything that runs is killed while ten approvals wait; then they are approved. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { createParts, type Parts } from '../support/parts.js';

const ISSUES = ['PAY-1', 'PAY-2', 'PAY-3', 'PAY-4', 'PAY-5', 'PAY-6', 'WEB-1', 'WEB-2', 'WEB-3', 'WEB-4'];
const BO = '712020:b0c40000-0000-4000-8000-000000000002';

let parts: Parts | undefined;
afterEach(() => parts?.dispose());

async function get(url: string): Promise<any> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return answer.json();
}

const pending = async (api: string): Promise<any[]> =>
  (await get(`${api}/api/approvals?status=pending&limit=50`)).items;

test('ten approvals over a restart of every process: ten effects, once each (F40)', async () => {
  const made = await createParts();
  parts = made;
  const { api, sandbox } = made;
  writeFileSync(join(made.dataDir, 'pm-agent.yaml'), 'policy: { default: ask }\n');
  await made.startAll();
  await Promise.all(
    ISSUES.map((issue) =>
      fetch(`${sandbox}/_page/jira`, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({ issue, by: BO, text: '@PM Agent what is the status of this?' }),
      }),
    ),
  );
  await eventually(async () => expect(await pending(api)).toHaveLength(ISSUES.length), 90_000, 100);

  for (const part of ['worker', 'api', 'sandbox'] as const) {
    await made.kill(part);
  }
  await made.stop('temporal');
  await made.startAll();
  const waiting = await pending(api);
  const answers = await Promise.all(
    waiting.map(({ id, hash }) =>
      fetch(`${api}/api/approvals/${id}/decision`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'approve', hash }),
      }),
    ),
  );
  await made.settled(90_000);

  expect(answers.filter(({ ok }) => ok)).toHaveLength(ISSUES.length);
  const { items } = await get(`${sandbox}/_received?vendor=jira&limit=500`);
  const written = items.filter(
    ({ method, path, status }: any) => method === 'POST' && path.endsWith('/comment') && status < 300,
  );
  const issues = written.map(({ path }: any) => /issue\/([A-Z]+-\d+)/.exec(path)?.[1]);
  expect(issues.toSorted((left: string, right: string) => left.localeCompare(right))).toEqual(ISSUES);
  expect(await made.broken()).toEqual([]);
}, 240_000);
