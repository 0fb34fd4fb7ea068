/** What Temporal's own pages and command line tell of a request that waits: found by an attribute, and read word for word. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { PlannedAction } from '../../src/domain/cycle.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  approveSignal,
  PM_AWAITING_APPROVAL,
  PM_STATUS,
  rejectSignal,
} from '../../src/workflows/messages.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

/** Ids of the cycles that a person finds under this attribute. */
async function waitingCycles(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { workflowId } of temporal.client.workflow.list({ query: 'PmAwaitingApproval = true' })) {
    found.push(workflowId);
  }
  return found;
}

test('a waiting cycle is found by PmAwaitingApproval and shows the exact text and how to approve it; afterwards neither', async () => {
  expect(PM_AWAITING_APPROVAL).toEqual(defineSearchAttributeKey('PmAwaitingApproval', 'BOOL'));
  const input = cycleInput();
  const { cycleId } = input;
  const { activities } = fakeActivities(() => [planned(cycleId, 1, comment, { deciders: ['lead-1'] })]);
  await temporal.withWorker(activities, async (taskQueue) => {
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: cycleId,
      args: [input],
      typedSearchAttributes: new TypedSearchAttributes([{ key: PM_STATUS, value: 'running' }]),
    });
    const details = async () =>
      (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

    await eventually(async () => expect(await waitingCycles()).toContain(cycleId), 30_000, 100);
    const shown = await details();
    expect(shown).toContain('\n```\nIt is in progress.\n```\n');
    expect(shown).toContain('decides: lead-1');
    expect(shown).toContain(
      `temporal workflow signal --workflow-id ${cycleId} --name approve --input '{"by":"<your id>","actionId":"${cycleId}.a1","hash":"`,
    );

    await handle.signal(approveSignal, { by: 'lead-1' });
    await handle.result();

    await eventually(async () => expect(await waitingCycles()).not.toContain(cycleId), 30_000, 100);
    expect(await details()).not.toContain('temporal workflow signal');
  });
});

test('what was decided stands there no longer while the rest waits', async () => {
  const input = cycleInput();
  const { cycleId } = input;
  const { activities } = fakeActivities(() => [
    planned(cycleId, 1, comment, { deciders: ['lead-1'] }),
    planned(cycleId, 2, transition, { deciders: ['lead-1'] }),
  ]);
  await temporal.withWorker(activities, async (taskQueue) => {
    const options = { taskQueue, workflowId: cycleId, args: [input] as [typeof input] };
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, options);
    const details = async () =>
      (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await eventually(async () => expect(await details()).toContain('waiting for approval of 2 actions'));

    await handle.signal(rejectSignal, { by: 'lead-1', actionId: `${cycleId}.a1` });

    await eventually(async () => expect(await details()).toContain('waiting for approval of one action'));
    expect(await details()).not.toContain('It is in progress.');
    await handle.signal(rejectSignal, { by: 'lead-1' });
    await handle.result();
  });
});

const ASSIGN = { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: '712020:ana' } } as const;

/** Reads the page of a cycle that waits for this, until `enough` holds of it; then the cycle is let go. */
async function pageOf(asked: Partial<PlannedAction>, enough: (page: string) => void, waitMs = 60_000) {
  const input = cycleInput({ approvalTimeoutMs: waitMs });
  const { cycleId } = input;
  const deciders = ['lead-1', 'lead-2'];
  const { activities } = fakeActivities(() => [planned(cycleId, 1, ASSIGN, { deciders, ...asked })]);
  await temporal.withWorker(activities, async (taskQueue) => {
    const options = { taskQueue, workflowId: cycleId, args: [input] as [typeof input] };
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, options);
    await eventually(
      async () =>
        enough(
          (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails,
        ),
      20_000,
      50,
    );
    await handle.signal(rejectSignal, { by: 'lead-1' });
    await handle.result();
  });
}

