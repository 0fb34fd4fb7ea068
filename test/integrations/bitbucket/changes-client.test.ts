import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BitbucketChanges } from '../../../src/integrations/bitbucket/changes.js';
import { createBitbucketChanges } from '../../../src/integrations/bitbucket/changes-client.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let changes: BitbucketChanges;

beforeEach(async () => {
  server = await startScriptedServer();
  changes = createBitbucketChanges({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
});

afterEach(() => server.close());

const REPOSITORY = 'acme/pay-api';
const SINCE = '2026-01-10T00:00:00.000Z';
const ada = { uuid: '{a}', account_id: '557058:a', display_name: 'Ada', type: 'user' };
const ADA = { ids: ['{a}', '557058:a'], name: 'Ada', isApp: false };

const exactly = (day: number) => `2026-01-${day}T01:02:49.003611+00:00`;
const at = (day: number) => `2026-01-${day}T01:02:49.003Z`;
const update = (day: number, state = 'OPEN') => ({ update: { date: exactly(day), state, author: ada } });
const approval = (day: number) => ({ approval: { date: exactly(day), user: ada } });

describe('updated pull requests', () => {
  test('are asked for in every state, by the time they were updated, latest first', async () => {
    server.answer({ body: { values: [] } });

    await changes.updatedPullRequests({ repository: REPOSITORY, since: SINCE, page: 1 });

    const [request] = server.received;
    expect(request?.path).toBe('/2.0/repositories/acme/pay-api/pullrequests');
    expect(request?.query).toMatchObject({
      q: 'updated_on >= 2026-01-10T00:00:00.000+00:00',
      sort: '-updated_on',
      pagelen: '10',
      page: '1',
    });
    expect(new URLSearchParams(request?.search).getAll('state')).toEqual([
      'OPEN',
      'MERGED',
      'DECLINED',
      'SUPERSEDED',
    ]);
  });

  test('come with the repository as Bitbucket spells it, and the page that follows', async () => {
    const pull = {
      id: 7,
      title: 'Fix checkout',
      created_on: exactly(11),
      author: ada,
      destination: { repository: { full_name: 'Acme/pay-api' } },
    };
    server.answer(
      { body: { values: [pull], next: 'https://api.bitbucket.org/2.0/whatever?page=2' } },
      { body: { values: [{ ...pull, destination: null, author: { display_name: 'Former user' } }] } },
      { body: { values: [], next: 'https://api.bitbucket.org/2.0/whatever?page=4' } },
    );
    const page = (number: number) =>
      changes.updatedPullRequests({ repository: REPOSITORY, since: SINCE, page: number });
    const shown = { id: 7, title: 'Fix checkout', createdOn: at(11) };

    expect(await page(1)).toEqual({
      pullRequests: [{ ...shown, repository: 'Acme/pay-api', author: ADA }],
      nextPage: 2,
    });
    expect(await page(2)).toEqual({
      pullRequests: [{ ...shown, repository: REPOSITORY, author: null }],
      nextPage: null,
    });
    expect((await page(3)).nextPage).toBeNull();
  });
});

describe('the activity of a pull request', () => {
  const activity = () => changes.activity(REPOSITORY, 7, SINCE);

  test('comes in the shape of the port; deleted comments and unknown kinds are left out', async () => {
    const comment = { id: 5, content: { raw: 'Why?' }, user: ada, created_on: exactly(12) };
    server.answer({
      body: {
        values: [
          update(15, 'MERGED'),
          approval(14),
          { changes_requested: { date: exactly(13), user: null } },
          { comment },
          { comment: { ...comment, id: 6, deleted: true } },
          { task: { id: 1 } },
        ],
      },
    });

    expect(await activity()).toEqual([
      { kind: 'update', at: at(15), exactly: exactly(15), state: 'MERGED', by: ADA },
      { kind: 'approval', at: at(14), by: ADA },
      { kind: 'changes_request', at: at(13), by: null },
      { kind: 'comment', at: at(12), id: '5', body: 'Why?', by: ADA },
    ]);
  });

  test('is read on by the place that the answer names, never at another address', async () => {
    server.answer(
      { body: { values: [update(15)], next: 'https://evil.example/x?ctx=a%3D%3D&pagelen=10&more=1' } },
      { body: { values: [update(14)] } },
    );

    expect(await activity()).toHaveLength(2);
    expect(server.received.map(({ path, query }) => [path, query])).toEqual([
      ['/2.0/repositories/acme/pay-api/pullrequests/7/activity', { pagelen: '50' }],
      ['/2.0/repositories/acme/pay-api/pullrequests/7/activity', { pagelen: '50', ctx: 'a==' }],
    ]);
  });

  test('is read until a whole page is earlier than asked: entries can be a little out of order', async () => {
    const next = (ctx: string) => `https://api.bitbucket.org/x?ctx=${ctx}`;
    server.answer(
      { body: { values: [update(15), approval(10)], next: next('2') } },
      {
        body: {
          values: [{ approval: { ...approval(10).approval, date: '2026-01-09T00:00:00+00:00' } }, update(11)],
          next: next('3'),
        },
      },
      {
        body: {
          values: [{ update: { ...update(10).update, date: '2026-01-08T00:00:00+00:00' } }],
          next: next('4'),
        },
      },
    );

    expect(await activity()).toHaveLength(5);
    expect(server.received).toHaveLength(3);
  });

  test('that comes to no end is not told as if it were all', async () => {
    server.answer(
      ...Array.from({ length: 201 }, (_none, page) => ({
        body: { values: [update(15)], next: `https://api.bitbucket.org/x?ctx=${page}` },
      })),
    );

    expect(await failureOf(activity())).toMatchObject({ code: 'out_of_sight', retryable: false });

    expect(server.received).toHaveLength(200);
  });
});
