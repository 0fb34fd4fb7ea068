/** The forms behind the buttons of an approval card, over real sockets: what they show, what they send back, what they decide. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveredDecision } from '../../src/api/decision-delivery.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import type { ClickQueue } from '../../src/inbox/people/click-queue.js';
import {
  ASK_BUTTON,
  ASK_FORM,
  EDIT_BUTTON,
  EDIT_FORM,
  REJECT_BUTTON,
  SNOOZE_BUTTON,
  SNOOZE_FORM,
  TAKE_OVER_BUTTON,
} from '../../src/integrations/slack/approval-button.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { eventually } from '../support/eventually.js';
import * as clicks from './support/approval-clicks.js';
import { payloadForm } from './support/bodies.js';
import { post, slackHeaders } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const { LEADS, PEOPLE } = clicks;
const comment = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'It is done.' } } as const;
const HOUR = 3_600_000;

const SAME_FIELDS = {
  priority: 'High',
  addLabels: '',
  removeLabels: '',
  dueDate: '',
  estimate: '',
  sprint: '',
};

function fieldsOf(priority: string) {
  const none = { addLabels: [], removeLabels: [], dueDate: null, estimate: null, sprint: null };
  return { kind: 'jira.update_fields', payload: { issueKey: 'PAY-1', priority, ...none } } as const;
}

let sandbox: TestSandbox;
let api: TestApi;
let stored: StoredCycle;
let queue: ClickQueue;

beforeEach(async () => {
  sandbox = await startSandbox();
  api = await startTestApi({ config: ({ file }) => ({ file: { ...file, people: PEOPLE } }) });
  queue = clicks.startAnswering(api, sandbox);
  stored = await waiting({ action: comment });
});
afterEach(async () => {
  await queue.stop();
  await api.close();
  await sandbox.close();
});

function waiting(asking: Partial<PlannedAction>, facts: object = {}): Promise<StoredCycle> {
  const deadline = new Date(Date.now() + 4 * HOUR).toISOString();
  return storeCycle(api, {}, { ...LEADS, ...asking }, deadline, facts);
}

function press(payload: unknown) {
  const raw = payloadForm(payload);
  return post(`${api.url}/webhooks/slack/interactions`, raw, slackHeaders(raw, 'form'));
}

const send = (name: string, typed: clicks.FormParts['typed'], user = 'U0ANA') =>
  press(clicks.form(stored, { name, user, ...(typed === undefined ? {} : { typed }) }));
const decided = () => api.delivered.map(({ input }) => JSON.parse(input));

/** Presses a button and answers with the form that Slack shows then. */
async function formOf(action: string): Promise<any> {
  const trigger = await clicks.triggerOf(sandbox);
  await press(clicks.button(stored, { action, trigger }));
  return eventually(async () => {
    const { view: views = [] } = (await sandbox.get('/_state')).body.slack;
    expect(views).toHaveLength(1);
    return views[0].view;
  });
}

const inputs = (view: any): any[] => view.blocks.filter(({ type }: any) => type === 'input');

function applied(status: ApprovalState['status']): DeliveredDecision {
  return {
    kind: 'applied',
    state: {
      approvalId: stored.approvalId,
      actionId: stored.asked.actionId,
      hash: stored.asked.hash,
      status,
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
    },
  };
}

