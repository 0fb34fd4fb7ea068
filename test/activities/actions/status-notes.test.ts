/** The one living note of an issue or a pull request, at each vendor that the sandbox plays, through the real ledger. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import type { Action } from '../../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { AUTHORIZED, startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;
let place: string;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const ANA = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };
const BY = { id: 'lead-1', name: 'Lea', channel: 'cli' } as const;
const MINUTE_MS = 60_000;

interface Comment {
  readonly id: string;
  readonly text: string;
}

interface Site {
  readonly name: string;
  readonly deployment: 'cloud' | 'data_center';
  readonly vendor: 'jira' | 'bitbucket';
  /** Any where left out. */
  readonly token?: string;
  /** An issue or a pull request that nobody has commented on. */
  readonly fresh: () => Promise<string>;
  readonly action: (place: string, body: string) => Action;
  /** All comments that stand there, the oldest first. */
  readonly standing: (place: string) => Promise<readonly Comment[]>;
  readonly edit: (place: string, id: string, words: string) => Promise<unknown>;
  readonly remove: (place: string, id: string) => Promise<unknown>;
  readonly add: RegExp;
  readonly rewrite: RegExp;
}

const document = (text: string) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

const commentsPath = (key: string) => `/jira/rest/api/3/issue/${key}/comment`;

function jiraSite(name: string, deployment: 'cloud' | 'data_center'): Site {
  return {
    name,
    deployment,
    vendor: 'jira',
    fresh: async () => {
      const fields = { project: { key: 'PAY' }, issuetype: { name: 'Task' }, summary: 'Wallet' };
      return (await sandbox.post('/jira/rest/api/3/issue', { fields })).body.key;
    },
    action: (issueKey, body) => ({
      kind: 'jira.comment',
      payload: { issueKey, body, as: 'status_note' },
    }),
    standing: async (key) =>
      (await sandbox.get(commentsPath(key))).body.comments.map(
        ({ id, body }: { id: string; body: unknown }) => ({ id, text: JSON.stringify(body) }),
      ),
    edit: (key, id, words) =>
      sandbox.call('PUT', `${commentsPath(key)}/${id}`, { body: document(words) }, ANA),
    remove: (key, id) => sandbox.call('DELETE', `${commentsPath(key)}/${id}`, undefined, ANA),
    add: /^POST .*\/comment$/,
    rewrite: /^PUT .*\/comment\/\d+$/,
  };
}

const pullRequests = '/bitbucket/repositories/acme/pay-api/pullrequests';

const bitbucketSite: Site = {
  name: 'Bitbucket',
  deployment: 'cloud',
  vendor: 'bitbucket',
  fresh: async () => {
    const source = { branch: { name: (await sandbox.get(`${pullRequests}/1`)).body.source.branch.name } };
    return String((await sandbox.post(pullRequests, { title: 'Wallet', source })).body.id);
  },
  action: (id, body) => ({
    kind: 'bitbucket.pr_comment',
    payload: { repository: 'acme/pay-api', pullRequestId: Number(id), body, as: 'status_note' },
  }),
  standing: async (id) =>
    (await sandbox.get(`${pullRequests}/${id}/comments?pagelen=100`)).body.values
      .filter(({ deleted }: { deleted: boolean }) => !deleted)
      .map(({ id: comment, content }: { id: number; content: { raw: string } }) => ({
        id: String(comment),
        text: content.raw,
      })),
  // Only its author may edit it: a person with the agent's account does.
  edit: async (pr, id, words) => {
    const path = `${pullRequests}/${pr}/comments/${id}`;
    const { raw } = (await sandbox.get(path)).body.content;
    const lines = String(raw).split('\n');
    return sandbox.call('PUT', path, { content: { raw: `${words}\n\n${lines.at(-1)}` } }, AUTHORIZED);
  },
  remove: (pr, id) => sandbox.call('DELETE', `${pullRequests}/${pr}/comments/${id}`, undefined, AUTHORIZED),
  add: /^POST .*\/comments$/,
  rewrite: /^PUT .*\/comments\/\d+$/,
};

const sites = [
  jiraSite('Jira Cloud', 'cloud'),
  jiraSite('Jira Data Center', 'data_center'),
  bitbucketSite,
  { ...bitbucketSite, name: 'Bitbucket, with an access token', token: 'ATCTT-sandbox' },
];

