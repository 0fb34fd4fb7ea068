import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Action } from '../../../src/domain/action.js';
import type { ContextFacts } from '../../../src/domain/context.js';
import type { PlannedAction } from '../../../src/domain/cycle.js';
import type { PolicyRule } from '../../../src/domain/policy.js';
import { comment, cycleInput, planned, transition } from '../../support/builders.js';
import { facts } from '../support/vendor-data.js';
import { createWorld, type World } from '../support/world.js';

let world: World;
const cycle = cycleInput();
const leads = ['lead-1', 'lead-2'].map((id) => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack: null,
  roles: ['lead'],
}));

function start(rules: readonly PolicyRule[] = [], defaultVerdict: 'auto' | 'ask' = 'ask') {
  world = createWorld({
    deps: { people: leads, policy: { version: 'v2', default: defaultVerdict, deadlineMs: null, rules } },
  });
}
beforeEach(() => start());
afterEach(() => world.dispose());

async function edit(
  action: Action,
  payload: unknown,
  before: Partial<PlannedAction> = {},
  by = 'lead-1',
  known: ContextFacts = facts,
) {
  const contextHash = await world.storeContext({ facts: known, items: [], omitted: [] });
  return world.call('judgeEdit', {
    cycle,
    contextHash,
    planned: planned(cycle.cycleId, 1, action, { ordinal: 3, ...before }),
    payload,
    by: { id: by, name: by, channel: 'api' },
  });
}