test('accounts and those who decide are named, with the id that a signal has to give, and nothing is hidden', async () => {
  const said = { what: 'Assign PAY-1 to Ana\u202e Lindqvist', people: { 'lead-1': 'Ana Lindqvist' } };

  await pageOf({ said }, (page) => {
    expect(page).toContain('- Assign PAY-1 to Ana Lindqvist (risk');
    expect(page).toContain('decides: Ana Lindqvist (`lead-1`), lead-2,');
    expect(page).not.toContain('712020:');
  });
});

test('a suggestion says before anybody decides that nothing is sent, whatever that is', async () => {
  const nothingSent = 'jira.assign in PAY is at the level propose, so whoever agrees does it by hand';
  const said = { what: 'Assign PAY-1 to Ana', people: {}, nothingSent };

  await pageOf({ said }, (page) => {
    expect(page).toContain('waiting for approval of one action; nothing is sent, whatever is decided');
    expect(page).toContain('**Suggestion only: your answer is recorded, nothing is sent (');
  });
  await pageOf({ said: { what: 'Assign PAY-1 to Ana', people: {} } }, (page) => {
    expect(page).toContain('waiting for approval of one action');
    expect(page).not.toMatch(/Suggestion only|whatever is decided/);
  });
});

test('what is approved during a pause says who paused it, until it was done', async () => {
  const input = cycleInput();
  const { cycleId } = input;
  let resume: () => void = () => undefined;
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  const { activities } = fakeActivities(
    () => [planned(cycleId, 1, comment), planned(cycleId, 2, comment), planned(cycleId, 3, transition)],
    {
      claimLane: async () => ({ paused: 'paused by Lea *L* at 2026-11-23T10:00:00.000Z' }),
      executeAction: async () => {
        await resumed;
        return { status: 'executed', remoteId: '30001', message: 'done' };
      },
    },
  );
  await temporal.withWorker(activities, async (taskQueue) => {
    const options = { taskQueue, workflowId: cycleId, args: [input] as [typeof input] };
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, options);
    const details = async () =>
      (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await eventually(async () => expect(await details()).toContain('waiting for approval of 3 actions'));
    await handle.signal(approveSignal, { by: 'lead-1', actionId: `${cycleId}.a1` });
    await handle.signal(approveSignal, { by: 'lead-1', actionId: `${cycleId}.a2` });

    const paused = ', paused by Lea \\*L\\* at 2026-11-23T10:00:00.000Z: it leaves after "pm-agent resume".';
    await eventually(async () => {
      const page = await details();
      expect(page).toContain(`meanwhile: Comment on PAY-1${paused}`);
      expect(page).toContain(`Comment on PAY-1 (approved; waits for its turn)${paused}`);
    });
    resume();
    await eventually(async () => expect(await details()).not.toContain('paused by'));
    await handle.signal(rejectSignal, { by: 'lead-1' });
    await handle.result();
  });
});

test('who asked for it is named where anybody else may decide', async () => {
  const said = { what: 'Assign PAY-1 to Ana', people: { bo: 'Bo *Berg*' } };

  await pageOf({ said, deciders: null, notBy: ['bo'] }, (page) =>
    expect(page).toContain('decides: anybody but Bo \\*Berg\\* (`bo`), who asked for it,'),
  );
});

test('what was planned before names were recorded is told by its ids', async () => {
  await pageOf({}, (page) => expect(page).toContain('- Assign PAY-1 to 712020:ana (risk'));
});

test.each<[PlannedAction['onExpiry'], string]>([
  [undefined, 'nothing is sent.'],
  ['escalate', 'nothing is sent, and the team’s lead is told.'],
  ['ask_again', 'it is asked once more, for as long again; then nothing is sent.'],
])('at the deadline of a rule that says %s, the page says what happens: %s', async (onExpiry, then) => {
  await pageOf(onExpiry === undefined ? {} : { onExpiry }, (page) => {
    expect(page).toMatch(/If nobody decides by 2\d{3}-[\d-]+T[\d:.]+Z: /);
    expect(page).toContain(`Z: ${then}`);
  });
});

test('what is asked once more is not asked a third time, and the page does not say so', async () => {
  await pageOf({ onExpiry: 'ask_again' }, (page) => expect(page).toContain('Z: nothing is sent.'), 3_000);
});
