/** Comments on a line, on the Bitbucket that the sandbox plays, through the real ledger. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import { type Action, describeAction, targetRefusal } from '../../../src/domain/action.js';
import type { CommentPlace } from '../../../src/domain/actions/bitbucket-pr-comment.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;
let cycle: CycleInput;
let action: PlannedAction;

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  world = createWorld({ deps: vendorsAt(sandbox.url) });
  await rewrite(FILES);
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

const REPOSITORY = 'acme/pay-api';
const PATH = 'src/refunds/refund.ts';
/** The sandbox shows them between three lines that stay: 1 to 12 of the new file, 1 to 9 of the old. */
const FILES = [{ path: PATH, status: 'modified', linesAdded: 6, linesRemoved: 3 }] as const;
const NEW: CommentPlace = { path: PATH, line: 5, side: 'new' };
const OLD: CommentPlace = { path: PATH, line: 4, side: 'old' };
const later = { clock: () => new Date(Date.parse('2026-11-23T10:01:00Z')) };

const rewrite = (files: readonly object[]) =>
  sandbox.post('/_bitbucket/rewrite', { repository: REPOSITORY, id: 2, files });

const on = (inline: CommentPlace | null): Action<'bitbucket.pr_comment'> => ({
  kind: 'bitbucket.pr_comment',
  payload: { repository: REPOSITORY, pullRequestId: 2, inline, body: 'Does this round?' },
});

async function comments(): Promise<readonly { id: number; inline?: unknown }[]> {
  const path = `/bitbucket/repositories/${REPOSITORY}/pullrequests/2/comments?pagelen=100`;
  return (await sandbox.get(path)).body.values.filter(({ deleted }: { deleted: boolean }) => !deleted);
}

async function propose(inline: CommentPlace | null): Promise<void> {
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, on(inline), { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
}

function execute(attempt = 1, overrides: Partial<ActivityDeps> = {}): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [100, 200]));
  return environment(attempt).run(activity, { cycle, planned: action });
}

const inlineOf = async (id: string | null) =>
  (await comments()).find((comment) => String(comment.id) === id)?.inline;

test.each([
  ['the new file', NEW, { path: PATH, from: null, to: 5 }],
  ['the old file', OLD, { path: PATH, from: 4, to: null }],
] as const)('stands on the line of %s', async (_name, place, inline) => {
  await propose(place);

  const { remoteId, status } = await execute();

  expect(status).toBe('executed');
  expect(await inlineOf(remoteId)).toEqual(inline);
});

test.each([
  ['old', { path: 'src/old-refund.ts', from: 4, to: null }],
  ['new', { path: PATH, from: null, to: 4 }],
] as const)('in a renamed file it stands under the name of the %s side', async (side, inline) => {
  await rewrite([{ ...FILES[0], status: 'renamed', oldPath: 'src/old-refund.ts' }]);
  await propose({ path: PATH, line: 4, side });

  const { remoteId, status } = await execute();

  expect(status).toBe('executed');
  expect(await inlineOf(remoteId)).toEqual(inline);
});

test('a line of the old side that is gone by the time of the write ends as obsolete', async () => {
  await propose({ ...OLD, line: 9 });
  await rewrite([{ path: PATH, status: 'modified', linesAdded: 6, linesRemoved: 1 }]);

  expect(await execute()).toMatchObject({ status: 'obsolete' });
});

test('without a line it stands on the pull request as a whole', async () => {
  await propose(null);

  const { remoteId, status } = await execute();

  expect(status).toBe('executed');
  expect(await inlineOf(remoteId)).toBeUndefined();
});

test.each([
  { ...NEW, line: 13 },
  { ...OLD, line: 10 },
  { ...NEW, path: 'src/refunds/other.ts' },
])('a line that the diff does not show ends as obsolete, and nothing is sent: %j', async (place) => {
  const before = await comments();
  await propose(place);

  const result = await execute();

  expect(result.status).toBe('obsolete');
  expect(result.message).toContain(`does not show ${place.path} line ${place.line}`);
  expect(await comments()).toEqual(before);
});

