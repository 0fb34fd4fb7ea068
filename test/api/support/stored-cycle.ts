/** A whole cycle in the mirror, written as the worker writes it: one comment made, one transition that waits. */
import { randomUUID } from 'node:crypto';
import type { StepRecord } from '../../../src/audit/step-record.js';
import type { ContextItem } from '../../../src/domain/context.js';
import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { comment, cycleInput, planned, transition } from '../../support/builders.js';
import type { TestApi } from './test-api.js';

export interface StoredCycle {
  readonly input: CycleInput;
  readonly made: PlannedAction;
  readonly asked: PlannedAction;
  readonly approvalId: string;
}

const ISSUE_ITEM: ContextItem = {
  id: 'issue',
  kind: 'issue',
  source: 'jira:rest',
  fetchedAt: '2026-11-23T10:00:00.500Z',
  hash: 'abc0123456789def',
  data: { summary: 'Checkout fails on Safari' },
};

export async function storeCycle(
  { mirror }: Pick<TestApi, 'mirror'>,
  overrides: Partial<CycleInput> = {},
  asking: Partial<PlannedAction> = {},
  deadline = '2126-11-24T10:00:00.000Z',
  facts: object = {},
): Promise<StoredCycle> {
  const input = cycleInput(overrides);
  const { cycleId } = input;
  const made = planned(cycleId, 1, comment, { verdict: 'auto', rule: 'answer questions' });
  const asked = planned(cycleId, 2, transition, asking);
  const approvalId = randomUUID().replaceAll('-', '');
  await mirror.startCycle(input, 'run-1');
  const contextHash = await mirror.putBlob(
    'context',
    JSON.stringify({ facts, items: [ISSUE_ITEM], omitted: [] }),
  );
  await mirror.recordGathered({
    cycleId,
    step: step('gather'),
    title: 'PAY-1 Checkout fails on Safari',
    contextHash,
    sources: [{ id: 'issue', source: 'jira:rest', hash: 'abc' }],
    nothingToDo: null,
  });
  await mirror.recordModelCall({
    id: `${cycleId}/1`,
    cycleId,
    purpose: 'decide',
    model: 'claude-sonnet-5-5',
    promptId: 'answer-question',
    promptVersion: '1',
    request: { messages: [] },
    reply: { content: [] },
    stopReason: 'end_turn',
    usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0.0125,
    priceDate: '2026-10-01',
    requestId: 'req_1',
    startedAt: '2026-11-23T10:00:01.000Z',
    endedAt: '2026-11-23T10:00:02.000Z',
    error: null,
  });
  const decision = {
    summary: 'Answers and asks to move it.',
    reasons: [],
    voidReasons: 1,
    actions: [],
    uncertainty: null,
    wouldChange: 'a second report',
  };
  await mirror.recordDecision({ cycleId, step: step('decide'), decision, failure: null });
  await mirror.recordPlan({ cycleId, step: step('plan'), actions: [made, asked] });
  await mirror.recordIntent({
    cycleId,
    actionId: made.actionId,
    hash: made.hash,
    request: { service: 'jira', method: 'POST', path: '/rest/api/3/issue/PAY-1/comment', body: { n: 1 } },
    attempt: 1,
  });
  await mirror.recordResult({
    cycleId,
    actionId: made.actionId,
    result: { status: 'executed', remoteId: '30001', message: 'commented' },
    step: step('execute'),
  });
  await mirror.openApprovals({
    cycleId,
    requests: [{ approvalId, planned: asked, deadline }],
  });
  return { input, made, asked, approvalId };
}

function step(name: StepRecord['name']): StepRecord {
  return { name, attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: { items: 1 } };
}