describe.each(sites)('$name', (site) => {
  let change: number;
  beforeEach(async () => {
    world = createWorld({ deps: vendorsAt(sandbox.url, site.deployment, 2_000, site.token) });
    place = await site.fresh();
    change = 0;
  });
  afterEach(async () => {
    await sandbox.delete('/_faults');
    await world.dispose();
  });

  interface Planned {
    readonly cycle: CycleInput;
    readonly action: PlannedAction;
  }

  /** A cycle of its own, for a change of its own. */
  async function plan(body: string): Promise<Planned> {
    change += 1;
    const cycle = cycleInput({
      event: commentEvent({ changeKey: `jira:${place}:comment:${change}:created` }),
    });
    const proposed = site.action(place, body);
    const action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
    await intoLedger(world, cycle, action);
    return { cycle, action };
  }

  function execute(
    { cycle, action }: Planned,
    attempt = 1,
    overrides: Partial<ActivityDeps> = {},
  ): Promise<ActionResult> {
    const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [200, 400, 800]));
    return environment(attempt).run(activity, { cycle, planned: action });
  }

  async function write(body: string): Promise<Planned & { readonly result: ActionResult }> {
    const one = await plan(body);
    return { ...one, result: await execute(one) };
  }

  function undo(
    { action }: Planned,
    attempt = 1,
    overrides: Partial<ActivityDeps> = {},
  ): Promise<ActionResult> {
    const activity = guarded(createUndoAction({ ...world.deps, ...overrides }, [100, 200, 400]));
    const input = { actionId: action.actionId, undoId: `${action.actionId}.u1`, by: BY };
    return environment(attempt).run(activity, input);
  }

  const later = { clock: () => new Date(Date.parse('2026-11-23T10:00:00Z') + MINUTE_MS) };

  async function sent(pattern: RegExp): Promise<number> {
    const { items } = (await sandbox.get(`/_received?vendor=${site.vendor}`)).body;
    const here = new RegExp(`/(?:issue|pullrequests)/${place}/`);
    return items.filter(
      ({ method, path, status }: { method: string; path: string; status: number | null }) =>
        status !== null && here.test(path) && pattern.test(`${method} ${path}`),
    ).length;
  }

  async function fault(kind: string, match: RegExp, more: object = {}): Promise<void> {
    await sandbox.post('/_faults', { vendor: site.vendor, kind, match: match.source, times: 1, ...more });
  }

  async function only(): Promise<Comment> {
    const comments = await site.standing(place);
    expect(comments).toHaveLength(1);
    return comments[0] as Comment;
  }

  test('two cycles, one after the other, leave one comment with the words of the second', async () => {
    const first = await write('Waits for *Bo*.');
    const second = await write('Bo is on it.');

    expect([first.result.status, second.result.status]).toEqual(['executed', 'executed']);
    expect(second.result.remoteId).toBe(first.result.remoteId);
    expect((await only()).text).toContain('Bo is on it.');
    expect((await only()).text).not.toContain('Waits');
    expect([await sent(site.add), await sent(site.rewrite)]).toEqual([1, 1]);
  });

  test('without the ledger the note is known by its mark, among other comments', async () => {
    const first = await write('Waits for Bo.');
    await world.dispose();
    world = createWorld({ deps: vendorsAt(sandbox.url, site.deployment) });

    const second = await write('Bo is on it.');

    expect(second.result).toMatchObject({ status: 'executed', remoteId: first.result.remoteId });
    expect((await only()).text).toContain('Bo is on it.');
  });

  test('an answer beside it is a comment of its own', async () => {
    await write('Waits for Bo.');
    const one = await plan('');
    const { kind, payload } = site.action(place, 'Tomorrow.');
    const answer = { kind, payload: { ...payload, as: 'answer' } } as Action;
    const action = planned(one.cycle.cycleId, 2, answer, { verdict: 'auto', ordinal: 2 });
    const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
    await world.deps.mirror.recordPlan({ cycleId: one.cycle.cycleId, step, actions: [action] });

    await execute({ ...one, action });
    await write('Bo is on it.');

    const texts = (await site.standing(place)).map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('Bo is on it.'), expect.stringContaining('Tomorrow.')]);
  });

  test('the same words again send nothing', async () => {
    const first = await write('Waits for Bo.');

    const second = await write('Waits for **Bo**.');

    expect(second.result).toMatchObject({
      status: 'executed',
      remoteId: first.result.remoteId,
      message: expect.stringContaining('already says so'),
    });
    expect(await sent(site.rewrite)).toBe(0);
  });

  test('a note that was deleted is written anew', async () => {
    const first = await write('Waits for Bo.');
    await site.remove(place, String(first.result.remoteId));

    const second = await write('Bo is on it.');

    expect(second.result.status).toBe('executed');
    expect(second.result.remoteId).not.toBe(first.result.remoteId);
    expect(await only()).toMatchObject({ id: second.result.remoteId });
  });

  test.each(['with', 'without'])(
    'a note that a person edited is left alone, %s the ledger',
    async (ledger) => {
      const first = await write('Waits for Bo.');
      await site.edit(place, String(first.result.remoteId), 'Waits for Cleo, says Ana.');
      if (ledger === 'without') {
        await world.dispose();
        world = createWorld({ deps: vendorsAt(sandbox.url, site.deployment) });
      }

      const second = await write('Bo is on it.');

      expect(second.result.status).toBe('obsolete');
      expect(second.result.message).toMatch(
        /^the status note on .* was changed by .* at 20.* not overwritten/,
      );
      expect((await only()).text).toContain('Waits for Cleo');
      expect(await sent(site.rewrite)).toBe(1);
    },
  );

  test('one that waited while a later one was written is not put in its place', async () => {
    const waiting = await plan('Waits for Bo.');
    const latest = await write('Done.');

    const result = await execute(waiting);

    expect(latest.result.status).toBe('executed');
    expect(result).toMatchObject({
      status: 'obsolete',
      message: expect.stringContaining(`decided on later stands there already (${latest.action.actionId})`),
    });
    expect((await only()).text).toContain('Done.');
  });

  describe.each(['first', 'second'])('a crash under the %s note', (which) => {
    const pattern = () => (which === 'first' ? site.add : site.rewrite);

    async function given(): Promise<Planned> {
      if (which === 'second') {
        await write('Waits for Bo.');
      }
      return plan('Bo is on it.');
    }

    async function onceIn(one: Planned, overrides: Partial<ActivityDeps> = {}): Promise<ActionResult> {
      const result = await execute(one, 2, overrides);
      expect(result.status).toBe('executed');
      expect(await only()).toMatchObject({
        id: result.remoteId,
        text: expect.stringContaining('Bo is on it.'),
      });
      expect(await sent(pattern())).toBe(1);
      return result;
    }

    test('F5: dead between the write and its record: found, and not written again', async () => {
      const one = await given();
      const dying = { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('killed')) };

      await expect(execute(one, 1, { mirror: dying })).rejects.toThrow('killed');

      await onceIn(one, later);
    });

    test('F6: the answer is lost', async () => {
      const one = await given();
      await fault('cut_after', pattern());

      await expect(execute(one)).rejects.toThrow();

      await onceIn(one, later);
    });

    test('F7: the request is lost', async () => {
      const one = await given();
      await fault('cut_before', pattern());

      await expect(execute(one)).rejects.toThrow();

      await onceIn(one, later);
    });

    test('F8: the answer is lost, and what was written shows late', async () => {
      const one = await given();
      await fault('cut_after', pattern());
      await fault('hide_markers', pattern(), { ms: 400 });

      await expect(execute(one)).rejects.toThrow();

      await onceIn(one, later);
    });

    test('and an undo after it gives back what stood before', async () => {
      const one = await given();
      await fault('cut_after', pattern());
      await expect(execute(one)).rejects.toThrow();
      await onceIn(one, later);

      const undone = await undo(one, 1, later);

      expect(undone.status).toBe('executed');
      const texts = (await site.standing(place)).map(({ text }) => text);
      expect(texts).toEqual(which === 'first' ? [] : [expect.stringContaining('Waits for Bo.')]);
    });
  });

  test('the words that an undo gives back are a note that the next one edits', async () => {
    const first = await write('Waits for Bo.');
    const second = await write('Bo is on it.');
    await undo(second);

    const third = await write('Done.');

    expect(third.result).toMatchObject({ status: 'executed', remoteId: first.result.remoteId });
    expect((await only()).text).toContain('Done.');
  });

  test.each(['cut_after', 'cut_before'])(
    'an undo whose request meets %s gives the words back once',
    async (cut) => {
      await write('Waits for Bo.');
      const second = await write('Bo is on it.');
      const before = await sent(site.rewrite);
      await fault(cut, site.rewrite);

      await expect(undo(second)).rejects.toThrow();
      const result = await undo(second, 2, later);

      expect(result.status).toBe('executed');
      expect((await only()).text).toContain('Waits for Bo.');
      expect(await sent(site.rewrite)).toBe(before + 1);
    },
  );

  test('an undo takes nothing back that a person, or a later note, changed since', async () => {
    const first = await write('Waits for Bo.');
    const second = await write('Bo is on it.');

    const older = await undo(first);
    await site.edit(place, String(second.result.remoteId), 'Ana knows better.');
    const newer = await undo(second);

    expect([older.status, newer.status]).toEqual(['obsolete', 'obsolete']);
    expect(newer.message).toMatch(/^the status note \d+ was changed by /);
    expect((await only()).text).toContain('Ana knows better.');
  });

  test('words that are a configured secret by now are not put back', async () => {
    await write('Waits for Bolognese.');
    const second = await write('Bo is on it.');
    const secrets = [{ name: 'JIRA_API_TOKEN', forms: ['Bolognese'] }];

    const result = await undo(second, 1, { output: { ...world.deps.output, secrets } });

    expect(result).toMatchObject({ status: 'denied', message: expect.stringContaining('JIRA_API_TOKEN') });
    expect((await only()).text).toContain('Bo is on it.');
  });

  test('the mark goes on naming what the note answered before', async () => {
    const first = await write('Waits for Bo.');
    await write('Bo is on it.');
    await world.dispose();
    world = createWorld({ deps: vendorsAt(sandbox.url, site.deployment) });
    const again = await plan('Waits for Bo.');

    // The same change, come again where the records are lost.
    const cycle = { ...again.cycle, event: first.cycle.event, origin: 'reconcile' } as const;
    const result = await execute({ ...again, cycle });

    expect(result).toMatchObject({ status: 'executed', remoteId: first.result.remoteId });
    expect((await only()).text).toContain('Bo is on it.');
  });
});
