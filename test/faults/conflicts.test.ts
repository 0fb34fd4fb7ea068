/** The world changes between the decision and the act: an issue is deleted, moved, or changed by a person. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BO, CLEO } from '../../src/sandbox/seed/people.js';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { type CycleView, callsTo, ended, json, makeTrouble, scriptModel } from '../support/vendor-trouble.js';

interface ApprovalView {
  readonly id: string;
  readonly cycleId: string;
  readonly hash: string;
  readonly status: string;
  /** What changed at the target since it was shown. */
  readonly drift: unknown;
}

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

const posting = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer somebody' },
  body: JSON.stringify(body),
});

const issueUrl = (key: string) => `${parts.sandbox}/jira/rest/api/2/issue/${key}`;

async function issue(key: string): Promise<{ readonly id: string; readonly fields: any }> {
  return json(issueUrl(key), { headers: { authorization: 'Bearer somebody' } });
}

/** The model proposes this for the issue, and the policy asks a person. Answers what waits. */
async function waiting(key: string, action: object): Promise<ApprovalView> {
  await scriptModel(parts, [{ actions: [action] }]);
  const { id, fields } = await issue(key);
  const about = { id, key, fields: { summary: fields.summary, project: { key: key.split('-')[0] } } };
  const delivery = { ...commentDelivery({ key }), issue: about };
  const { body } = await parts.deliver(delivery, `conflict-${key}-${Date.now()}`);
  return eventually(async () => {
    const { items } = await json<{ items: ApprovalView[] }>(`${parts.api}/api/approvals?status=pending`);
    const mine = items.find(({ cycleId }) => cycleId === body.cycleId);
    expect(mine).toBeDefined();
    return mine as ApprovalView;
  }, 30_000);
}

async function decide({ id, hash }: ApprovalView, decision: 'approve' | 'reject'): Promise<void> {
  await json(
    `${parts.api}/api/approvals/${id}/decision`,
    posting({ decision, hash, ...(decision === 'reject' ? { reason: 'no longer wanted' } : {}) }),
  );
}

async function approved(approval: ApprovalView): Promise<CycleView> {
  await decide(approval, 'approve');
  return ended(parts, approval.cycleId);
}

const move = (issueKey: string, toStatus: string) => ({
  kind: 'jira.transition',
  payload: { issueKey, toStatus },
});
const assign = (issueKey: string, accountId: string) => ({
  kind: 'jira.assign',
  payload: { issueKey, accountId },
});

/** A way out of the status in which an issue stands. */
interface Way {
  /** Of the transition. */
  readonly id: string;
  /** Of the status to which it leads. */
  readonly name: string;
}

async function waysFrom(key: string): Promise<readonly Way[]> {
  const { transitions } = await json<{ transitions: { id: string; to: { name: string } }[] }>(
    `${issueUrl(key)}/transitions`,
    { headers: { authorization: 'Bearer somebody' } },
  );
  return transitions.map(({ id, to }) => ({ id, name: to.name }));
}

async function nextStatus(key: string): Promise<Way> {
  const [next] = await waysFrom(key);
  return next as Way;
}

const statusOf = async (key: string): Promise<string> => (await issue(key)).fields.status.name;

