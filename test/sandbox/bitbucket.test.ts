import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const ROOT = '/bitbucket/2.0';
const API = `${ROOT}/repositories/acme/pay-api`;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

describe('a pull request', () => {
  test('is answered with branches, short hashes, reviewers and counts', async () => {
    const pr = await sandbox.get(`${API}/pullrequests/1`);

    expect(pr.status).toBe(200);
    expect(pr.body).toMatchObject({
      type: 'pullrequest',
      state: 'OPEN',
      comment_count: 1,
      source: { branch: { name: 'feature/PAY-3-idempotency-keys' } },
      destination: { branch: { name: 'main' } },
      author: { display_name: 'Bo Chen' },
    });
    expect(pr.body.source.commit.hash).toHaveLength(12);
    expect(pr.body.reviewers.map(({ display_name }: any) => display_name)).toEqual([
      'Ana Lindqvist',
      'Cleo Diaz',
    ]);
  });

  test('has commits, statuses, a diffstat and an activity', async () => {
    const commits = await sandbox.get(`${API}/pullrequests/1/commits`);
    const statuses = await sandbox.get(`${API}/commit/${commits.body.values[0].hash}/statuses`);
    const diffstat = await sandbox.get(`${API}/pullrequests/1/diffstat`);
    const activity = await sandbox.get(`${API}/pullrequests/1/activity`);

    expect(commits.body.values[0].message).toContain('PAY-3');
    expect(statuses.body.values).toMatchObject([{ type: 'build', state: 'SUCCESSFUL', key: 'pipeline' }]);
    expect(diffstat.body.values.map(({ status }: any) => status)).toEqual(['modified', 'added', 'added']);
    expect(diffstat.body.values[1].old).toBeUndefined();
    expect(Object.keys(activity.body.values[0])).toContain('comment');
  });

  test('diffstat is found over the link that the pull request gives', async () => {
    const pr = await sandbox.get(`${API}/pullrequests/1`);
    const path = pr.body.links.diffstat.href.slice(sandbox.url.length);

    expect((await sandbox.get(path)).body.size).toBe(3);
  });

  test('tells its activity latest first, in pages that only the address of the next one finds', async () => {
    const first = await sandbox.get(`${API}/pullrequests/1/activity?pagelen=1`);
    const second = await sandbox.get(first.body.next.slice(sandbox.url.length));
    const all = await sandbox.get(`${API}/pullrequests/1/activity`);

    expect(Object.keys(first.body).sort()).toEqual(['next', 'pagelen', 'values']);
    expect(new URL(first.body.next).searchParams.get('ctx')).toMatch(/^[\w-]+$/);
    expect([...first.body.values, ...second.body.values]).toEqual(all.body.values.slice(0, 2));
  });

  test('is found by when it was updated, in the states that are asked for, with 50 on a page at most', async () => {
    await sandbox.post(`${API}/pullrequests/2/comments`, { content: { raw: 'Later' } });
    const list = (query: string) => sandbox.get(`${API}/pullrequests?${query}`);
    const ids = async (q: string) =>
      (await list(`q=${encodeURIComponent(q)}&state=OPEN&state=MERGED&sort=-updated_on`)).body.values.map(
        ({ id }: any) => id,
      );
    const [latest, ...others] = (await list('state=OPEN&state=MERGED&sort=-updated_on')).body.values;

    expect(await ids(`updated_on >= ${latest.updated_on}`)).toEqual([latest.id]);
    expect(await ids('updated_on >= 2000-01-01T00:00:00.000+00:00')).toEqual([
      latest.id,
      ...others.map(({ id }: any) => id),
    ]);
    expect(await ids('updated_on >= 2999-01-01T00:00:00.000+00:00')).toEqual([]);
    expect((await list('pagelen=51')).status).toBe(400);
  });

  test('list holds the open ones, paged with next', async () => {
    const first = await sandbox.get(`${API}/pullrequests?pagelen=1`);
    const second = await sandbox.get(first.body.next.slice(sandbox.url.length));
    const merged = await sandbox.get(`${API}/pullrequests?state=MERGED`);

    expect(first.body).toMatchObject({ pagelen: 1, page: 1, size: 2 });
    expect(second.body.values[0].id).not.toBe(first.body.values[0].id);
    expect(second.body.next).toBeUndefined();
    expect(merged.body.values.every(({ state }: any) => state === 'MERGED')).toBe(true);
  });

  test('is opened, approved, sent back, merged, and then closed for changes', async () => {
    const made = await sandbox.post(`${API}/pullrequests`, {
      title: 'Tidy up',
      source: { branch: { name: 'bugfix/PAY-5-partial-refunds' } },
      reviewers: [{ uuid: '{b0c40000-0000-4000-8000-000000000002}' }],
    });
    const path = `${API}/pullrequests/${made.body.id}`;
    const approved = await sandbox.post(`${path}/approve`);
    const sentBack = await sandbox.post(`${path}/request-changes`);
    const takenBack = await sandbox.delete(`${path}/request-changes`);
    const merged = await sandbox.post(`${path}/merge`);
    const again = await sandbox.post(`${path}/merge`);

    expect(made.status).toBe(201);
    expect(approved.body).toMatchObject({ approved: true, state: 'approved' });
    expect(sentBack.body).toMatchObject({ approved: false, state: 'changes_requested' });
    expect(takenBack.status).toBe(204);
    expect(merged.body).toMatchObject({ state: 'MERGED', closed_by: { display_name: 'PM Agent' } });
    expect(merged.body.merge_commit.hash).toHaveLength(12);
    expect(again.status).toBe(400);
  });

  test('can be declined with a reason', async () => {
    const made = await sandbox.post(`${API}/pullrequests`, {
      title: 'A bad idea',
      source: { branch: { name: 'bugfix/PAY-5-partial-refunds' } },
    });
    const declined = await sandbox.post(`${API}/pullrequests/${made.body.id}/decline`, { reason: 'No' });

    expect(declined.body).toMatchObject({ state: 'DECLINED', reason: 'No' });
  });

  test('from a branch that does not exist is refused', async () => {
    const refused = await sandbox.post(`${API}/pullrequests`, {
      title: 'x',
      source: { branch: { name: 'nowhere' } },
    });

    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ type: 'error', error: { message: 'source: branch not found: nowhere' } });
  });
});

