/**
 * F6, for each kind of action: the sandbox does what was asked and cuts the socket. Whatever changed meanwhile, and whatever
 * the action's own change looks like, it is found and said to be done; nothing is sent again, and no end tells otherwise.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import { CLEO, EVA } from '../../../src/sandbox/seed/people.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { EFFECTS, type PossibleEffect } from '../support/effects.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;
let losses = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

/** What happens before it is tried again, so that it could not be done any more. */
const MEANWHILE: Readonly<Record<string, () => Promise<unknown>>> = {
  // The next sprint is the running one by now: there is no next one that it could be moved to.
  'jira.update_fields': () =>
    sandbox.call('PUT', '/jira/rest/agile/1.0/sprint/13', { state: 'active' }, PERSON),
  'jira.create_issue': () =>
    sandbox.call('DELETE', '/jira/rest/api/3/issue/PAY-7?deleteSubtasks=true', undefined, PERSON),
  'a comment on a line': () =>
    sandbox.post('/_bitbucket/rewrite', { repository: 'acme/pay-api', id: 2, files: [] }),
};

/** Planned, sent, done at the vendor (or, `cut_before`, not), and never answered. */
async function lose(
  { vendor, action: proposed, write, seen }: PossibleEffect,
  kind: 'cut_after' | 'cut_before' = 'cut_after',
): Promise<void> {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  losses += 1;
  cycle = cycleInput({ cycleId: `cycle-lost-${losses}` });
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1, ...(seen && { seen }) });
  await intoLedger(world, cycle, action);
  await sandbox.post('/_faults', [{ vendor, kind, match: write, times: 1 }]);
  await expect(execute(1)).rejects.toMatchObject({ nonRetryable: false });
}

/** A minute later, when the request can no longer be in work. */
const aMinuteLater: Partial<ActivityDeps> = { clock: () => new Date(Date.parse('2026-11-23T10:01:00Z')) };
const aNewerEvent = { laneHolder: async () => ({ holder: 'cycle-newer', fence: 99 }) };

function execute(attempt: number, overrides: Partial<ActivityDeps> = {}): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [100, 200]));
  return environment(attempt).run(activity, { cycle, planned: action });
}

async function writes({ vendor, write }: PossibleEffect): Promise<number> {
  const { items } = (await sandbox.get('/_received')).body;
  const calls = items as readonly { vendor: string; method: string; path: string; status: number | null }[];
  const ours = new RegExp(write);
  return calls.filter(
    (call) => call.vendor === vendor && call.status !== null && ours.test(`${call.method} ${call.path}`),
  ).length;
}

const hasNoId: readonly string[] = ['jira.transition', 'jira.assign', 'jira.update_fields'];

describe.each(Object.entries(EFFECTS))('%s', (name, row) => {
  test('done, and its answer lost: it ends as done, whatever would stop it now', async () => {
    const before = await writes(row);
    await lose(row);
    await MEANWHILE[name]?.();

    // As after Temporal's history was lost: a first attempt, of which only the ledger knows that there was another.
    const result = await execute(1, { ...aMinuteLater, ...aNewerEvent });

    expect(result).toMatchObject({
      status: 'executed',
      message: expect.stringContaining('found from an earlier attempt'),
      remoteId: hasNoId.includes(row.action.kind) ? null : expect.any(String),
    });
    expect(world.reader.getAction(action.actionId)?.status).toBe('executed');
    expect(await writes(row)).toBe(before + 1);
  });
});

test('a link whose answer was lost can be taken back: the ledger has its id', async () => {
  const issueKey = 'WEB-3';
  await lose({
    ...EFFECTS['jira.link'],
    action: { kind: 'jira.link', payload: { issueKey, relation: 'blocks', toKey: 'WEB-4' } },
  });
  await execute(2, aMinuteLater);

  const undo = guarded(createUndoAction({ ...world.deps, ...aMinuteLater }, [100]));
  const { actionId } = action;
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const result = await environment().run(undo, { actionId, undoId: `${actionId}.u1`, by });

  expect(result).toMatchObject({ status: 'executed' });
  const { fields } = (await sandbox.get(`/jira/rest/api/3/issue/${issueKey}?fields=issuelinks`)).body;
  expect(JSON.stringify(fields.issuelinks)).not.toContain('WEB-4');
});

