/** The button of an announcement over real sockets: who takes back, who is told what, and that it happens once. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HttpError } from '../../src/api/http-error.js';
import type { UndoDeps } from '../../src/api/undo.js';
import type { Policy } from '../../src/domain/policy.js';
import type { ClickQueue } from '../../src/inbox/people/click-queue.js';
import { UNDO_BUTTON } from '../../src/integrations/slack/approval-button.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import * as clicks from './support/approval-clicks.js';
import { payloadForm } from './support/bodies.js';
import { post, slackHeaders } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const POLICY: Policy = {
  version: 'now',
  default: 'auto',
  deadlineMs: null,
  rules: [{ name: 'leads answer', when: {}, verdict: 'auto', approvers: { roles: ['lead'] } }],
};
const step = { attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
/** From the test's start on, so that it is not too late. */
const DONE = { status: 'executed', remoteId: '30001', message: 'commented' } as const;

let sandbox: TestSandbox;
let api: TestApi;
let queue: ClickQueue;
let actionId: string;
let tries: string[];
let start: UndoDeps['start'];

beforeEach(async () => {
  sandbox = await startSandbox();
  tries = [];
  start = takeBack;
  api = await startTestApi({
    config: ({ file }) => ({ file: { ...file, people: clicks.PEOPLE, policy: POLICY } }),
    startUndo: (input) => start(input),
  });
  queue = clicks.startAnswering(api, sandbox);
  actionId = await announced();
});
afterEach(async () => {
  await queue.stop();
  await api.close();
  await sandbox.close();
});

/** What went without anybody being asked, in the mirror. */
async function announced(): Promise<string> {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const one = planned(cycleId, 1, comment, { verdict: 'auto', rule: 'leads answer' });
  const question = {
    action: 'jira.comment',
    event: 'comment_created',
    project: 'PAY',
    to: null,
    team: null,
  } as const;
  const judgements = [{ actionId: one.actionId, judgement: { question, trace: [] } }];
  await api.mirror.startCycle(cycle, 'run-1');
  await api.mirror.recordPlan({ cycleId, step: { ...step, name: 'plan' }, actions: [one], judgements });
  await record(cycleId, one.actionId, DONE);
  return one.actionId;
}

function record(cycleId: string, id: string, result: typeof DONE): Promise<void> {
  return api.mirror.recordResult({ cycleId, actionId: id, result, step: { ...step, name: 'execute' } });
}

/** As the worker would. */
async function takeBack(input: Parameters<UndoDeps['start']>[0]): ReturnType<UndoDeps['start']> {
  tries.push(input.undoId);
  const row = await api.mirror.openUndo({ ...input, hash: 'undo' });
  await record(row!.cycle_id, input.undoId, DONE);
  return 'under way';
}

let presses = 0;

function press(user: string, value = actionId) {
  presses += 1;
  const raw = payloadForm({
    type: 'block_actions',
    team: { id: 'T0ACME' },
    user: { id: user, username: 'somebody' },
    channel: { id: 'C0PAY' },
    container: { channel_id: 'C0PAY', message_ts: '1795000000.000100' },
    trigger_id: `undo-${presses}`,
    actions: [
      { action_id: UNDO_BUTTON, value, type: 'button', action_ts: `${1_795_100_000 + presses}.000100` },
    ],
  });
  return post(`${api.url}/webhooks/slack/interactions`, raw, slackHeaders(raw, 'form'));
}

const told = async () => (await clicks.whispersIn(sandbox)).map(({ user, text }) => `${user}: ${text}`);
const answered = () => clicks.allAnswered(api);

test('takes it back once, however often it is pressed at once, and whoever comes later hears that it is', async () => {
  const answers = await Promise.all([press('U0ANA'), press('U0ANA')]);
  await answered();
  await press('U0ANA');
  await answered();

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set(tries)).toEqual(new Set([`${actionId}.u1`]));
  expect(api.reader.getAction(actionId)?.status).toBe('undone');
  expect(api.reader.undosOf(actionId)).toHaveLength(1);
  expect((await told()).at(0)).toBe('U0ANA: Taken back.');
  expect((await told()).at(-1)).toBe('U0ANA: It was taken back already: the message tells by whom.');
});

test.each([
  ['the rules do not let decide', 'U0BO', /: Bo Chen may not take it back: rule .* lets only Ana Lindqvist/],
  [
    'pm-agent.yaml does not know by this account',
    'U0EVA',
    /: You are not allowed to take this back: .* belongs to nobody in pm-agent\.yaml/,
  ],
])(
  'is refused to whom %s: to them alone, in the audit log, and nothing is begun',
  async (_who, user, why) => {
    await press(user);
    await answered();

    expect(await told()).toEqual([expect.stringMatching(new RegExp(`^${user}: `))]);
    expect((await told())[0]).toMatch(why);
    expect(tries).toEqual([]);
    expect(clicks.refusalsIn(api)).toMatchObject([{ actor: expect.stringMatching(/^slack:/), actionId }]);
  },
);

test('says why nothing was taken back', async () => {
  start = async (input) => {
    const row = await api.mirror.openUndo({ ...input, hash: 'undo' });
    await api.mirror.recordResult({
      cycleId: row!.cycle_id,
      actionId: input.undoId,
      result: { status: 'obsolete', remoteId: null, message: 'it was edited by Bo Chen' },
      step: { ...step, name: 'execute' },
    });
    return 'under way';
  };
  await press('U0ANA');
  await answered();

  expect(await told()).toEqual(['U0ANA: Not taken back: it was edited by Bo Chen.']);
  expect(api.reader.getAction(actionId)?.status).toBe('executed');
});

test('is kept while Temporal is away, and done when it is back', async () => {
  let isAway = true;
  start = (input) =>
    isAway
      ? Promise.reject(new HttpError(503, 'temporal_away', 'Temporal cannot be reached'))
      : takeBack(input);
  await press('U0ANA');
  await eventually(async () =>
    expect(await told()).toEqual([expect.stringContaining('as soon as the agent is back')]),
  );
  expect(tries).toEqual([]);

  isAway = false;

  await eventually(async () => expect(api.reader.getAction(actionId)?.status).toBe('undone'));
  await answered();
});

test('of an action that these records do not know takes back nothing', async () => {
  await press('U0ANA', 'cycle-of-nobody.a1');
  await answered();

  expect(await told()).toEqual([expect.stringContaining('Not taken back')]);
  expect(tries).toEqual([]);
});