test('a line that is gone by the time of the write ends as obsolete', async () => {
  await propose({ ...NEW, line: 12 });
  await rewrite([{ path: PATH, status: 'modified', linesAdded: 1, linesRemoved: 3 }]);

  expect(await execute()).toMatchObject({
    status: 'obsolete',
    message: expect.stringContaining('(any more)'),
  });
});

test('F6: a comment whose answer was lost is found, also where its line is gone since', async () => {
  const before = (await comments()).length;
  await propose({ ...NEW, line: 12 });
  await sandbox.post('/_faults', {
    vendor: 'bitbucket',
    kind: 'cut_after',
    match: '^POST .*/comments$',
    times: 1,
  });
  await expect(execute()).rejects.toThrow();
  await rewrite([]);

  const result = await execute(2, later);

  expect(result).toMatchObject({ status: 'executed', remoteId: expect.any(String) });
  expect(await comments()).toHaveLength(before + 1);
});

test('is taken back as any other comment', async () => {
  await propose(NEW);
  const { remoteId } = await execute();
  const undo = guarded(createUndoAction(world.deps, [100]));
  const by = { id: 'lead-1', name: 'Lea', channel: 'cli' } as const;

  const result = await environment().run(undo, {
    actionId: action.actionId,
    undoId: `${action.actionId}.u1`,
    by,
  });

  expect(result).toMatchObject({ status: 'executed' });
  expect(await inlineOf(remoteId)).toBeUndefined();
});

test('the sandbox refuses a line that is none, as the OpenAPI document does', async () => {
  const path = `/bitbucket/repositories/${REPOSITORY}/pullrequests/2/comments`;
  for (const inline of [{ to: 1 }, { path: PATH, to: 0 }, { path: PATH, to: 'x' }, { path: PATH, line: 1 }]) {
    expect((await sandbox.post(path, { content: { raw: 'x' }, inline })).status).toBe(400);
  }
});

/** What code says of a proposal before anything is read again. */
test.each([
  [NEW, null],
  [OLD, null],
  [{ path: 'src/secret.ts', line: 1, side: 'new' }, 'none of the changed files'],
  [{ path: 'added.ts', line: 9, side: 'new' }, null],
  [{ path: 'added.ts', line: 10, side: 'new' }, 'does not exist: the file was added'],
  [{ path: 'added.ts', line: 1, side: 'old' }, 'before the change does not exist'],
  [{ path: 'removed.ts', line: 4, side: 'old' }, null],
  [{ path: 'removed.ts', line: 5, side: 'old' }, 'does not exist: the file was removed'],
  [{ path: 'removed.ts', line: 1, side: 'new' }, 'does not exist: the file was removed'],
] as const)('a proposal for %j: %s', (place, says) => {
  const files = [
    ...FILES,
    { path: 'added.ts', status: 'added', linesAdded: 9, linesRemoved: 0 },
    { path: 'removed.ts', status: 'removed', linesAdded: 0, linesRemoved: 4 },
  ];

  const refusal = refusalFor(on(place), files);

  expect(refusal).toEqual(says === null ? null : expect.stringContaining(says));
});

test('a proposal for a line is refused where the context names no files, and for a status note', () => {
  const note = { ...on(NEW), payload: { ...on(NEW).payload, as: 'status_note' } } as const;

  expect(refusalFor(on(NEW), undefined)).toContain('none of the changed files');
  expect(refusalFor(note, FILES)).toContain('not on a line');
});

test('a person reads which line it is about', () => {
  expect(describeAction(on(NEW))).toBe(`Comment on ${PATH} line 5 of pull request ${REPOSITORY}#2`);
  expect(describeAction(on(OLD))).toContain(`${PATH} line 4 before the change of`);
});

interface File {
  readonly path: string;
  readonly status: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

function refusalFor(proposed: Action, files: readonly File[] | undefined): string | null {
  const pullRequest = {
    repository: REPOSITORY,
    id: 2,
    title: 'Refunds',
    state: 'OPEN',
    updated: null,
    sourceBranch: 'x',
    destinationBranch: 'main',
    ...(files === undefined ? {} : { files }),
  };
  return targetRefusal(proposed, {
    facts: { issue: null, thread: null, pullRequest },
    teamChannel: null,
    projects: [],
  });
}