describe('a pull request comment', () => {
  const comments = `${API}/pullrequests/1/comments`;

  test('is written, edited and deleted by its author, and stays as an empty shell', async () => {
    const made = await sandbox.post(comments, { content: { raw: 'Looks *good* <b>' } });
    const edited = await sandbox.put(`${comments}/${made.body.id}`, { content: { raw: 'Better' } });
    const deleted = await sandbox.delete(`${comments}/${made.body.id}`);
    const shell = await sandbox.get(`${comments}/${made.body.id}`);

    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      type: 'pullrequest_comment',
      content: { raw: 'Looks *good* <b>', html: '<p>Looks *good* &lt;b&gt;</p>' },
      user: { uuid: '{pm-agent-uuid}' },
    });
    expect(edited.body.content.raw).toBe('Better');
    expect(deleted.status).toBe(204);
    expect(shell.body).toMatchObject({ deleted: true, content: { raw: '' } });
  });

  test('may stand at a line and answer another', async () => {
    const inline = { path: 'src/captures/capture.ts', to: 12 };
    const made = await sandbox.post(comments, { content: { raw: 'Here' }, inline });
    const reply = await sandbox.post(comments, { content: { raw: 'There' }, parent: { id: made.body.id } });

    expect(made.body.inline).toEqual({ path: 'src/captures/capture.ts', from: null, to: 12 });
    expect(reply.body.parent.id).toBe(made.body.id);
  });

  test('of somebody else cannot be changed', async () => {
    const all = await sandbox.get(comments);
    const refused = await sandbox.put(`${comments}/${all.body.values[0].id}`, { content: { raw: 'Mine' } });

    expect(refused.status).toBe(403);
  });

  test('without a text is refused with the field', async () => {
    const refused = await sandbox.post(comments, { content: {} });

    expect(refused.status).toBe(400);
    expect(refused.body.error.fields).toEqual({ content: ['This field is required.'] });
  });
});

describe('a build status', () => {
  test('is made, then updated under its key', async () => {
    const branches = await sandbox.get(`${API}/refs/branches`);
    const { hash } = branches.body.values[0].target;
    const status = { key: 'lint', state: 'INPROGRESS', url: 'https://ci.acme.example/1', name: 'Lint' };

    const made = await sandbox.post(`${API}/commit/${hash}/statuses/build`, status);
    const updated = await sandbox.post(`${API}/commit/${hash}/statuses/build`, {
      key: 'lint',
      state: 'FAILED',
    });
    const wrong = await sandbox.post(`${API}/commit/${hash}/statuses/build`, { key: 'lint', state: 'MAYBE' });

    expect(made.status).toBe(201);
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({ state: 'FAILED', name: 'Lint', url: 'https://ci.acme.example/1' });
    expect(wrong.status).toBe(400);
  });
});

describe('the workspace', () => {
  test('answers the same below /bitbucket with and without the version', async () => {
    const versioned = await sandbox.get(`${ROOT}/user`);
    const bare = await sandbox.get('/bitbucket/user');

    expect(versioned.body.uuid).toBe('{pm-agent-uuid}');
    expect(bare.body).toEqual(versioned.body);
  });

  test('answers a branch whose name has slashes', async () => {
    const branch = await sandbox.get(`${API}/refs/branches/feature/PAY-3-idempotency-keys`);

    expect(branch.body.name).toBe('feature/PAY-3-idempotency-keys');
  });

  test.each([
    [`${ROOT}/repositories/acme/nothing`, 'Repository acme/nothing not found'],
    [`${API}/pullrequests/999`, 'Resource not found'],
    [`${API}/commit/ffffffffffff`, 'Commit ffffffffffff not found'],
    [`${ROOT}/nonsense`, 'Resource not found'],
  ])('%s is a 404', async (path, message) => {
    const missing = await sandbox.get(path);

    expect(missing.status).toBe(404);
    expect(missing.body).toEqual({ type: 'error', error: { message } });
  });

  test('refuses an empty credential', async () => {
    const refused = await sandbox.call('GET', `${ROOT}/user`, undefined, {});

    expect(refused.status).toBe(401);
    expect(refused.body.type).toBe('error');
  });
});
