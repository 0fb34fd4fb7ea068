/** The same event with the MCP server up, down, slow, lying and changed: the same context, and the source on record. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { updateDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);
const KEY = 'PAY-3';

interface Item {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly hash: string;
  readonly data: unknown;
}

interface Cycle {
  readonly id: string;
  readonly status: string;
  readonly context: {
    readonly facts: unknown;
    readonly items: readonly Item[];
    readonly omitted: unknown;
    readonly reads: readonly {
      readonly source: string;
      readonly tool: string | null;
      readonly why: string | null;
    }[];
  };
}

let parts: Parts;
/** Over REST alone: what all others have to be equal to. */
let plain: Cycle;

beforeAll(async () => {
  parts = await createParts({ JIRA_MCP_TIMEOUT: '2s' });
  await parts.startAll();
  plain = await cycleOf('plain');
}, 120_000);

afterAll(() => parts?.dispose());

/** Delivers the event once more, and answers its cycle when it has ended. */
async function cycleOf(delivery: string): Promise<Cycle> {
  const { body } = await parts.deliver(updateDelivery({ key: KEY }), delivery);
  return eventually(async () => {
    const answer = await fetch(`${parts.api}/api/cycles/${encodeURIComponent(String(body.cycleId))}`);
    const cycle = (await answer.json()) as Cycle;
    expect(cycle.status).toBe('completed');
    return cycle;
  }, 60_000);
}

/** A worker that remembers nothing, with the MCP server as its first source. */
async function freshWorker(): Promise<void> {
  await parts.stop('worker');
  await parts.start('worker', { env: { JIRA_MCP_URL: `${parts.sandbox}/jira/mcp` } });
}

async function fault(body: object): Promise<void> {
  const answer = await fetch(`${parts.sandbox}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ vendor: 'jira', times: 10_000, ...body }),
  });
  expect(answer.status).toBe(200);
}

async function healed(): Promise<void> {
  await fetch(`${parts.sandbox}/_faults`, { method: 'DELETE' });
}

/** What the model and the code that judges get; not who told it, nor when. */
function told({ context: { facts, items, omitted } }: Cycle): unknown {
  return { facts, omitted, items: items.map(({ id, kind, hash, data }) => ({ id, kind, hash, data })) };
}

async function shown(cycle: Cycle): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), 'show', cycle.id], {
    cwd: root,
    env: parts.env,
  });
  return stdout;
}

test('up: the large parts come through it, the rest over REST', async () => {
  await freshWorker();

  const cycle = await cycleOf('up');

  expect(told(cycle)).toEqual(told(plain));
  expect(cycle.context.items.find(({ kind }) => kind === 'comment')?.source).toBe('jira:mcp');
  expect(plain.context.items.find(({ kind }) => kind === 'comment')?.source).toBe('jira:rest');
  expect(cycle.context.reads).toMatchObject([{ source: 'jira:mcp', why: null }]);
  expect(await shown(cycle)).toContain(
    'issue PAY-3: through MCP (pm-agent-sandbox read_issue), the rest over REST',
  );
}, 120_000);

test('slow: it is waited for as long as it may be, then REST tells all', async () => {
  await freshWorker();
  await fault({ match: '^POST /mcp$', kind: 'delay', ms: 8_000 });

  const cycle = await cycleOf('slow');
  await healed();

  expect(told(cycle)).toEqual(told(plain));
  expect(cycle.context.reads).toMatchObject([{ source: 'jira:rest', tool: null }]);
  expect(await shown(cycle)).toMatch(
    /issue PAY-3: over REST, because the MCP server was not asked or did not answer: it (gave no answer in time|is still starting)/,
  );
}, 120_000);

test.each([
  [
    'down',
    { match: '^POST /mcp$', kind: 'cut_before' },
    /did not answer: it (cannot be reached|is left alone)/,
  ],
  ['failing', { kind: 'mcp_lie', lie: 'error_text' }, /answered with an error: Error calling tool/],
  [
    'lying about the issue',
    { kind: 'mcp_lie', lie: 'other_issue' },
    /told another|answered with another issue/,
  ],
  [
    'lying about the status',
    { kind: 'mcp_lie', lie: 'other_status' },
    /told another status than Jira's REST API/,
  ],
  [
    'lying about the description',
    { kind: 'mcp_lie', lie: 'other_description' },
    /told another description than Jira's REST API/,
  ],
  ['another than it was', { kind: 'mcp_tool' }, /is not described as it was when it was accepted/],
])(
  '%s: REST tells the same, and the reason is on record',
  async (how, trouble, why) => {
    await fault(trouble);
    await freshWorker();

    const cycle = await cycleOf(how.replaceAll(' ', '-'));
    await healed();

    expect(told(cycle)).toEqual(told(plain));
    expect(cycle.context.items.map(({ source }) => source)).not.toContain('jira:mcp');
    expect(cycle.context.reads).toHaveLength(1);
    expect(cycle.context.reads[0]?.why).toMatch(why);
    expect(await shown(cycle)).toMatch(why);
  },
  120_000,
);

test('it was never asked to write, and nothing of it was left open at the end', async () => {
  await parts.stop('worker');

  const { items } = (await (await fetch(`${parts.sandbox}/_received?vendor=jira`)).json()) as {
    items: { method: string; path: string; body: { method?: string; params?: { name?: string } } | null }[];
  };
  const called = items.flatMap(({ body }) => (body?.method === 'tools/call' ? [body.params?.name] : []));
  const last = items.findLast(({ path }) => path === '/mcp');
  expect(new Set(called)).toEqual(new Set(['read_issue']));
  expect(last?.method).toBe('DELETE');
}, 60_000);
