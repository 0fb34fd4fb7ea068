import { expect, test } from '@jest/globals';
import type { OutboxDecision } from '../../../src/domain/outbox-decision.js';
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

  const tally = await deliverDecisions(
    inbox,
    async ({ id }) => {
      offered.push(id);
      return id as 'applied' | 'refused' | 'later';
    },
    inbox.pendingDecisions(10),
  );

  expect(tally).toEqual({ settled: 2, later: ['later'], failure: null });
  expect(offered).toEqual(['applied', 'refused', 'later']);
  expect(inbox.pendingDecisions(10).map(({ id }) => id)).toEqual(['later']);
});

test('a decision that cannot be offered keeps its place, and those behind it are delivered', async () => {
  const inbox = temporaryInbox();
  await inbox.saveDecision(decision('poison'));
  await inbox.saveDecision(decision('good'));
  const poison = new Error('not a decision');

  const tally = await deliverDecisions(
    inbox,
    async ({ id }) => {
      if (id === 'poison') {
        throw poison;
      }
      return 'applied';
    },
    inbox.pendingDecisions(10),
  );

  expect(tally).toEqual({ settled: 1, later: ['poison'], failure: poison });
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

test('what nobody can deliver does not hold up what comes behind it, however much of it there is', async () => {
  const inbox = temporaryInbox();
  for (let n = 0; n < 150; n++) {
    await inbox.saveDecision({ ...decision(`stuck-${n}`), approvalId: `stuck-${n}` });
  }
  const applied: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;

  const outbox = startDecisionOutbox({
    inbox,
    log: recordingLog(),
    apply: async ({ id }) => {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
      if (id.startsWith('stuck')) {
        return 'later';
      }
      applied.push(id);
      return 'applied';
    },
  });
  onTestEnd(outbox.stop);
  await inbox.saveDecision({ ...decision('good'), approvalId: 'good' });
  outbox.kick();
  // Settled, not only applied: the row of a decision is closed after the workflow took it.
  await eventually(() => inbox.pendingDecisions(1_000).length === 150);

  expect(applied).toEqual(['good']);
  expect(mostAtOnce).toBeLessThanOrEqual(10);
  expect(mostAtOnce).toBeGreaterThan(1);
});

test('decisions on one request are offered one after the other, in their order', async () => {
  const inbox = temporaryInbox();
  const offered: string[] = [];
  const decisions = ['ask', 'approve', 'late'].map(decision);

  await deliverDecisions(
    inbox,
    async ({ id }) => {
      offered.push(`${id} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      offered.push(`${id} ends`);
      return 'later';
    },
    decisions,
  );

  expect(offered).toEqual(decisions.flatMap(({ id }) => [`${id} begins`, `${id} ends`]));
});
