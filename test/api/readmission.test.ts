/** Releasing and retrying over real sockets: read again by the door, under the row's own identity, and told to the audit log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFindJudge } from '../../src/api/find-delivery.js';
import { acceptedShape } from '../../src/api/views/event-view.js';
import { createAdmission } from '../../src/api/webhooks/admission.js';
import { openDatabase } from '../../src/database/open.js';
import type { Scope } from '../../src/domain/operator.js';
import type { Delivery } from '../../src/inbox/inbox.js';
import { createInboxReader } from '../../src/worker/inbox-reader.js';
import { takeOverOnce } from '../../src/worker/note-takeover.js';
import { comment } from '../inbox/support.js';
import { commentEvent } from '../support/builders.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { quietLog } from '../support/quiet-log.js';
import {
  ana,
  blockActions,
  commentCreated,
  jiraIssue,
  payloadForm,
  pullRequestBody,
  slashCommand,
} from './support/bodies.js';
import { type Answer, ask, bitbucketHeaders, jiraHeaders, post, slackHeaders } from './support/sending.js';
import { startTestApi, type TestApi, type TestApiOptions } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const YESTERDAY = NOW - 25 * 3_600_000;

let api: TestApi;
let now: number;

const start = async (options: TestApiOptions = {}): Promise<void> => {
  now = NOW;
  api = await startTestApi({ clock: () => new Date(now), ...options });
};

async function restart(options: TestApiOptions): Promise<void> {
  await api.close();
  await start(options);
}

beforeEach(() => start());
afterEach(() => api.close());

async function sendJira(body: unknown, delivery?: string): Promise<Answer> {
  const raw = JSON.stringify(body);
  return post(`${api.url}/webhooks/jira`, raw, jiraHeaders(raw, delivery));
}

async function quarantined(body: unknown = commentCreated({ timestamp: YESTERDAY })): Promise<string> {
  const { body: answer } = await sendJira(body, 'delivery-1');
  expect(answer).toMatchObject({ status: 'quarantined' });
  return answer.eventId;
}

function letIn(
  what: 'release' | 'retry',
  id: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(`${api.url}/api/events/${id}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const eventOf = async (id: string) => (await ask(`${api.url}/api/events/${id}`)).body;

/** Stores what a door of another day held back, with the bytes that it got. */
async function stored(delivery: Partial<Delivery>): Promise<string> {
  const nothing = { tenant: 'default', changeKey: null, subject: null, event: null };
  const { eventId } = await api.inbox.accept({ ...comment(), ...nothing, ...delivery });
  return eventId;
}

function unreadable(body: unknown, overrides: Partial<Delivery> = {}): Promise<string> {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return stored({
    raw,
    eventType: 'unreadable',
    status: 'dead_letter',
    reason: 'the body has more than 20 members',
    ...overrides,
  });
}