describe('an edited payload', () => {
  test('keeps the request, with what is written and its own hash', async () => {
    const judged = await edit(comment, { issueKey: 'PAY-1', body: 'It is *nearly* done.' });

    expect(judged).toMatchObject({
      planned: {
        actionId: `${cycle.cycleId}.a1`,
        ordinal: 3,
        action: { kind: 'jira.comment', payload: { body: 'It is *nearly* done.' } },
        verdict: 'ask',
        policyVersion: 'v2',
        refusal: null,
      },
    });
    const { hash } = (judged as { planned: PlannedAction }).planned;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toBe(planned(cycle.cycleId, 1, comment).hash);
    const { action } = (judged as { planned: PlannedAction }).planned;
    expect(await edit(action, action.payload)).toMatchObject({ planned: { hash } });
  });

  test('is told anew, with names, and what changed before with it', async () => {
    const said = { what: 'Unassign PAY-1', drift: 'the status is "b", and was "a"', people: {} };
    const unassign: Action = { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } };

    const judged = await edit(unassign, { issueKey: 'PAY-1', accountId: '712020:ana' }, { said });

    expect(judged).toMatchObject({
      planned: { said: { what: 'Assign PAY-1 to Ana Lindqvist', drift: said.drift } },
    });
  });

  test.each<[string, Action, unknown, RegExp]>([
    ['a number where text belongs', comment, { issueKey: 'PAY-1', body: 5 }, /payload\.body/],
    ['a member that the kind does not know', comment, { issueKey: 'PAY-1', body: 'a', to: 'all' }, /to/],
    ['a member left out', comment, { issueKey: 'PAY-1' }, /payload\.body/],
    ['no object', comment, 'Done', /payload/],
    ['another target', comment, { issueKey: 'PAY-2', body: 'a' }, /cannot change the target jira:PAY-1/],
    ['a text of the number', transition, { issueKey: 'PAY-1', toStatus: 7 }, /payload\.toStatus/],
  ])('with %s is invalid', async (_name, action, payload, message) => {
    expect(await edit(action, payload)).toMatchObject({
      what: 'invalid',
      refusal: expect.stringMatching(message),
    });
  });

  test('passes what may leave in a text once more', async () => {
    const token = ['xoxb', '123456789012', '123456789012', 'a'.repeat(24)].join('-');

    const judged = await edit(comment, { issueKey: 'PAY-1', body: `Use ${token} and tell @channel` });

    const text = JSON.stringify(judged);
    expect(text).not.toContain(token);
  });

  test('that the policy never allows is refused, by the rules as they are now', async () => {
    await world.dispose();
    start([{ name: 'never close', when: { to: ['Done'] }, verdict: 'never' }]);

    expect(await edit(transition, { issueKey: 'PAY-1', toStatus: 'Done' })).toEqual({
      what: 'denied',
      refusal: 'the policy never allows this (rule "never close")',
    });
  });

  test('comes with what each rule said to what is written, not to what was proposed', async () => {
    await world.dispose();
    start([
      { name: 'moves', when: { to: ['Blocked'] }, verdict: 'ask' },
      { name: 'closing', when: { to: ['Done'] }, verdict: 'ask' },
    ]);

    expect(await edit(transition, { issueKey: 'PAY-1', toStatus: 'Done' })).toMatchObject({
      judgement: {
        question: { action: 'jira.transition', to: 'Done' },
        trace: [
          { rule: 'moves', fired: false, why: ['to is Done, not Blocked'] },
          { rule: 'closing', fired: true, why: [] },
        ],
      },
    });
  });

  test('under a stricter rule needs who and how many that rule names', async () => {
    await world.dispose();
    start([
      {
        name: 'closing',
        when: { to: ['Done'] },
        verdict: 'ask',
        approvers: { people: ['lead-2'], count: 2 },
      },
    ]);
    const payload = { issueKey: 'PAY-1', toStatus: 'Done' };

    expect(await edit(transition, payload)).toMatchObject({
      what: 'denied',
      refusal: 'only lead-2 may decide this (rule "closing")',
    });
    expect(await edit(transition, payload, {}, 'lead-2')).toMatchObject({
      planned: { rule: 'closing', deciders: ['lead-2'], needed: 2, risk: 'G3' },
    });
  });

  test('under another rule is not for whom the former one went on to; under the same rule it is', async () => {
    const escalation = [{ afterMs: 1, approvers: { people: ['lead-1'] } }];
    const approvers = { people: ['lead-2'] };
    const moves = { name: 'moves', when: {}, verdict: 'ask', approvers } as const;
    await world.dispose();
    start([
      { name: 'closing', when: { to: ['Done'] }, verdict: 'ask', approvers },
      { ...moves, escalation },
    ]);
    const wentOn = {
      rule: 'moves',
      approvers,
      deciders: ['lead-2'],
      escalation: [{ afterMs: 1, deciders: ['lead-1'] }],
    };

    expect(await edit(transition, { issueKey: 'PAY-1', toStatus: 'Done' }, wentOn)).toMatchObject({
      what: 'denied',
      refusal: 'only lead-2 may decide this (rule "closing")',
    });
    expect(await edit(comment, { issueKey: 'PAY-1', body: 'b' }, wentOn)).toMatchObject({
      planned: { rule: 'moves' },
    });

    // The file was changed meanwhile: the rule kept its name, and nobody comes after those whom it asks first.
    await world.dispose();
    start([moves]);
    expect(await edit(comment, { issueKey: 'PAY-1', body: 'b' }, wentOn)).toEqual({
      what: 'denied',
      refusal: 'only lead-2 may decide this (rule "moves")',
    });
  });

  test('that would go by itself still belongs to those who were asked', async () => {
    await world.dispose();
    start([], 'auto');

    expect(
      await edit(comment, { issueKey: 'PAY-1', body: 'b' }, { deciders: ['lead-1'], needed: 2, rule: 'r' }),
    ).toMatchObject({ planned: { verdict: 'ask', deciders: ['lead-1'], needed: 2, rule: 'r' } });
  });

  test('rests on how its target stood when it was shown, as far as what is written rests on that', async () => {
    const fields = {
      issueKey: 'PAY-1',
      priority: null,
      addLabels: ['late'],
      removeLabels: [],
      dueDate: null,
      estimate: null,
      sprint: null,
    };
    const version = { status: 'Blocked', assignee: null, summary: 's', labels: ['a'] };

    const judged = await edit(
      { kind: 'jira.update_fields', payload: fields },
      { ...fields, addLabels: [], priority: 'Low' },
      { version },
    );

    expect(judged).toMatchObject({ planned: { version: { status: 'Blocked', assignee: null } } });
    expect((judged as { planned: PlannedAction }).planned.version).toEqual({
      status: 'Blocked',
      assignee: null,
      summary: 's',
      priority: facts.issue?.priority,
    });
  });

  test('of what was shown again has to stand as it stood then, not as it was planned', async () => {
    const known = facts.issue?.people[0]?.id ?? null;
    const [moved, assigned] = await Promise.all([
      edit(transition, { issueKey: 'PAY-1', toStatus: 'Done' }, { seen: { status: 'Blocked' } }),
      edit(
        { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } },
        { issueKey: 'PAY-1', accountId: known },
        { seen: { assignee: '712020:new' } },
      ),
    ]);

    expect(moved).toMatchObject({ planned: { seen: { status: 'Blocked' } } });
    expect(assigned).toMatchObject({ planned: { seen: { assignee: '712020:new' } } });
  });

  test('of a move that was shown again is judged by where it can go from where it stands now', async () => {
    const from = (status: string, reachableStatuses: readonly string[]) => ({
      ...facts,
      issue: facts.issue === null ? null : { ...facts.issue, status, reachableStatuses },
    });
    const to = (toStatus: string, known: ContextFacts) =>
      edit(transition, { issueKey: 'PAY-1', toStatus }, { version: { status: 'Closed' } }, 'lead-1', known);

    expect(await to('Reopened', from('Closed', ['Reopened']))).toMatchObject({
      planned: { seen: { status: 'Closed' }, version: { status: 'Closed' } },
    });
    expect(await to('Done', from('Closed', ['Reopened']))).toMatchObject({
      refusal: 'Done cannot be reached from Closed; reachable: Reopened',
    });
  });

  test('keeps whom code chose to tell, and lets nobody else be told', async () => {
    const escalation: Action = {
      kind: 'escalate',
      payload: { reason: 'r', text: 't', level: 'info', to: 'U0LEAD' },
    };
    const sent = { reason: 'r', text: 'other words', level: 'info' };

    expect(await edit(escalation, { ...sent, to: 'U0OTHER' })).toMatchObject({ what: 'invalid' });
    expect(JSON.stringify(await edit(escalation, { ...sent, to: 'U0LEAD' }))).not.toContain('U0OTHER');
  });
});
