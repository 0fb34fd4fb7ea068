/** Payloads through a form and back. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from '../../src/domain/action.js';
import { editedPayload, formInputs } from '../../src/domain/edited-payload.js';
import { readEdit } from '../../src/reasoning/actions/read-edit.js';

const fields: Action<'jira.update_fields'> = {
  kind: 'jira.update_fields',
  payload: {
    issueKey: 'PAY-1',
    priority: 'High',
    addLabels: ['a', 'b'],
    removeLabels: [],
    dueDate: null,
    estimate: 3,
    sprint: null,
  },
};

/** One of each kind, with everything that it can hold. */
const ACTIONS: readonly Action[] = [
  {
    kind: 'jira.comment',
    payload: { issueKey: 'PAY-1', body: 'It is **done**.\n\nReally.', audience: 'internal' },
  },
  { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'In Review' } },
  { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } },
  { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: '712020:ana' } },
  fields,
  { kind: 'jira.link', payload: { issueKey: 'PAY-1', relation: 'blocks', toKey: 'PAY-2' } },
  {
    kind: 'jira.create_issue',
    payload: { issueKey: 'PAY-1', as: 'subtask', issueType: null, summary: 's', description: 'd' },
  },
  { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text: 'hello' } },
  {
    kind: 'bitbucket.pr_comment',
    payload: {
      repository: 'acme/pay',
      pullRequestId: 7,
      body: 'b',
      inline: { path: 'a.ts', line: 3, side: 'new' },
    },
  },
  { kind: 'escalate', payload: { reason: 'r', text: 't', level: 'info', to: 'U0LEAD' } },
];

const typedAsShown = (action: Action): Record<string, string> =>
  Object.fromEntries(formInputs(action, []).map(({ name, value }) => [name, value]));

test.each(ACTIONS.map((action) => [action.kind, action] as const))(
  '%s that is sent back as it was shown is the very payload, and one that its schema takes',
  (_kind, action) => {
    const edited = editedPayload(action, typedAsShown(action));

    expect(formInputs(action, []).length).toBeGreaterThan(0);
    expect(edited).toEqual({ payload: action.payload });
    expect(readEdit(action, action.payload)).toHaveProperty('action');
  },
);

test('each member keeps its type: a number, a list, nothing', () => {
  const typed = { ...typedAsShown(fields), estimate: ' 0.5 ', addLabels: 'x\n\n y \n', priority: ' ' };

  expect(editedPayload(fields, typed)).toEqual({
    payload: { ...fields.payload, estimate: 0.5, addLabels: ['x', 'y'], priority: null },
  });
});

test('what a form does not show stays, whatever is sent with it', () => {
  const [comment] = ACTIONS;
  const edited = editedPayload(comment!, { body: 'other', issueKey: 'HR-1', audience: 'public' });

  expect(edited).toEqual({ payload: { ...comment!.payload, body: 'other' } });
});

test.each([
  ['estimate', 'three', 'is no number like 3 or 0.5'],
  ['estimate', '-1', 'is no number like 3 or 0.5'],
  ['estimate', '1e9', 'is no number like 3 or 0.5'],
])('%s cannot be %j: it %s', (name, text, problem) => {
  expect(editedPayload(fields, { ...typedAsShown(fields), [name]: text })).toEqual({
    problems: { [name]: problem },
  });
});

test('a text that has to be there cannot be taken out', () => {
  const [comment] = ACTIONS;

  expect(editedPayload(comment!, { body: ' \n' })).toEqual({
    problems: { body: 'is empty: write something, or reject it' },
  });
});

describe('for any text that people type', () => {
  test('the kind and the members that lead to the target are as before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ACTIONS), fc.dictionary(fc.string(), fc.string()), (action, strange) => {
        const names = formInputs(action, []).map(({ name }) => name);
        const typed = { ...strange, ...Object.fromEntries(names.map((name) => [name, 'typed'])) };
        const edited = editedPayload(action, typed);
        if ('problems' in edited) {
          return;
        }
        const kept = Object.entries(action.payload).filter(([name]) => !names.includes(name));
        expect(
          Object.fromEntries(Object.entries(edited.payload).filter(([name]) => !names.includes(name))),
        ).toEqual(Object.fromEntries(kept));
      }),
    );
  });
});

describe('a member that is one of the issue’s people', () => {
  const bo = { id: '712020:bo', name: 'Bo Chen' };
  const assign = (accountId: string | null): Action => ({
    kind: 'jira.assign',
    payload: { issueKey: 'PAY-1', accountId },
  });
  const chosenFrom = (action: Action, people: readonly (typeof bo)[]) =>
    formInputs(action, people).map(({ choose }) => choose?.people ?? null);

  test('names them, and whoever it is now', () => {
    expect(chosenFrom(assign(null), [bo])).toEqual([[bo]]);
    expect(chosenFrom(assign(bo.id), [bo])).toEqual([[bo]]);
    expect(chosenFrom(assign('712020:gone'), [bo])).toEqual([
      [bo, { id: '712020:gone', name: '712020:gone' }],
    ]);
  });

  test('names nobody where they are not known', () => {
    expect(chosenFrom(assign('712020:gone'), [])).toEqual([[]]);
  });

  test('is typed in all other members', () => {
    expect(chosenFrom(fields, [bo])).toEqual([null, null, null, null, null, null]);
  });
});