describe('releasing a quarantined event', () => {
  test('that is only too old lets it in under its own identity: 202, and a cycle that answers it', async () => {
    const id = await quarantined();

    const answer = await letIn('release', id);

    expect(answer.status).toBe(202);
    expect(acceptedShape.safeParse(answer.body).error).toBeUndefined();
    expect(answer.body).toEqual({ status: 'accepted', eventId: id, cycleId: 'cycle-jira-delivery-1' });
    expect(await eventOf(id)).toMatchObject({
      deliveryId: 'delivery-1',
      status: 'received',
      reason: null,
      eventType: 'comment_created',
      subject: 'jira:PAY-142',
      changeKey: 'jira:10142:comment:20001:created',
      receivedAt: '2026-11-23T10:00:00.000Z',
    });
    expect((await ask(`${api.url}/api/cycles/cycle-jira-delivery-1`)).body).toMatchObject({
      status: 'queued',
      eventId: id,
    });
  });

  test('that is signed in the future lets it in too', async () => {
    const id = await quarantined(commentCreated({ timestamp: NOW + 3_600_000 }));

    expect((await letIn('release', id)).status).toBe(202);
  });

  test('with a body that came under another name before lets it in under the name that it came by', async () => {
    const raw = JSON.stringify(pullRequestBody());
    const send = (key: string) => post(`${api.url}/webhooks/bitbucket`, raw, bitbucketHeaders(raw, key));
    await send('pullrequest:created');
    const held = (await send('pullrequest:updated')).body;
    expect(held).toMatchObject({ status: 'quarantined', reason: 'the same body came as pr_created before' });

    const answer = await letIn('release', held.eventId);

    expect(answer.status).toBe(202);
    expect(await eventOf(held.eventId)).toMatchObject({ eventType: 'pr_updated', status: 'received' });
  });

  test('of another shape than its name says is a 409 that says so, and it stays held with that reason', async () => {
    const id = await quarantined(commentCreated({ timestamp: YESTERDAY, issue: { key: 'no key' } }));

    const answer = await letIn('release', id);

    const reason = 'issue.key is not the key of a Jira issue';
    expect(answer).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'still_held',
          message: `${id} stays quarantined: ${reason}`,
          status: 'quarantined',
          reason,
        },
      },
    });
    expect(await eventOf(id)).toMatchObject({ status: 'quarantined', reason, cycleId: null });
  });

  test('that is the agent’s own is refused with that reason', async () => {
    const id = await quarantined();
    await api.mirror.recordAccount('jira', ana.accountId, 'PM Agent');
    // Whose accounts are the agent's own is asked at most four times a second.
    await sleep(300);

    expect((await letIn('release', id)).body.error).toMatchObject({
      code: 'still_held',
      reason: 'own event',
    });
    expect(await eventOf(id)).toMatchObject({ status: 'quarantined', reason: 'own event' });
  });

  test('of another site, or of no team, is refused by today’s settings', async () => {
    const { jira, file } = api.config;
    await restart({
      config: { jira: { ...jira, baseUrl: 'https://other.atlassian.net', sandboxed: false }, file },
    });
    const id = await stored({
      raw: Buffer.from(JSON.stringify(commentCreated({ timestamp: YESTERDAY }))),
      status: 'quarantined',
      reason: 'signed longer ago than EVENT_MAX_AGE',
    });

    expect((await letIn('release', id)).body.error).toMatchObject({
      code: 'still_held',
      reason: 'from another site than JIRA_BASE_URL: acme.atlassian.net',
    });
  });

  test('whose change is known by now is a 409 that names the other event', async () => {
    const id = await quarantined();
    const found = createFindJudge(admitAll(), () => new Date(NOW));
    const event = { ...commentEvent(), changeKey: 'jira:10142:comment:20001:created' };
    const other = await api.inbox.accept(found({ seq: 1, event, actorIds: [] }) as Delivery);

    expect(await letIn('release', id)).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'known_already',
          message: `${other.eventId} tells of the same, and came first`,
          other: { eventId: other.eventId, cycleId: other.cycleId },
        },
      },
    });
    expect(await eventOf(id)).toMatchObject({ status: 'quarantined' });
  });

  test('that is a click on an approval card counts only when it comes', async () => {
    const raw = payloadForm({ ...blockActions, actions: [{ action_id: 'pm_agent_approve', value: 'a:b' }] });
    const id = await stored({
      source: 'slack',
      raw: Buffer.from(raw),
      headers: slackHeaders(raw, 'form'),
      status: 'quarantined',
      reason: 'no button of an approval card',
    });

    expect((await letIn('release', id)).body.error).toMatchObject({
      code: 'still_held',
      reason: expect.stringContaining('counts only when it comes'),
    });
  });

  test('that the sweep found after months lets in what it found', async () => {
    const judge = createFindJudge(admitAll(), () => new Date(NOW));
    const event = { ...commentEvent(), changeKey: 'jira:10001:comment:7:created' };
    const find = judge({ seq: 1, event, actorIds: [] }) as Delivery;
    const id = await stored({ ...find, status: 'quarantined', reason: 'it happened at …', event: null });

    expect((await letIn('release', id)).status).toBe(202);
    expect(await eventOf(id)).toMatchObject({ origin: 'reconcile', status: 'received', event });
  });

  test.each([
    ['a button', payloadForm({ ...blockActions, actions: [{ action_id: 'other' }] }), 'interaction'],
    ['a command', String(slashCommand), 'slash_command'],
  ])('of %s is read by the door that it came by', async (_what, raw, eventType) => {
    const id = await stored({
      source: 'slack',
      raw: Buffer.from(raw),
      headers: slackHeaders(raw, 'form'),
      status: 'quarantined',
      reason: 'held by an older version',
    });

    expect((await letIn('release', id)).status).toBe(202);
    expect(await eventOf(id)).toMatchObject({ eventType, status: 'received' });
  });
});

