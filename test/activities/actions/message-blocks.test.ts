/** Messages and escalations as Block Kit, on the Slack that the sandbox plays: what is received, kept, shown, and read back. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { Action } from '../../../src/domain/action.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
  expand: true,
});

async function send(action: Action): Promise<void> {
  const cycle = cycleInput();
  const one = planned(cycle.cycleId, 1, action, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, one);
  const execute = guarded(createExecuteAction(world.deps, [1]));
  expect(await environment(1).run(execute, { cycle, planned: one })).toMatchObject({ status: 'executed' });
}

/** The last message as Slack received it, and as its history tells it. */
async function lastMessage(channel: string): Promise<Record<'received' | 'kept', any>> {
  const { items } = (await sandbox.get('/_received?vendor=slack')).body;
  const { body } = items.findLast(({ path }: { path: string }) => path === '/chat.postMessage');
  const { messages } = (await sandbox.post('/slack/conversations.history', { channel })).body;
  return { received: { ...body, blocks: JSON.parse(body.blocks) }, kept: messages[0] };
}

test('a message is sections of its words, its text stays what is read back, and nothing is unfurled', async () => {
  const text = '**PAY-1** waits for 1 < 2\n\n> & more';
  const mrkdwn = '*PAY-1* waits for 1 &lt; 2\n\n> &amp; more';

  await send({ kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text } });

  const { received, kept } = await lastMessage('C0PAY');
  expect(received).toMatchObject({
    text: mrkdwn,
    blocks: [section(mrkdwn)],
    parse: 'none',
    unfurl_links: 'false',
    unfurl_media: 'false',
  });
  expect(kept).toMatchObject({ text: mrkdwn, blocks: [section(mrkdwn)] });
  const page = await (await fetch(`${sandbox.url}/`)).text();
  expect(page).toContain('<b>PAY-1</b> waits for 1 &lt; 2');
});

test('a message of eight thousand characters is several, which Slack takes', async () => {
  const text = 'a line that says something &c.\n'.repeat(258).trim();

  await send({ kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text } });

  const { received, kept } = await lastMessage('C0PAY');
  const shown = received.blocks.map((block: ReturnType<typeof section>) => block.text.text);
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.join('\n')).toBe(received.text);
  expect(kept.blocks).toEqual(shown.map(section));
});

test('an escalation is, too', async () => {
  await send({
    kind: 'escalate',
    payload: { level: 'warning', reason: 'PAY-1 stands still.', text: 'Look.', to: 'U0ANA' },
  });

  const { received } = await lastMessage('D0ANA');
  expect(received.text).toContain('PAY-1 stands still.');
  expect(received.blocks).toEqual([section(received.text)]);
});
