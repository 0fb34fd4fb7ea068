/** Who reads a comment on an issue of a service project: its team, or its customer too. On the Jira that the sandbox plays. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import { questionsOf } from '../../../src/activities/policy-question.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import { type Action, describeAction, targetRefusal } from '../../../src/domain/action.js';
import type { ActionResult } from '../../../src/domain/cycle.js';
import { BUILT_IN_POLICY, judge, type PolicyRule, riskOf } from '../../../src/domain/policy.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { facts } from '../support/vendor-data.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

interface Done {
  readonly actionId: string;
  readonly result: ActionResult;
}

const saying = (payload: Partial<Action<'jira.comment'>['payload']>): Action<'jira.comment'> => ({
  kind: 'jira.comment',
  payload: { issueKey: 'SUP-1', body: 'It is on its way.', ...payload },
});

describe.each(['cloud', 'data_center'] as const)('%s', (deployment) => {
  beforeEach(() => {
    world = createWorld({ deps: vendorsAt(sandbox.url, deployment) });
  });

  async function done(action: Action<'jira.comment'>, delivery = 'one'): Promise<Done> {
    const cycle = cycleInput({ cycleId: `cycle-jira-${delivery}` });
    const one = planned(cycle.cycleId, 1, action, { verdict: 'auto', ordinal: 1 });
    await intoLedger(world, cycle, one);
    const execute = guarded(createExecuteAction(world.deps));
    return { actionId: one.actionId, result: await environment().run(execute, { cycle, planned: one }) };
  }

  const commentPath = (id: string | null) => `/jira/rest/api/3/issue/SUP-1/comment/${id}`;

  /** Does the customer see it? As Jira answers. */
  async function isSeen(id: string | null): Promise<unknown> {
    return (await sandbox.get(commentPath(id))).body.jsdPublic;
  }

  async function isShown(action: Action<'jira.comment'>): Promise<unknown> {
    return isSeen((await done(action)).result.remoteId);
  }

  function undo({ actionId }: Done): Promise<ActionResult> {
    const by = { id: 'lead-1', name: 'Lea', channel: 'cli' } as const;
    const activity = guarded(createUndoAction(world.deps));
    return environment().run(activity, { actionId, undoId: `${actionId}.u1`, by });
  }

  /** What every comment that was written says of who reads it. */
  async function toldReaders(): Promise<readonly unknown[]> {
    const { items } = (await sandbox.get('/_received?vendor=jira')).body;
    return items
      .filter(({ method, path }: any) => /^(?:POST|PUT)$/.test(method) && /\/comment(?:\/\d+)?$/.test(path))
      .map(({ body }: any) => body.properties.find(({ key }: any) => key === 'sd.public.comment')?.value);
  }

  test('a status note is hidden whatever it was before, by an edit and by its undo too', async () => {
    const first = await done(saying({ as: 'status_note', body: 'It waits for Cleo.' }), `${deployment}-1`);
    const id = first.result.remoteId;
    const property = `/jira/rest/api/3/comment/${id}/properties/sd.public.comment`;
    await sandbox.call('DELETE', property);
    expect(await isSeen(id)).toBe(true);

    const second = await done(saying({ as: 'status_note', body: 'Cleo works on it.' }), `${deployment}-2`);

    expect(second.result).toMatchObject({ status: 'executed', remoteId: id });
    expect(await isSeen(id)).toBe(false);

    await sandbox.call('PUT', property, { internal: false });
    expect(await isSeen(id)).toBe(true);
    expect(await undo(second)).toMatchObject({ status: 'executed' });
    expect(await isSeen(id)).toBe(false);
    expect((await toldReaders()).slice(-3)).toEqual(Array.from({ length: 3 }, () => ({ internal: true })));
    await sandbox.call('DELETE', commentPath(id));
  });

  test('what a customer was shown is gone with its undo, and nothing is written for that', async () => {
    const answer = await done(saying({ audience: 'public' }), `${deployment}-3`);
    const before = await toldReaders();

    expect(await undo(answer)).toMatchObject({ status: 'executed' });

    expect((await sandbox.get(commentPath(answer.result.remoteId))).status).toBe(404);
    expect(await toldReaders()).toEqual(before);
  });

  test('an answer does not follow the issue to the customers of another project', async () => {
    await sandbox.call('POST', '/_jira/move', { issue: 'SUP-1', key: 'WEB-901' });
    const before = await toldReaders();

    const { result } = await done(saying({ audience: 'public' }), `${deployment}-4`);
    const internal = await done(saying({}), `${deployment}-5`);

    expect(result).toMatchObject({ status: 'obsolete', message: expect.stringContaining('moved to WEB') });
    expect(internal.result.status).toBe('executed');
    expect((await toldReaders()).slice(before.length)).toEqual([{ internal: true }]);
    await sandbox.call('POST', '/_jira/move', { issue: 'WEB-901', key: 'SUP-1' });
  });

  test.each([
    [{}, false],
    [{ audience: 'internal' }, false],
    [{ audience: 'public' }, true],
    [{ as: 'status_note' }, false],
  ] as const)('%j: shown to the customer: %s', async (payload, shown) => {
    expect(await isShown(saying(payload))).toBe(shown);
  });
});