describe('retrying a dead letter', () => {
  test('that today’s code can read lets it in', async () => {
    const id = await unreadable(commentCreated(), { deliveryId: 'delivery-2' });

    expect(await letIn('retry', id)).toMatchObject({
      status: 202,
      body: { status: 'accepted', eventId: id, cycleId: 'cycle-jira-delivery-2' },
    });
    expect(await eventOf(id)).toMatchObject({ status: 'received', eventType: 'comment_created' });
  });

  test('that still cannot be read is a 409 with today’s reason', async () => {
    const id = await unreadable('{"webhookEvent":');

    expect((await letIn('retry', id)).body.error).toMatchObject({
      code: 'still_held',
      message: `${id} stays dead_letter: the body is not valid JSON`,
    });
    expect(await eventOf(id)).toMatchObject({ status: 'dead_letter', reason: 'the body is not valid JSON' });
  });

  test('whose workflow Temporal refused drives it again under the same cycle, however old it is by now', async () => {
    await restart({ config: { eventMaxAgeMs: 1 } });
    const { body } = await sendJira(commentCreated({ timestamp: NOW }), 'delivery-3');
    const { rows } = api.inbox.tables;
    await api.inbox.tables.write(() =>
      rows.deadLetter(body.cycleId, { reason: 'refused', at: new Date(NOW) }),
    );

    expect(await letIn('retry', body.eventId)).toMatchObject({
      status: 202,
      body: { cycleId: body.cycleId },
    });
    expect(await eventOf(body.eventId)).toMatchObject({
      status: 'received',
      reason: null,
      processedAt: null,
    });
  });

  test('takes what the body means today: an event that an older version left too large', async () => {
    const body = commentCreated({ issue: jiraIssue({ fields: { summary: 'x'.repeat(5_000) } }) });
    const raw = Buffer.from(JSON.stringify(body));
    const event = { ...commentEvent(), comment: { id: '20001', text: 'x'.repeat(3_000_000) } };
    const { eventId, cycleId } = (await api.inbox.accept({ ...comment(), raw, event })) as {
      eventId: string;
      cycleId: string;
    };
    const { tables } = api.inbox;
    await tables.write(() => tables.rows.deadLetter(cycleId, { reason: 'too large', at: new Date(NOW) }));

    expect((await letIn('retry', eventId)).body).toMatchObject({ cycleId });
    expect(JSON.stringify((await eventOf(eventId)).event).length).toBeLessThan(2_000);
  });
});

