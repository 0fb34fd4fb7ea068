/** Small, valid values to build tests from; override what the test is about. */
import { createHash, randomUUID } from 'node:crypto';
import { type Action, targetOf } from '../../src/domain/action.js';
import { canonicalJson } from '../../src/domain/canonical-json.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { CommentEvent } from '../../src/domain/event.js';
import type { OverLimit } from '../../src/domain/limit.js';

export function commentEvent(overrides: Partial<CommentEvent> = {}): CommentEvent {
  return {
    type: 'comment_created',
    source: 'jira',
    tenant: 'acme.atlassian.net',
    subject: 'jira:PAY-1',
    project: 'PAY',
    changeKey: null,
    occurredAt: '2026-11-23T10:00:00.000Z',
    actor: { id: '712020:ana', name: 'Ana Lindqvist', isBot: false },
    issue: { id: '10001', key: 'PAY-1', summary: 'Checkout fails on Safari' },
    comment: { id: '20001', text: '@PM Agent what is the status?' },
    ...overrides,
  };
}

export function cycleInput(overrides: Partial<CycleInput> = {}): CycleInput {
  return {
    cycleId: `cycle-jira-${randomUUID()}`,
    eventId: `evt_${randomUUID()}`,
    event: commentEvent(),
    receivedAt: '2026-11-23T10:00:01.000Z',
    fence: 1,
    coalescedInto: null,
    alsoAnswers: [],
    approvalTimeoutMs: 60_000,
    ...overrides,
  };
}

export const comment: Action = {
  kind: 'jira.comment',
  payload: { issueKey: 'PAY-1', body: 'It is in progress.' },
};
export const transition: Action = {
  kind: 'jira.transition',
  payload: { issueKey: 'PAY-1', toStatus: 'In Review' },
};

export const slackMessage: Action = {
  kind: 'slack.message',
  payload: { channel: 'C0PAY', threadTs: '1700000000.000100', text: 'It is in progress.' },
};

export const escalate: Action = {
  kind: 'escalate',
  payload: { reason: 'two bots', text: 'Look at PAY-1.', level: 'warning', to: 'U0LEAD' },
};

export const over: OverLimit = {
  scope: { key: 'subject:jira:PAY-1', name: 'on jira:PAY-1' },
  limit: 6,
  count: 6,
  since: '2026-11-23T09:30:00.000Z',
  freesAt: '2026-11-23T10:30:00.000Z',
};

export function planned(
  cycleId: string,
  n: number,
  action: Action,
  overrides: Partial<PlannedAction> = {},
): PlannedAction {
  return {
    actionId: `${cycleId}.a${n}`,
    action,
    target: targetOf(action),
    hash: createHash('sha256').update(canonicalJson(action)).digest('hex'),
    verdict: 'ask',
    rule: 'default',
    policyVersion: 'test',
    risk: 'G2',
    approvers: {},
    deciders: null,
    refusal: null,
    ...overrides,
  };
}