describe('editing', () => {
  test('shows what would be written, and approves what was written instead', async () => {
    const view = await formOf(EDIT_BUTTON);
    api.answers.push(applied('approved'));
    const answer = await send(EDIT_FORM, { body: 'Other words.' });
    await clicks.allAnswered(api);

    expect(inputs(view)).toMatchObject([
      {
        block_id: 'body',
        optional: false,
        element: { initial_value: comment.payload.body, multiline: true },
      },
    ]);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(decided()).toMatchObject([
      {
        decision: 'approve',
        hash: stored.asked.hash,
        payload: { ...comment.payload, body: 'Other words.' },
        by: { id: 'lead-1', channel: 'slack' },
      },
    ]);
    expect(await clicks.whispersIn(sandbox)).toEqual([]);
  });

  test.each([
    ['nothing was changed', comment, { body: comment.payload.body }, { body: /Nothing was changed/ }],
    ['a text was taken out', comment, { body: '' }, { body: /is empty/ }],
    [
      'a member does not fit its schema',
      fieldsOf('High'),
      { ...SAME_FIELDS, dueDate: 'tomorrow' },
      { dueDate: /./ },
    ],
    ['a number is none', fieldsOf('High'), { ...SAME_FIELDS, estimate: 'many' }, { estimate: /no number/ }],
    ['a choice is none', fieldsOf('High'), { ...SAME_FIELDS, sprint: 'someday' }, { sprint: /./ }],
  ] as const)('is sent back in the form while it is open, where %s', async (_why, action, typed, errors) => {
    stored = await waiting({ action });
    const answer = await send(EDIT_FORM, typed);
    await clicks.allAnswered(api);

    expect(answer).toMatchObject({ status: 200, body: { response_action: 'errors' } });
    const told = answer.body.errors as Record<string, string>;
    expect(Object.keys(told)).toEqual(Object.keys(errors));
    for (const [block, words] of Object.entries(errors)) {
      expect(told[block]).toMatch(words);
    }
    expect(decided()).toEqual([]);
  });

  test('by whom the rule does not name is refused to them alone, and kept', async () => {
    await send(EDIT_FORM, { body: 'Other words.' }, 'U0BO');
    await clicks.allAnswered(api);

    expect(decided()).toEqual([]);
    expect(await clicks.whispersIn(sandbox)).toMatchObject([
      { user: 'U0BO', channel: 'C0PAY', text: expect.stringContaining('not allowed') },
    ]);
    expect(clicks.refusalsIn(api)).toMatchObject([{ what: 'approve', code: 'not_allowed', by: 'dev-1' }]);
  });

  test('of a text that no form of Slack’s holds says what else to do', async () => {
    const body = 'x'.repeat(3_001);
    stored = await waiting({ action: { ...comment, payload: { ...comment.payload, body } } });
    await press(clicks.button(stored, { action: EDIT_BUTTON, trigger: await clicks.triggerOf(sandbox) }));
    await clicks.allAnswered(api);

    expect(await clicks.whispersIn(sandbox)).toMatchObject([
      { user: 'U0ANA', text: expect.stringContaining('pm-agent approve --edit') },
    ]);
  });

  test('answered twice because of a crash in between stays silent', async () => {
    const by = { id: 'lead-1', name: 'Ana Lindqvist', channel: 'slack' } as const;
    const at = '2026-11-23T11:00:00.000Z';
    const hash = 'e'.repeat(64);
    const { state } = applied('pending') as { readonly state: ApprovalState };
    const { cycleId } = stored.input;
    await api.mirror.noteApproval({
      cycleId,
      state: { ...state, hash },
      planned: { ...stored.asked, hash },
      deadline: at,
      also: [],
      what: 'edited',
      by,
      data: {},
      key: 'k',
    });
    await api.mirror.settleApproval({
      cycleId,
      state: { ...state, hash, status: 'approved', decidedBy: by, decidedAt: at },
      actionStatus: 'approved',
    });
    await send(EDIT_FORM, { body: 'Other words.' });
    await clicks.allAnswered(api);

    expect(await clicks.whispersIn(sandbox)).toEqual([]);
    expect(clicks.refusalsIn(api)).toEqual([]);
  });
});

describe('whom an issue is assigned to', () => {
  const BO = '712020:bo';
  const ofIssue = {
    issue: {
      people: [
        { id: BO, name: 'Bo Chen' },
        { id: '712020:ana', name: 'Ana Lindqvist' },
      ],
    },
  };
  const assignTo = (accountId: string | null) =>
    ({ kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId } }) as const;
  const proposed = (facts: object) => waiting({ action: assignTo(BO) }, facts);

  test.each([
    ['somebody', '712020:ana', '712020:ana'],
    ['nobody', '<nobody>', null],
    ['nothing at all', null, null],
  ])(
    'is chosen from those whom the decision knew, without a word to Jira: %s',
    async (_who, chosen, becomes) => {
      stored = await proposed(ofIssue);
      const view = await formOf(EDIT_BUTTON);
      api.answers.push(applied('approved'));
      const answer = await send(EDIT_FORM, { accountId: { chosen } });
      await clicks.allAnswered(api);

      const [{ element }] = inputs(view);
      expect(element.options.map(({ text }: any) => text.text)).toEqual([
        'Nobody: take it from whoever has it',
        'Ana Lindqvist',
        'Bo Chen',
      ]);
      expect(element.initial_option.value).toBe(BO);
      expect(answer).toMatchObject({ status: 200, text: '' });
      expect(decided()).toMatchObject([
        {
          decision: 'approve',
          hash: stored.asked.hash,
          payload: assignTo(becomes).payload,
          by: { id: 'lead-1' },
        },
      ]);
    },
  );

  test('is sent back where nobody else was chosen', async () => {
    stored = await proposed(ofIssue);

    expect((await send(EDIT_FORM, { accountId: { chosen: BO } })).body).toMatchObject({
      response_action: 'errors',
      errors: { accountId: expect.stringContaining('Nothing was changed') },
    });
  });

  test('is typed where the people of the issue are not known any more', async () => {
    stored = await proposed({});
    const [input] = inputs(await formOf(EDIT_BUTTON));

    expect(input).toMatchObject({
      hint: { text: expect.stringContaining('type the account id') },
      element: { type: 'plain_text_input', initial_value: BO },
    });
  });
});

