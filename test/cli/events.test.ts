import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

const HELD = {
  id: 'evt_1',
  source: 'bitbucket',
  eventType: 'pullrequest:updated',
  subject: null,
  status: 'quarantined',
  reason: 'the same body came as pr_created\u001b[31m before',
  cycleId: null,
  receivedAt: '2026-11-23T09:00:00.000Z',
};
const ACCEPTED = {
  status: 202,
  body: { status: 'accepted', eventId: 'evt_1', cycleId: 'cycle-bitbucket-1' },
};
const STILL_HELD = {
  status: 409,
  body: { error: { code: 'still_held', message: 'evt_1 stays quarantined: own event' }, requestId: 'r' },
};

let api: FakeServer;
afterEach(() => api.close());

async function apiWith(answers: Parameters<typeof fakeServer>[0]): Promise<NodeJS.ProcessEnv> {
  api = await fakeServer(answers);
  return { PM_AGENT_URL: api.url };
}

describe('events list', () => {
  test('shows one line an event, with what it is held for, and steers no terminal', async () => {
    const env = await apiWith({ 'GET /api/events': { body: { items: [HELD], nextCursor: null } } });

    const ran = await pmAgent(['events', 'list'], env);

    expect(ran.code).toBe(0);
    const [heading, row] = ran.out.split('\n');
    expect(heading).toMatch(/^EVENT +STATUS +SOURCE +TYPE +SUBJECT +RECEIVED \(UTC\) +CYCLE +REASON$/);
    expect(row).toMatch(
      /^evt_1 +quarantined +bitbucket +pullrequest:updated +– +2026-11-23 09:00:00 +– +the same body came as pr_created \[31m before$/,
    );
  });

  test('passes its filters on, and answers JSON where asked', async () => {
    const body = { items: [HELD], nextCursor: '7' };
    const env = await apiWith({ 'GET /api/events': { body } });

    const ran = await pmAgent(
      [
        'events',
        'list',
        '--status',
        'quarantined',
        '--source',
        'jira',
        '--origin',
        'reconcile',
        '--limit',
        '5',
        '--cursor',
        '9',
        '--json',
      ],
      env,
    );

    expect(JSON.parse(ran.out)).toEqual(body);
    expect(api.asked[0]?.url).toBe(
      '/api/events?status=quarantined&source=jira&origin=reconcile&limit=5&cursor=9',
    );
  });

  test('says so when there is none', async () => {
    const env = await apiWith({ 'GET /api/events': { body: { items: [], nextCursor: null } } });

    expect((await pmAgent(['events', 'list'], env)).out).toBe('No event matches.\n');
  });

  test('tells what the API refuses', async () => {
    const body = { error: { code: 'bad_request', message: 'cursor: not one' }, requestId: 'r' };
    const env = await apiWith({ 'GET /api/events': { status: 400, body } });

    expect(await pmAgent(['events', 'list', '--cursor', 'lost'], env)).toMatchObject({
      code: 2,
      err: 'pm-agent: cursor: not one (400)\n',
    });
  });
});

describe.each([
  ['release', 'Released'],
  ['retry', 'Tried again'],
])('events %s', (what, done) => {
  const route = `POST /api/events/evt_1/${what}`;

  test('says which cycle answers it now, and gives the reason along', async () => {
    const env = await apiWith({ [route]: ACCEPTED });

    const ran = await pmAgent(['events', what, 'evt_1', '--reason', 'our clock was wrong'], env);

    expect(ran).toEqual({
      code: 0,
      out: `${done}: evt_1\nSee what follows: npx pm-agent show cycle-bitbucket-1\n`,
      err: '',
    });
    const [asked] = api.asked;
    expect(asked?.headers['x-pm-agent-client']).toBe('cli');
    expect(JSON.parse(asked?.body.toString() ?? '')).toEqual({ reason: 'our clock was wrong' });
  });

  test('answers JSON where asked, without a reason', async () => {
    const env = await apiWith({ [route]: ACCEPTED });

    expect(JSON.parse((await pmAgent(['events', what, 'evt_1', '--json'], env)).out)).toEqual(ACCEPTED.body);
    expect(JSON.parse(api.asked[0]?.body.toString() ?? '')).toEqual({});
  });

  test('exits 1 with what stands in the way', async () => {
    const env = await apiWith({ [route]: STILL_HELD });

    expect(await pmAgent(['events', what, 'evt_1'], env)).toEqual({
      code: 1,
      out: '',
      err: 'pm-agent: evt_1 stays quarantined: own event (409)\n',
    });
    expect((await pmAgent(['events', what, 'evt_1', '--json'], env)).code).toBe(1);
  });

  test('exits 1 for an event that is not there', async () => {
    const env = await apiWith({});

    expect(await pmAgent(['events', what, 'evt_none'], env)).toMatchObject({
      code: 1,
      err: 'pm-agent: not known here (404)\n',
    });
  });
});
