import { expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { type Agreement, compareWithPeople, type Deed } from '../../src/domain/shadow.js';

const DAY = 86_400_000;
const PROPOSED = '2026-11-01T10:00:00.000Z';
const after = (days: number) => new Date(Date.parse(PROPOSED) + days * DAY);

function compare(action: Action, deeds: readonly Deed[], now = after(30)) {
  return compareWithPeople(action, deeds, { proposedAt: PROPOSED, windowMs: 7 * DAY, now }, (id) =>
    id === '712020:bo' ? ['Bo Chen'] : [],
  );
}

function deed(days: number, overrides: Partial<Deed> = {}): Deed {
  return {
    eventId: `evt_${days}`,
    type: 'issue_updated',
    at: after(days).toISOString(),
    changes: [],
    ...overrides,
  };
}
const changed = (days: number, field: string, to: string | null) =>
  deed(days, { changes: [{ field, from: null, to }] });

const move: Action = { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done' } };
const assign: Action = { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: '712020:bo' } };
const unassign: Action = { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } };
const answer: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'Soon.' } };
const review: Action = {
  kind: 'bitbucket.pr_comment',
  payload: { repository: 'acme/pay-api', pullRequestId: 7, body: 'x' },
};
const reply: Action = {
  kind: 'slack.message',
  payload: { channel: 'C0PAY', threadTs: '1.2', text: 'x' },
};
const fields: Action = {
  kind: 'jira.update_fields',
  payload: {
    issueKey: 'PAY-1',
    priority: 'High',
    addLabels: ['late'],
    removeLabels: [],
    dueDate: null,
    estimate: null,
    sprint: null,
  },
};

test.each<[string, Action, readonly Deed[], Agreement]>([
  ['moved it to the same status', move, [changed(2, 'status', 'Done')], 'same'],
  [
    'moved it on, and then there',
    move,
    [changed(1, 'Status', 'In Review'), changed(2, 'status', 'Done')],
    'same',
  ],
  ['moved it elsewhere', move, [changed(2, 'status', 'In Review')], 'other'],
  ['only talked about a move', move, [deed(2, { type: 'comment_created' })], 'nothing'],
  ['moved it before', move, [changed(-1, 'status', 'Done')], 'nothing'],
  ['moved it after the window', move, [changed(8, 'status', 'Done')], 'nothing'],
  ['assigned the same person, by name', assign, [changed(1, 'assignee', 'Bo Chen')], 'same'],
  ['assigned the same person, by id', assign, [changed(1, 'assignee', '712020:bo')], 'same'],
  ['assigned somebody else', assign, [changed(1, 'assignee', 'Ana Lindqvist')], 'other'],
  ['unassigned it too', unassign, [changed(1, 'assignee', null)], 'same'],
  ['commented themselves', answer, [deed(1, { type: 'comment_created' })], 'same'],
  ['changed the issue without a word', answer, [changed(1, 'status', 'Done')], 'nothing'],
  ['commented on the pull request', review, [deed(1, { type: 'pr_comment_created' })], 'same'],
  ['answered in the thread', reply, [deed(1, { type: 'thread_message' })], 'same'],
  [
    'set all of the fields',
    fields,
    [
      deed(1, {
        changes: [
          { field: 'priority', from: 'Low', to: 'High' },
          { field: 'labels', from: '', to: 'api late' },
        ],
      }),
    ],
    'same',
  ],
  ['set one of the fields', fields, [changed(1, 'priority', 'High')], 'other'],
])('people %s', (_what, action, deeds, agreement) => {
  expect(compare(action, deeds).agreement).toBe(agreement);
});

test('people still have time, unless they did the same already', () => {
  const now = after(3);

  expect(compare(move, [changed(1, 'status', 'In Review')], now)).toEqual({
    agreement: 'open',
    eventId: null,
  });
  expect(compare(move, [changed(2, 'status', 'Done')], now)).toEqual({ agreement: 'same', eventId: 'evt_2' });
});

test.each<Action>([
  { kind: 'jira.link', payload: { issueKey: 'PAY-1', relation: 'blocks', toKey: 'PAY-2' } },
  { kind: 'escalate', payload: { reason: 'r', text: 't', level: 'info', to: null } },
  { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text: 'x' } },
  { ...fields, payload: { ...fields.payload, priority: null, addLabels: [], estimate: 3 } },
])('$kind without an event that would tell is not compared', (action) => {
  expect(compare(action, [deed(1, { type: 'comment_created' })]).agreement).toBe('not_compared');
});