describe('asking', () => {
  test('puts the question, and the request stays open', async () => {
    const view = await formOf(ASK_BUTTON);
    api.answers.push(applied('pending'));
    const answer = await send(ASK_FORM, { question: '  Why now? ' });
    await clicks.allAnswered(api);

    expect(inputs(view)).toMatchObject([{ block_id: 'question' }]);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(decided()).toMatchObject([{ decision: 'ask', note: 'Why now?', by: { id: 'lead-1' } }]);
  });

  test('nothing is sent back', async () => {
    expect((await send(ASK_FORM, { question: ' ' })).body).toEqual({
      response_action: 'errors',
      errors: { question: 'Write a question.' },
    });
  });

  test('for the sixth time is sent back, while the form is open', async () => {
    const { asked, approvalId, input } = stored;
    const question = {
      question: 'Why?',
      by: { id: 'ana', name: 'Ana', channel: 'slack' as const },
      at: '',
      answer: 'So.',
    };
    await api.mirror.noteApproval({
      cycleId: input.cycleId,
      planned: asked,
      deadline: new Date(Date.now() + 4 * HOUR).toISOString(),
      state: {
        approvalId,
        actionId: asked.actionId,
        hash: asked.hash,
        status: 'pending',
        decidedBy: null,
        decidedAt: null,
        reason: null,
        note: null,
        questions: Array.from({ length: 5 }, () => question),
      },
      also: [],
      what: 'answered',
      by: null,
      data: {},
      key: 'q5',
    });

    expect((await send(ASK_FORM, { question: 'And now?' })).body).toMatchObject({
      response_action: 'errors',
      errors: { question: expect.stringMatching(/^5 questions were asked on this request/) },
    });
  });

  test('without its field is held back', async () => {
    expect(await send(ASK_FORM, { other: 'x' })).toMatchObject({
      status: 200,
      body: { status: 'quarantined', reason: expect.stringContaining('it has no block "question"') },
    });
  });
});

describe('snoozing', () => {
  const inSeconds = (ms: number) => Math.floor((Date.now() + ms) / 1_000);

  test('takes a time in the reader’s own zone, an hour from now at first', async () => {
    const view = await formOf(SNOOZE_BUTTON);
    const until = inSeconds(2 * HOUR);
    api.answers.push(applied('pending'));
    await send(SNOOZE_FORM, { until });
    await clicks.allAnswered(api);

    const { element } = inputs(view)[0];
    expect(element.type).toBe('datetimepicker');
    expect(Math.abs(element.initial_date_time - inSeconds(HOUR))).toBeLessThan(60);
    expect(decided()).toMatchObject([
      { decision: 'snooze', until: new Date(until * 1_000).toISOString(), by: { id: 'lead-1' } },
    ]);
  });

  test.each([
    ['the past', -HOUR, /^lies in the past/],
    ['after the deadline', 5 * HOUR, /^it expires before, at 2/],
  ])('until %s is sent back', async (_when, ms, words) => {
    const { body } = await send(SNOOZE_FORM, { until: inSeconds(ms) });

    expect(body).toMatchObject({ response_action: 'errors' });
    expect(body.errors.until).toMatch(words);
  });

  test('until no time at all is sent back', async () => {
    expect((await send(SNOOZE_FORM, { until: null })).body.errors.until).toMatch(/write a time/);
  });
});

test('a reason that is only blanks is sent back', async () => {
  expect((await press(clicks.form(stored, { reason: ' ' }))).body).toEqual({
    response_action: 'errors',
    errors: { reason: 'Say why.' },
  });
});

test('taking over needs no form', async () => {
  api.answers.push(applied('superseded'));
  await press(clicks.button(stored, { action: TAKE_OVER_BUTTON }));
  await clicks.allAnswered(api);

  expect(decided()).toMatchObject([{ decision: 'take_over', by: { id: 'lead-1', channel: 'slack' } }]);
});