describe('what can go wrong', () => {
  test('an unknown event is a 404', async () => {
    expect((await letIn('release', 'evt_none')).status).toBe(404);
    expect((await letIn('retry', 'evt_none')).status).toBe(404);
  });

  test.each([
    ['release', 'dead_letter', 'a dead letter is tried again (retry)'],
    ['retry', 'quarantined', 'a quarantined event is released (release)'],
    ['release', 'ignored', 'there is nothing to release'],
  ] as const)('to %s what is %s is a 409 that says what it is', async (what, status, hint) => {
    const id = await stored({ status, reason: 'x' });

    expect(await letIn(what, id)).toMatchObject({
      status: 409,
      body: { error: { code: 'not_held', message: `${id} is ${status}: ${hint}`, status } },
    });
  });

  test('of two at once one wins, and the other hears the state', async () => {
    const id = await quarantined();

    const answers = await Promise.all([letIn('release', id), letIn('release', id)]);

    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error).toMatchObject({
      code: 'not_held',
      status: 'received',
    });
  });

  test.each<[Scope, number]>([
    ['read', 403],
    ['decide', 202],
    ['admin', 202],
  ])('with the scope %s it is answered %d', async (scope, status) => {
    const id = await quarantined();
    const { bearer } = makeToken(api.config, { scope });

    expect((await letIn('release', id, {}, bearer)).status).toBe(status);
  });

  test.each([
    ['an empty reason', { reason: ' ' }],
    ['a reason that is too long', { reason: 'x'.repeat(2_001) }],
    ['an unknown field', { why: 'x' }],
  ])('%s is a 400, and nothing is let in', async (_what, body) => {
    const id = await quarantined();

    expect((await letIn('release', id, body)).status).toBe(400);
    expect(await eventOf(id)).toMatchObject({ status: 'quarantined' });
  });

  test('where the inbox cannot be written nothing is promised', async () => {
    const id = await quarantined();
    const { inbox } = api;
    const other = await startTestApi({
      inbox: {
        get: (eventId) => inbox.get(eventId),
        raw: (eventId) => inbox.raw(eventId),
        readmit: () => Promise.reject(new Error('SQLITE_FULL')),
      },
    });

    const answer = await ask(`${other.url}/api/events/${id}/release`, {
      method: 'POST',
      headers: { 'x-pm-agent-client': 'cli' },
    });
    await other.close();

    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('SQLITE');
  });
});

describe('the audit log', () => {
  async function entries() {
    const reader = createInboxReader(api.config.inboxFile, (file) =>
      openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
    );
    await takeOverOnce({ inbox: reader, mirror: api.mirror, terms: () => builtInTerms, log: quietLog });
    await takeOverOnce({ inbox: reader, mirror: api.mirror, terms: () => builtInTerms, log: quietLog });
    reader.close();
    return (await ask(`${api.url}/api/audit`)).body.items;
  }

  test('says who let in what, that was held for what, and why, in the cycle’s own trail', async () => {
    const id = await quarantined();
    await letIn('release', id, { reason: 'our clock was wrong' }, { 'x-pm-agent-client': 'cli' });

    expect(await entries()).toMatchObject([
      {
        kind: 'event.released',
        actor: 'cli:local',
        cycleId: 'cycle-jira-delivery-1',
        data: {
          eventId: id,
          by: 'local',
          heldAs: 'quarantined',
          heldFor: 'signed longer ago than EVENT_MAX_AGE',
          why: 'our clock was wrong',
        },
      },
    ]);
    expect((await ask(`${api.url}/api/cycles/cycle-jira-delivery-1/audit`)).body.items).toHaveLength(1);
    expect((await ask(`${api.url}/api/audit/verify`)).body).toMatchObject({ ok: true });
  });

  test('has an entry for each time that a dead letter is tried again, and none for what is refused', async () => {
    const { body } = await sendJira(commentCreated({ timestamp: NOW }));
    const { tables } = api.inbox;
    for (let n = 0; n < 2; n += 1) {
      await tables.write(() => tables.rows.deadLetter(body.cycleId, { reason: `${n}`, at: new Date(NOW) }));
      await letIn('retry', body.eventId);
      await letIn('retry', body.eventId);
    }

    expect((await entries()).map(({ kind, data }: any) => [kind, data.heldFor])).toEqual([
      ['event.retried', '1'],
      ['event.retried', '0'],
    ]);
  });
});

function admitAll() {
  const nobody = { isOwn: () => false };
  const { config } = api;
  return createAdmission({ config, teams: () => config.file.teams, accounts: nobody, effects: nobody });
}
