/** A look for what is ours ends with the last comment, or says that it could not see them all. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import { actionReference } from '../../../src/integrations/bitbucket/reference.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const access = () => ({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
const REPOSITORY = 'acme/pay-api';
const MINE = `Done.\n\n_ref ${actionReference('mine')}_`;

/** The page with this number, 100 comments, the newest first, a minute apart. */
function page(number: number, more: { readonly raw?: string; readonly isLast?: boolean } = {}) {
  const values = Array.from({ length: 100 }, (_, at) => ({
    id: number * 100 + at,
    content: { raw: at === 99 ? (more.raw ?? 'x') : 'x' },
    created_on: new Date(Date.UTC(2026, 0, 31) - (number * 100 + at) * 60_000).toISOString(),
  }));
  return { body: { values, ...(more.isLast === true ? {} : { next: 'https://x.example' }) } };
}

describe('a comment of the agent', () => {
  const find = (since?: string) =>
    createBitbucket(access()).findCommentByAction(REPOSITORY, 7, 'mine', [], since ?? null);

  test('is found beyond the newest two thousand', async () => {
    const before = Array.from({ length: 24 }, (_, at) => page(at));
    server.answer(...before, page(24, { raw: MINE, isLast: true }));

    expect(await find()).toBe('2499');
  });

  test('is not looked for among those that are older than its mark can be', async () => {
    server.answer(page(0), page(1));

    expect(await find('2026-01-30T22:00:00.000Z')).toBeNull();

    expect(server.received.map(({ query }) => query['page'])).toEqual([undefined, '2']);
  });

  test('that may stand among more than are looked through is not said to be missing', async () => {
    server.answer(...Array.from({ length: 50 }, (_, at) => page(at)));

    expect(await failureOf(find())).toMatchObject({
      service: 'bitbucket',
      code: 'out_of_sight',
      retryable: false,
      message: expect.stringContaining('are more than the 5000'),
    });
  });
});

test('the newest fifty comments cost one page', async () => {
  server.answer(page(0));

  expect(await createBitbucket(access()).getComments(REPOSITORY, 7)).toHaveLength(50);
  expect(server.received).toHaveLength(1);
});

test('the files of a pull request are all, or it is said that they are not', async () => {
  const files = Array.from({ length: 100 }, (_, at) => ({ status: 'modified', new: { path: `f${at}` } }));
  const more = { body: { values: files, next: 'https://x.example' } };
  server.answer(...Array.from({ length: 24 }, () => more), { body: { values: files } });

  expect(await createBitbucket(access()).getDiffstat(REPOSITORY, 7)).toHaveLength(2_500);

  server.answer(...Array.from({ length: 50 }, () => more));
  expect(await failureOf(createBitbucket(access()).getDiffstat(REPOSITORY, 7))).toMatchObject({
    code: 'out_of_sight',
    message: expect.stringContaining('the files of acme/pay-api#7'),
  });
});
