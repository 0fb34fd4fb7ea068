import { describe, expect, test } from '@jest/globals';
import type { CycleDetail } from '../../../src/audit/mirror-reader.js';
import type { ActionStatus } from '../../../src/domain/action.js';
import type { CycleState } from '../../../src/domain/cycle.js';
import { isInStep } from '../../../src/inbox/after-restore/in-step.js';

type Known = {
  readonly action?: ActionStatus;
  readonly pending?: boolean;
  /** It was shown again, and waits. */
  readonly reopened?: boolean;
  readonly step?: CycleState['step'];
};

function state({ action, pending = false, step = 'execute' }: Known): CycleState {
  return {
    cycleId: 'c',
    status: 'running',
    outcome: null,
    step,
    summary: '',
    pendingApprovals: pending ? [{ approvalId: 'ap' } as CycleState['pendingApprovals'][number]] : [],
    actions:
      action === undefined ? [] : [{ actionId: 'c.a1', kind: 'jira.comment', target: 't', status: action }],
  };
}

function recorded({ action, pending = false, reopened = false }: Known): CycleDetail {
  const status = reopened ? 'reopened' : pending ? 'pending' : 'approved';
  return {
    cycle: {},
    steps: [],
    actions: action === undefined ? [] : [{ id: 'c.a1', status: action }],
    approvals: [{ id: 'ap', status }],
    modelCalls: [],
  } as unknown as CycleDetail;
}

describe('the records fit a cycle that runs on', () => {
  test.each<[string, Known, Known]>([
    ['that reasons, and has no plan yet', { step: 'decide' }, {}],
    [
      'whose request waits in both',
      { action: 'awaiting_approval', pending: true },
      { action: 'awaiting_approval', pending: true },
    ],
    [
      'whose request was shown again, and waits in both',
      { action: 'awaiting_approval', pending: true },
      { action: 'awaiting_approval', reopened: true },
    ],
    ['whose action is planned in both, or under way', { action: 'executing' }, { action: 'proposed' }],
    ['whose approval the records have, and it is under way', { action: 'executing' }, { action: 'approved' }],
    [
      'of which the records know more, for they are written first',
      { action: 'executing' },
      { action: 'executed' },
    ],
    [
      'whose request is settled in the records and not yet there',
      { action: 'approved' },
      { action: 'approved' },
    ],
  ])('%s', (_what, known, records) => {
    expect(isInStep(state(known), recorded(records))).toBe(true);
  });
});

describe('the records lack what Temporal knows', () => {
  test.each<[string, Known, Known]>([
    ['where an action is not in them', { action: 'proposed' }, {}],
    [
      'where a request is not in them',
      { action: 'awaiting_approval', pending: true },
      { action: 'awaiting_approval' },
    ],
    [
      'where a decision is not in them',
      { action: 'approved' },
      { action: 'awaiting_approval', pending: true },
    ],
    [
      'where what was decided is under way',
      { action: 'executing' },
      { action: 'awaiting_approval', pending: true },
    ],
    ['where an effect is not in them', { action: 'executed' }, { action: 'proposed' }],
    ['where the result of an effect is not in them', { action: 'executed' }, { action: 'executing' }],
    [
      'where a rejection is not in them',
      { action: 'rejected' },
      { action: 'awaiting_approval', pending: true },
    ],
  ])('%s', (_what, known, records) => {
    expect(isInStep(state(known), recorded(records))).toBe(false);
  });
});

test.each<[CycleState['step'], boolean]>([
  [null, true],
  ['gather', true],
  ['decide', false],
  ['plan', false],
  ['execute', false],
])('a cycle that the records do not know may go on at step %s: %s', (step, isFitting) => {
  expect(isInStep(state({ step }), null)).toBe(isFitting);
});