describe('what code says of a proposal', () => {
  beforeEach(() => {
    world = createWorld();
  });

  const allowed = (publicProjects?: readonly string[]) => ({
    facts: {
      ...facts,
      issue: facts.issue && { ...facts.issue, key: 'SUP-1', projectKey: 'SUP', linkedKeys: ['SUP-2'] },
    },
    teamChannel: null,
    projects: [],
    ...(publicProjects === undefined ? {} : { publicProjects }),
  });

  test.each([
    [{ audience: 'public' }, undefined, 'teams[].jira.publicAnswers of pm-agent.yaml does not name it'],
    [{ audience: 'public' }, ['WEB'], 'customers of SUP are not answered'],
    [{ audience: 'public' }, ['SUP'], null],
    [{ audience: 'public', issueKey: 'SUP-2' }, ['SUP'], 'is not the issue of this event'],
    [{ audience: 'public', as: 'status_note' }, ['SUP'], 'never shown to customers'],
    [{ audience: 'internal' }, undefined, null],
    [{}, undefined, null],
  ] as const)('%j where %j may be answered: %s', (payload, projects, says) => {
    expect(targetRefusal(saying(payload), allowed(projects))).toEqual(
      says === null ? null : expect.stringContaining(says),
    );
  });

  const question = (audience: 'internal' | 'public') =>
    questionsOf(saying({ audience }), commentEvent({ project: 'SUP' }), null, { people: [], ownIds: [] })[0];
  const policyWith = (...rules: readonly PolicyRule[]) => ({
    version: 'test',
    default: 'auto' as const,
    deadlineMs: null,
    rules,
  });
  const freely: PolicyRule = { name: 'talk freely', when: { action: ['jira.comment'] }, verdict: 'auto' };

  test('an answer to a customer is graded G3, one to the team G2', () => {
    expect(riskOf(question('public'))).toBe('G3');
    expect(riskOf(question('internal'))).toBe('G2');
  });

  test('a person is asked by the built-in policy, which lets the same words to the team go', () => {
    const policy = { ...BUILT_IN_POLICY, version: 'test' };

    expect(judge(policy, question('public'))).toMatchObject({
      verdict: 'ask',
      rule: 'answer questions (asks: customers read it, and G3 never goes by itself)',
    });
    expect(judge(policy, question('internal')).verdict).toBe('auto');
  });

  test('no rule and no default lets it go by itself', () => {
    expect(judge(policyWith(freely), question('public')).verdict).toBe('ask');
    expect(judge(policyWith(), question('public')).verdict).toBe('ask');
    expect(judge(policyWith(freely), question('internal')).verdict).toBe('auto');
  });

  test('neither does a rule that names the risk, and one that forbids it holds', () => {
    const when = { action: ['jira.comment'], risk: ['G3'] } as const;

    expect(judge(policyWith({ name: 'x', when, verdict: 'auto' }), question('public')).verdict).toBe('ask');
    expect(judge(policyWith({ ...freely, verdict: 'never' }), question('public')).verdict).toBe('never');
  });

  test('a person who approves reads that a customer is answered', () => {
    expect(describeAction(saying({ audience: 'public' }))).toBe('Answer the customer on SUP-1');
    expect(describeAction(saying({}))).toBe('Comment on SUP-1');
  });
});

test('the page of the sandbox shows which project serves customers, and what they do not see', async () => {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  await sandbox.post('/jira/rest/api/3/issue/SUP-1/comment', {
    body: {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Look at the ledger' }] }],
    },
    properties: [{ key: 'sd.public.comment', value: { internal: true } }],
  });

  const page = String((await sandbox.get('/')).body);

  expect(page).toContain('SUP · Support (service project)');
  expect(page).toContain('(internal) Look at the ledger');
  expect(page).not.toContain('(internal) Is there any news?');
});
