/** A drill that waits, beside a request that waits: whoever may read everything finds nothing that tells the two apart. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { shapeOf } from '../support/shape-of.js';

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  // Every kind of proposal asks the same way, whatever its grade: how many have to approve is no matter here.
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), 'policy: { default: ask }\n');
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

async function get<T = any>(path: string): Promise<T> {
  const answer = await fetch(parts.api + path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(parts.api + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

interface Request {
  readonly id: string;
  readonly cycleId: string;
  readonly actionId: string;
  readonly hash: string;
}

async function waiting(known: readonly string[]): Promise<Request> {
  return eventually(async () => {
    const { items } = await get<{ items: Request[] }>('/api/approvals?status=pending');
    const found = items.find(({ id }) => !known.includes(id));
    if (found === undefined) {
      throw new Error('nothing new waits');
    }
    return found;
  }, 60_000);
}

/** What the two propose differs, and is the same kind of thing: its words, its target, and how grave it is. */
const OF_ITS_OWN =
  /\.(?:payload|before|risk|needed|given|reversible|undo|verdict|judged|uncertainty|wouldChange|effect|inverse|summary|reasons\[\]\.evidence|toolUses|retry|route|critical|asked|flags)(?:\[\]|\.|$)/;

/** Every view of one request that a token with scope `read` opens, by its name. */
async function viewsOf({ id, cycleId, actionId }: Request): Promise<Record<string, unknown>> {
  const cycle = await get(`/api/cycles/${cycleId}`);
  const of = async (path: string, is: (item: any) => boolean) => (await get(path)).items.filter(is);
  const raw = await fetch(`${parts.api}/api/events/${cycle.eventId}?raw=1`);
  const [call] = cycle.modelCalls;
  return {
    approval: await get(`/api/approvals/${id}`),
    'approval in the list': await of('/api/approvals', (one) => one.id === id),
    cycle,
    'cycle in the list': await of('/api/cycles', (one) => one.id === cycleId),
    'cycle in the list of its status': await of(
      '/api/cycles?status=awaiting_approval',
      (one) => one.id === cycleId,
    ),
    audit: (await get(`/api/cycles/${cycleId}/audit`)).items.map((entry: any) => ({ [entry.kind]: entry })),
    'audit in the list': (await of('/api/audit?limit=500', (one) => one.cycleId === cycleId)).map(
      (entry: any) => ({
        [entry.kind]: entry,
      }),
    ),
    action: await get(`/api/actions/${actionId}`),
    event: await get(`/api/events/${cycle.eventId}`),
    'event in the list': await of('/api/events', (one) => one.id === cycle.eventId),
    'event in the list of its status': await of(
      '/api/events?status=started',
      (one) => one.id === cycle.eventId,
    ),
    'bytes of the event': {
      status: raw.status,
      type: raw.headers.get('content-type'),
      body: await raw.json(),
    },
    'explained by cycle': await get(`/api/explanations/${cycleId}`),
    'explained by event': await get(`/api/explanations/${cycle.eventId}`),
    'explained by approval': await get(`/api/explanations/${id}`),
    prompt: await get(`/api/blobs/${call.promptHash}`),
    reply: await get(`/api/blobs/${call.replyHash}`),
  };
}

const metricsNamed = async (name: string) =>
  (await (await fetch(`${parts.api}/metrics`)).text()).split('\n').filter((line) => line.startsWith(name));

test('no view of a drill that waits differs from that of a request, and once it is decided all say what it was', async () => {
  await parts.deliver(commentDelivery(), randomUUID());
  const real = await waiting([]);
  const realViews = await viewsOf(real);
  const cost = await metricsNamed('pm_agent_model_cost_usd');

  expect((await post('/api/drills', {})).status).toBe(202);
  const drill = await waiting([real.id]);
  const drillViews = await viewsOf(drill);

  expect(Object.keys(drillViews)).toEqual(Object.keys(realViews));
  for (const [name, view] of Object.entries(realViews)) {
    expect({ name, shape: shapeOf(drillViews[name], OF_ITS_OWN) }).toEqual({
      name,
      shape: shapeOf(view, OF_ITS_OWN),
    });
  }
  expect(JSON.stringify(drillViews)).not.toMatch(/drill(?!":null)/);
  expect(namesIn(drillViews).filter((name) => namesIn(realViews).includes(name))).toEqual([]);
  expect(tookMs(drillViews)).toBeGreaterThan(0);
  await expect(metricsNamed('pm_agent_approvals_pending')).resolves.toEqual(['pm_agent_approvals_pending 2']);
  await expect(metricsNamed('pm_agent_model_cost_usd')).resolves.toEqual(cost);

  const words = { decision: 'reject', reason: 'not needed', hash: drill.hash };
  const decided = await post(`/api/approvals/${drill.id}/decision`, words);
  expect(await decided.json()).toMatchObject({ status: 'rejected', drill: expect.any(String) });
  const over = await eventually(async () => {
    const cycle = await get(`/api/cycles/${drill.cycleId}`);
    expect(cycle).toMatchObject({ status: 'completed', outcome: 'no_action' });
    return cycle;
  });
  expect(over).toMatchObject({ cost: 0, modelCalls: [], summary: expect.stringContaining('a drill') });
  expect((await fetch(`${parts.api}/api/events/${over.eventId}`)).status).toBe(404);
}, 180_000);

/** What names one thing at a vendor or in a ledger: two cycles never share it. */
function namesIn(views: Record<string, any>): readonly string[] {
  const { event, cycle, audit } = views;
  const [call] = cycle.modelCalls;
  const gathered = audit.find((entry: any) => entry['context.gathered'] !== undefined);
  return [
    event.id,
    event.deliveryId,
    event.bodySha256,
    event.changeKey,
    gathered['context.gathered'].data.contextHash,
    call.id,
    call.promptHash,
    call.replyHash,
    call.requestId,
  ].filter((name) => name !== null);
}

function tookMs({ cycle }: Record<string, any>): number {
  const step = cycle.steps.find(({ name }: { name: string }) => name === 'decide');
  return Date.parse(step.endedAt) - Date.parse(step.startedAt);
}
