import { expect, test } from '@jest/globals';
import type { OutboxDecision } from '../../../src/inbox/inbox.js';
import { deliverDecisions, startDecisionOutbox } from '../../../src/inbox/people/decision-outbox.js';
import { eventually, onTestEnd, recordingLog, temporaryInbox } from '../support.js';

const decision = (id: string): OutboxDecision => ({
  id,
  cycleId: 'cycle-jira-1',
  approvalId: 'approval-1',
  input: '{"decision":"approve"}',
  createdAt: '2026-03-02T09:00:00.000Z',
});

test('a saved decision waits, oldest first, and saving it again changes nothing', async () => {
  const inbox = temporaryInbox();
  await inbox.saveDecision(decision('d-1'));
  await inbox.saveDecision(decision('d-2'));
  await inbox.saveDecision({ ...decision('d-1'), input: 'other' });

  expect(inbox.pendingDecisions(10)).toEqual([decision('d-1'), decision('d-2')]);
  expect(inbox.pendingDecisions(1)).toHaveLength(1);
});

test('a settled decision is not offered again, and its first result stays', async () => {
  const inbox = temporaryInbox();
  await inbox.saveDecision(decision('d-1'));
  await inbox.settleDecision('d-1', 'applied', 'at once');
  await inbox.settleDecision('d-1', 'refused', 'too late');
  await inbox.saveDecision(decision('d-1'));

  expect(inbox.pendingDecisions(10)).toEqual([]);
});

test('one round offers each pending decision once and settles what was answered', async () => {
  const inbox = temporaryInbox();
  for (const id of ['applied', 'refused', 'later'] as const) {
    await inbox.saveDecision(decision(id));
  }
  const offered: string[] = [];

  const tally = await deliverDecisions(inbox, async ({ id }) => {
    offered.push(id);
    return id as 'applied' | 'refused' | 'later';
  });

  expect(tally).toEqual({ settled: 2, later: 1, failure: null });
  expect(offered).toEqual(['applied', 'refused', 'later']);
  expect(inbox.pendingDecisions(10).map(({ id }) => id)).toEqual(['later']);
});

test('a decision that cannot be offered keeps its place, and those behind it are delivered', async () => {
  const inbox = temporaryInbox();
  await inbox.saveDecision(decision('poison'));
  await inbox.saveDecision(decision('good'));
  const poison = new Error('not a decision');

  const tally = await deliverDecisions(inbox, async ({ id }) => {
    if (id === 'poison') {
      throw poison;
    }
    return 'applied';
  });

  expect(tally).toEqual({ settled: 1, later: 1, failure: poison });
  expect(inbox.pendingDecisions(10).map(({ id }) => id)).toEqual(['poison']);
});

test('a decision made while no worker ran is applied once a worker is back, after growing pauses', async () => {
  const inbox = temporaryInbox();
  const tries: number[] = [];
  const answers = [
    () => 'later' as const,
    () => Promise.reject(new Error('no Temporal')),
    () => 'applied' as const,
  ];
  await inbox.saveDecision(decision('d-1'));
  const log = recordingLog();

  const outbox = startDecisionOutbox({
    inbox,
    log,
    apply: async () => {
      tries.push(performance.now());
      return answers[tries.length - 1]?.() ?? 'applied';
    },
  });
  onTestEnd(outbox.stop);
  await eventually(() => tries.length > 0);
  outbox.kick();
  await eventually(() => inbox.pendingDecisions(1).length === 0);

  expect(tries).toHaveLength(3);
  expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(245);
  expect(tries[2]! - tries[1]!).toBeGreaterThanOrEqual(495);
  expect(log.lines.map((line) => line.level)).toEqual(['warn', 'info']);
});