test('while its request may still be in work, no end is told, not even that the issue stands otherwise', async () => {
  const row = EFFECTS['jira.assign'];
  await lose({
    ...row,
    action: { kind: 'jira.assign', payload: { issueKey: 'WEB-5', accountId: CLEO.jira } },
    write: '^PUT .*/issue/WEB-5/assignee$',
    seen: { assignee: null },
  });
  await sandbox.call('PUT', '/jira/rest/api/3/issue/WEB-5/assignee', { accountId: EVA.jira }, PERSON);

  const tooSoon = { clock: () => new Date(Date.parse('2026-11-23T10:00:10Z')) };
  await expect(execute(2, { ...tooSoon, ...aNewerEvent })).rejects.toMatchObject({
    type: 'Activity.MayBeInWork',
  });

  expect(world.reader.getAction(action.actionId)?.status).toBe('executing');
});

describe('an answer that was lost, and a person who did the very same meanwhile', () => {
  let issueKey: string;
  let toKey: string;
  const write = (method: string, path: string, body: unknown) =>
    sandbox.call(method, `/jira/rest/api/3/${path}`, body, PERSON);
  const newIssue = async (): Promise<string> => {
    const fields = { project: { key: 'WEB' }, issuetype: { name: 'Task' }, summary: 'Basket' };
    return (await write('POST', 'issue', { fields })).body.key;
  };
  beforeEach(async () => {
    issueKey = await newIssue();
    toKey = await newIssue();
  });

  interface Same {
    readonly effect: () => PossibleEffect;
    readonly byHand: () => Promise<{ readonly status: number }>;
  }
  const assigning: Same = {
    effect: () => ({
      vendor: 'jira',
      action: { kind: 'jira.assign', payload: { issueKey, accountId: CLEO.jira } },
      write: `^PUT .*/issue/${issueKey}/assignee$`,
    }),
    byHand: () => write('PUT', `issue/${issueKey}/assignee`, { accountId: CLEO.jira }),
  };
  const rows: Readonly<Record<string, Same>> = {
    'moved it': {
      effect: () => ({
        vendor: 'jira',
        action: { kind: 'jira.transition', payload: { issueKey, toStatus: 'In Progress' } },
        write: `^POST .*/issue/${issueKey}/transitions$`,
      }),
      byHand: () => write('POST', `issue/${issueKey}/transitions`, { transition: { id: '21' } }),
    },
    'assigned it': assigning,
    'set its fields': {
      effect: () => ({
        vendor: 'jira',
        action: {
          kind: 'jira.update_fields',
          payload: {
            issueKey,
            priority: 'Lowest',
            addLabels: ['same'],
            removeLabels: [],
            dueDate: null,
            estimate: 8,
            sprint: null,
          },
        },
        write: `^PUT .*/issue/${issueKey}$`,
      }),
      byHand: () =>
        write('PUT', `issue/${issueKey}`, {
          fields: { priority: { name: 'Lowest' }, customfield_10016: 8 },
          update: { labels: [{ add: 'same' }] },
        }),
    },
    'linked it': {
      effect: () => ({
        vendor: 'jira',
        action: { kind: 'jira.link', payload: { issueKey, relation: 'blocks', toKey } },
        write: '^POST .*/issueLink$',
      }),
      byHand: () => {
        const link = { type: 'Blocks', fromKey: issueKey, toKey };
        return write('POST', 'issueLink', world.deps.jiraEdits.requests.addLink(link).body);
      },
    },
  };

  test.each(Object.entries(rows))('%s: it is theirs, and never taken back as ours', async (_name, row) => {
    await lose(row.effect(), 'cut_before');
    expect((await row.byHand()).status).toBeLessThan(300);

    const result = await execute(2, aMinuteLater);

    expect(result).toMatchObject({
      status: 'obsolete',
      message: expect.stringMatching(/by somebody else's hand \(changed by Ana .* at .*Z\)/),
    });
    expect(world.reader.getAction(action.actionId)?.status).toBe('obsolete');
  });

  test.each(Object.entries(rows))(
    '%s after it was done: that changed nothing, and it is ours',
    async (_name, row) => {
      await lose(row.effect());
      await row.byHand();

      expect(await execute(2, aMinuteLater)).toMatchObject({ status: 'executed' });
    },
  );

  test('while the request may still be in work, that is not told yet', async () => {
    await lose(assigning.effect(), 'cut_before');
    await assigning.byHand();

    await expect(execute(2)).rejects.toMatchObject({ type: 'Activity.MayBeInWork' });
  });

  test('where Jira does not say which account is ours, it counts as ours, as ever', async () => {
    await lose(assigning.effect(), 'cut_before');
    await assigning.byHand();
    const forbidden = {
      service: 'jira',
      code: 'forbidden',
      message: 'no',
      status: 403,
      retryable: false,
    } as const;
    const myself = () => Promise.reject(new IntegrationError(forbidden));

    const result = await execute(2, { ...aMinuteLater, jira: { ...world.deps.jira, myself } });

    expect(result).toMatchObject({ status: 'executed' });
  });
});
