/** The soak's own eyes: what was taken back twice, or not at all, or is told otherwise than it was, is seen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { startScriptedServer } from '../../support/scripted-server.js';
import { brokenEffects, brokenUndos, type ReceivedCall } from './check.js';
import { type SoakKind, UNDOABLE_KINDS } from './kinds.js';
import { type Effect, effectsOf, standing, undoOf } from './ledger.js';
import { brokenLedger } from './undone.js';

const EXECUTED = { status: 'executed', message: 'done', remoteId: '77' };
const place = {
  ownIssue: 'WEB-1',
  runIssue: 'WEB-9',
  ownPullRequest: 3,
  runPullRequest: 9,
  runThread: '1.000001',
  word: 'word0',
};

function done(kind: SoakKind): Effect {
  const [effect] = effectsOf({ n: 0, kinds: [kind] }, [place]);
  return { ...(effect as Effect), ended: EXECUTED };
}

function call(method: string, path: string, body: unknown = null): ReceivedCall {
  return { method, path, body, status: 200, fault: null, at: '2026-11-23T10:00:00.000Z' };
}

async function at<T>(items: readonly ReceivedCall[], look: (sandbox: string) => Promise<T>): Promise<T> {
  const sandbox = await startScriptedServer();
  try {
    sandbox.answer({ body: { items } });
    return await look(sandbox.url);
  } finally {
    await sandbox.close();
  }
}

describe('what the vendors received', () => {
  const assigned = call('PUT', '/rest/api/3/issue/WEB-1/assignee', { accountId: '712020:ana' });
  const back = call('PUT', '/rest/api/3/issue/WEB-1/assignee', { accountId: null });
  const effect = done('jira.assign');
  const undo = { ...undoOf(effect), ended: EXECUTED, made: null };
  const undosIn = (items: readonly ReceivedCall[]) => at(items, (sandbox) => brokenUndos(sandbox, [undo]));

  test('once made and once taken back holds', async () => {
    expect(await at([assigned, back], (sandbox) => brokenEffects(sandbox, [effect]))).toEqual([]);
    expect(await undosIn([assigned, back])).toEqual([]);
  });

  test('taken back twice, or never, does not', async () => {
    expect(await undosIn([assigned, back, back])).toEqual([expect.stringMatching(/^TWICE: .*\.u1 /)]);
    expect(await undosIn([assigned])).toEqual([expect.stringMatching(/^LOST: .*\.u1 /)]);
  });

  test('made twice is not hidden by what took it back', async () => {
    const problems = await at([assigned, assigned, back], (sandbox) => brokenEffects(sandbox, [effect]));

    expect(problems).toEqual([expect.stringMatching(/^TWICE: /)]);
  });

  test.each([
    ['jira.comment', 'DELETE', '/rest/api/3/issue/WEB-9/comment/77', null],
    ['jira.transition', 'POST', '/rest/api/3/issue/WEB-1/transitions', { transition: { id: '11' } }],
    ['jira.update_fields', 'PUT', '/rest/api/3/issue/WEB-1', { update: { labels: [{ remove: 'soak' }] } }],
    ['jira.link', 'DELETE', '/rest/api/3/issueLink/77', null],
    ['slack.message', 'POST', '/chat.delete', { ts: '77', channel: 'C0WEB' }],
    ['direct message', 'POST', '/chat.delete', { channel: 'D0EVA', ts: '77' }],
    ['note on an issue', 'PUT', '/rest/api/3/issue/WEB-1/comment/77', { body: 'Stood elsewhere.' }],
    ['note on a pull request', 'DELETE', '/repositories/acme/pay-api/pullrequests/3/comments/77', null],
  ] as const)('%s is taken back by %s %s', async (kind, method, path, body) => {
    const one = { ...undoOf(done(kind)), ended: EXECUTED, made: '77' };
    const other = { ...one, made: '7', place: { ...place, ownIssue: 'WEB-11' } };

    expect(await at([call(method, path, body)], (sandbox) => brokenUndos(sandbox, [one]))).toEqual([]);
    expect(await at([call(method, path, body)], (sandbox) => brokenUndos(sandbox, [other]))).toHaveLength(1);
  });
});

describe('what the ledger says', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pm-agent-soak-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const undo = { ...undoOf(done('jira.assign')), ended: EXECUTED };
  const { actionId } = undo.planned;

  function broken(of: string, undone: string, told: number, ended = EXECUTED): readonly string[] {
    const mirror = new Database(join(folder, 'pm-agent.db'));
    mirror.exec('CREATE TABLE actions (id, status, undoes); CREATE TABLE audit_log (kind, data)');
    const insert = mirror.prepare('INSERT INTO actions VALUES (?, ?, ?)');
    insert.run(actionId, of, null);
    insert.run(`${actionId}.u1`, undone, actionId);
    for (let n = 0; n < told; n += 1) {
      const data = JSON.stringify({ actionId });
      mirror.prepare('INSERT INTO audit_log VALUES (?, ?)').run('effect.undone', data);
    }
    mirror.close();
    return brokenLedger(folder, [{ ...undo, ended }]);
  }

  test('holds where it is undone once', () => {
    expect(broken('undone', 'executed', 1)).toEqual([]);
  });

  test('holds where nothing was taken back', () => {
    expect(broken('executed', 'failed', 0, { ...EXECUTED, status: 'failed' })).toEqual([]);
  });

  test.each([
    ['executed', 'executed', 1],
    ['undone', 'executed', 2],
    ['undone', 'executed', 0],
    ['undone', 'executing', 1],
  ])('does not hold where the effect is %s, the try is %s, and it was told %i times', (of, tried, told) => {
    expect(broken(of, tried, told)).toEqual([expect.stringContaining('LEDGER: ')]);
  });
});

test('what stands can be taken back once', () => {
  const effects = new Map(UNDOABLE_KINDS.map((kind) => [kind, done(kind)] as const));
  const [first] = standing(effects);
  const begun = new Map<string, Effect>([
    ['a', first as Effect],
    [undoOf(first as Effect).undoId ?? '', first as Effect],
  ]);

  expect(standing(effects).map(({ kind }) => kind)).toEqual(UNDOABLE_KINDS);
  expect(standing(begun)).toEqual([]);
  expect(standing(new Map([['a', done('escalate')]]))).toEqual([]);
});