describe('a request on which nobody can decide any more', () => {
  const OVER = '2026-11-24T10:00:00.000Z';
  const after = (asking: Partial<PlannedAction>) =>
    storeCycle(api, {}, { ...LEADS, action: comment, ...asking }, OVER);
  const inItsZone = (iso: string) => `<!date^${Date.parse(iso) / 1_000}^{date_short_pretty} {time}|`;

  async function wordsInPlaceOfForm(action: string): Promise<string> {
    await press(clicks.button(stored, { action, trigger: await clicks.triggerOf(sandbox) }));
    await clicks.allAnswered(api);
    expect((await sandbox.get('/_state')).body.slack.view ?? []).toEqual([]);
    const [told] = await clicks.whispersIn(sandbox);
    return (told as { text: string }).text;
  }

  test.each([EDIT_BUTTON, REJECT_BUTTON, ASK_BUTTON, SNOOZE_BUTTON])(
    'since its deadline opens no form, and says when it expired: %s',
    async (action) => {
      stored = await after({});

      const text = await wordsInPlaceOfForm(action);

      expect(text).toMatch(/^Too late\. Expired – nobody decided in time, nothing was sent, </);
      expect(text).toContain(inItsZone(OVER));
      expect(clicks.refusalsIn(api)).toMatchObject([{ code: 'already_decided', by: 'lead-1' }]);
    },
  );

  test('since its deadline is told the same to whoever presses what needs no form', async () => {
    stored = await after({});

    expect(await wordsInPlaceOfForm(TAKE_OVER_BUTTON)).toContain(inItsZone(OVER));
  });

  test('since somebody decided opens no form, and says who and when', async () => {
    const by = { id: 'lead-1', name: 'Ana Lindqvist', channel: 'cli' } as const;
    const at = '2026-11-23T11:00:00.000Z';
    const { state } = applied('rejected') as { readonly state: ApprovalState };
    await api.mirror.settleApproval({
      cycleId: stored.input.cycleId,
      state: { ...state, decidedBy: by, decidedAt: at },
      actionStatus: 'rejected',
    });

    const text = await wordsInPlaceOfForm(EDIT_BUTTON);

    expect(text).toMatch(/^Too late\. \*Rejected\* by Ana Lindqvist on the command line, </);
    expect(text).toContain(inItsZone(at));
  });

  test('since a decision on it waits for a worker opens no form, and says whose', async () => {
    api.answers.push({ kind: 'unreachable', cause: 'no worker' });
    await press(clicks.button(stored));
    await clicks.allAnswered(api);
    await press(clicks.button(stored, { action: REJECT_BUTTON, trigger: await clicks.triggerOf(sandbox) }));
    await clicks.allAnswered(api);

    expect((await sandbox.get('/_state')).body.slack.view ?? []).toEqual([]);
    expect((await clicks.whispersIn(sandbox)).map(({ text }: any) => text)).toEqual([
      expect.stringContaining('is recorded'),
      expect.stringMatching(/^Too late\. Ana Lindqvist already chose to approve, <!date\^/),
    ]);
  });

  test('and that is asked once more opens its form all the same', async () => {
    stored = await after({ onExpiry: 'ask_again' });

    expect(inputs(await formOf(EDIT_BUTTON))).toMatchObject([{ block_id: 'body' }]);
  });

  test.each([
    ['reject', () => press(clicks.form(stored, { reason: 'No.' })), 'reason'],
    ['ask', () => send(ASK_FORM, { question: 'Why?' }), 'question'],
    ['snooze', () => send(SNOOZE_FORM, { until: Math.floor(Date.now() / 1_000) + 600 }), 'until'],
    ['edit', () => send(EDIT_FORM, { body: 'Other words.' }), 'body'],
  ])('sends the form back that was open over its deadline: %s', async (_what, submit, block) => {
    stored = await after({});

    const { status, body } = await submit();
    await clicks.allAnswered(api);

    expect(status).toBe(200);
    expect(body).toEqual({
      response_action: 'errors',
      errors: {
        [block]: expect.stringMatching(/^It expired at 2026-11-24 10:00 UTC: nobody decided in time/),
      },
    });
    expect(decided()).toEqual([]);
  });

  test('sends it back, too, once the expiry is recorded', async () => {
    const { state } = applied('expired') as { readonly state: ApprovalState };
    const settled = { ...state, decidedAt: OVER };
    await api.mirror.settleApproval({
      cycleId: stored.input.cycleId,
      state: settled,
      actionStatus: 'expired',
    });

    expect((await send(EDIT_FORM, { body: 'Other words.' })).body.errors.body).toMatch(/^It expired at /);
  });
});