/** What a person does to an issue meanwhile; the model has nothing to say to that. */
async function person(key: string, method: 'POST' | 'PUT', path: string, body: unknown): Promise<void> {
  await scriptModel(parts, [{ actions: [] }]);
  const answer = await fetch(`${issueUrl(key)}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('ana@acme.example:any').toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(204);
}

/** The request as it is shown again. */
function reopened({ id }: ApprovalView): Promise<ApprovalView> {
  return eventually(async () => {
    const approval = await json<ApprovalView>(`${parts.api}/api/approvals/${id}`);
    expect(approval.status).toBe('reopened');
    return approval;
  }, 30_000);
}

const writesTo = (key: string) => callsTo(parts, 'jira', new RegExp(`^(?:POST|PUT) .*/issue/${key}/`));

describe('F25: an issue that is gone or elsewhere by the time a person approves', () => {
  test('deleted: the action is obsolete, tried once, and says so', async () => {
    const waits = await waiting('PAY-7', move('PAY-7', (await nextStatus('PAY-7')).name));
    await fetch(`${issueUrl('PAY-7')}?deleteSubtasks=true`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer a' },
    });

    const cycle = await approved(waits);

    expect(cycle).toMatchObject({ status: 'completed', actions: [{ status: 'obsolete' }] });
    expect(cycle.actions[0]?.result?.message).toContain('is gone');
    expect(await writesTo('PAY-7')).toEqual([]);
  }, 90_000);

  test('moved: it is followed, because its old key leads to the same issue', async () => {
    const next = await nextStatus('PAY-6');
    const { id } = await issue('PAY-6');
    const waits = await waiting('PAY-6', move('PAY-6', next.name));
    await json(`${parts.sandbox}/_jira/move`, posting({ issue: 'PAY-6', key: 'WEB-70' }));

    const cycle = await approved(waits);

    expect(cycle).toMatchObject({ outcome: 'acted', actions: [{ status: 'executed' }] });
    expect(await issue('WEB-70')).toMatchObject({ id, fields: { status: { name: next.name } } });
  }, 90_000);
});

test('F25: moved, and its key given to another issue: that one is left alone', async () => {
  const waits = await waiting('PAY-4', move('PAY-4', (await nextStatus('PAY-4')).name));
  const before = await statusOf('WEB-3');
  await json(`${parts.sandbox}/_jira/move`, posting({ issue: 'PAY-4', key: 'WEB-71' }));
  await json(`${parts.sandbox}/_jira/move`, posting({ issue: 'WEB-3', key: 'PAY-4' }));

  const cycle = await approved(waits);

  expect(cycle.actions).toMatchObject([{ status: 'obsolete' }]);
  expect(cycle.actions[0]?.result?.message).toContain('PAY-4 is another issue now');
  expect(await statusOf('PAY-4')).toBe(before);
}, 90_000);

describe('F26: what a person did meanwhile', () => {
  test('another status: nobody is overwritten, and the request is shown again with what changed', async () => {
    const first = await nextStatus('WEB-2');
    const waits = await waiting('WEB-2', move('WEB-2', first.name));
    const [other] = (await waysFrom('WEB-2')).filter(({ name }) => name !== first.name);
    await person('WEB-2', 'POST', '/transitions', { transition: { id: other?.id } });

    await decide(waits, 'approve');
    const again = await reopened(waits);

    expect(JSON.stringify(again.drift)).toContain(String(other?.name));
    expect(again.hash).not.toBe(waits.hash);
    expect(await statusOf('WEB-2')).toBe(other?.name);
    await decide(again, 'reject');
    expect(await ended(parts, waits.cycleId)).toMatchObject({ actions: [{ status: 'rejected' }] });
    expect(await statusOf('WEB-2')).toBe(other?.name);
  }, 90_000);

  test('at the very moment of the write (409): obsolete, and nothing is forced', async () => {
    const next = await nextStatus('PAY-5');
    const waits = await waiting('PAY-5', move('PAY-5', next.name));
    await makeTrouble(parts, {
      vendor: 'jira',
      kind: 'status',
      status: 409,
      match: '^POST .*/issue/PAY-5/transitions$',
    });

    const cycle = await approved(waits);

    expect(cycle).toMatchObject({ actions: [{ status: 'obsolete' }] });
    expect(await statusOf('PAY-5')).not.toBe(next.name);
    expect(await writesTo('PAY-5')).toHaveLength(1);
  }, 90_000);

  test('another assignee: nobody is overwritten, and the request is shown again with what changed', async () => {
    const waits = await waiting('WEB-1', assign('WEB-1', BO.jira));
    await person('WEB-1', 'PUT', '/assignee', { accountId: CLEO.jira });

    await decide(waits, 'approve');
    const again = await reopened(waits);

    expect(JSON.stringify(again.drift)).toContain('assignee');
    expect(again.hash).not.toBe(waits.hash);
    expect((await issue('WEB-1')).fields.assignee.accountId).toBe(CLEO.jira);
    await decide(again, 'reject');
    expect(await ended(parts, waits.cycleId)).toMatchObject({ actions: [{ status: 'rejected' }] });
    expect((await issue('WEB-1')).fields.assignee.accountId).toBe(CLEO.jira);
  }, 90_000);
});

test('F25, F26: after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);
