import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MirrorWriter } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import type { StepRecord } from '../../src/audit/step-record.js';
import { createMirror } from '../../src/audit/writer.js';
import { openDatabase } from '../../src/database/open.js';
import type { Action } from '../../src/domain/action.js';
import type { PmEvent } from '../../src/domain/event.js';
import type { FoundChange } from '../../src/domain/sweep.js';
import { commentEvent, cycleInput, planned } from '../support/builders.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

const START = Date.parse('2026-11-23T10:00:00Z');
const DAY_MS = 86_400_000;

let folder: string;
let mirror: MirrorWriter;
let reader: MirrorReader;
let time: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-records-'));
  time = START;
  mirror = open('pm-agent.db');
  reader = createMirrorReader({
    file: join(folder, 'pm-agent.db'),
    open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
});
afterEach(async () => {
  reader.close();
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string): MirrorWriter {
  const file = join(folder, name);
  const database = openMirrorFile(file);
  return createMirror({ database, file, clock: () => new Date(time) });
}

function found(changeKey: string): FoundChange {
  return { event: { ...commentEvent(), changeKey }, actorIds: ['712020:ana'] };
}

const keysAfter = (seq: number, limit = 100) =>
  reader.findsAfter(seq, limit).map(({ event }) => event.changeKey);
const ISO = (ms: number) => new Date(ms).toISOString();
const MARK = { scope: 'issues:PAY', watermark: ISO(START), reachedBackTo: ISO(START - 600_000) };

describe('finds', () => {
  test('are read in the order they were found, each with its event and every name of its actor', async () => {
    const [first, second] = [found('a'), found('b')];

    expect(await mirror.recordFinds({ finds: [first, second], mark: null })).toBe(2);

    const finds = reader.findsAfter(0, 100);
    expect(finds.map(({ event, actorIds }) => ({ event, actorIds }))).toEqual([first, second]);
    expect(keysAfter(finds[0]?.seq ?? 0)).toEqual(['b']);
    expect(keysAfter(0, 1)).toEqual(['a']);
  });

  test('are kept once for each change, and counted once', async () => {
    await mirror.recordFinds({ finds: [found('a')], mark: null });

    expect(await mirror.recordFinds({ finds: [found('a'), found('b')], mark: null })).toBe(1);
    expect(keysAfter(0)).toEqual(['a', 'b']);
  });

  test('come after the last one even where the clock was set back', async () => {
    await mirror.recordFinds({ finds: [found('a')], mark: null });
    const [last] = reader.findsAfter(0, 1);
    time -= DAY_MS;

    await mirror.recordFinds({ finds: [found('b')], mark: null });

    expect(keysAfter(last?.seq ?? 0)).toEqual(['b']);
  });

  test('of a mirror that begins anew come after those that the inbox took of the old one', async () => {
    await mirror.recordFinds({ finds: [found('a')], mark: null });
    const [last] = reader.findsAfter(0, 1);
    time += 1;
    const anew = open('anew.db');
    const anewReader = createMirrorReader({
      file: join(folder, 'anew.db'),
      open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
    });
    await anew.recordFinds({ finds: [found('b')], mark: null });

    expect(anewReader.findsAfter(last?.seq ?? 0, 5)).toHaveLength(1);
    anewReader.close();
    await anew.close();
  });

  test('are forgotten after 90 days, when a scope is read to its end', async () => {
    await mirror.recordFinds({ finds: [found('a')], mark: null });
    time += 90 * DAY_MS;
    await mirror.recordFinds({ finds: [found('b')], mark: MARK });
    expect(keysAfter(0)).toEqual(['a', 'b']);
    time += 1;
    await mirror.recordFinds({ finds: [], mark: MARK });

    expect(keysAfter(0)).toEqual(['b']);
  });
});

describe('a watermark', () => {
  test('is kept for each scope, and moves', async () => {
    await mirror.recordFinds({ finds: [], mark: MARK });
    await mirror.recordFinds({ finds: [], mark: { ...MARK, scope: 'conversations' } });
    const moved = { ...MARK, watermark: ISO(START + 1), reachedBackTo: ISO(START) };
    await mirror.recordFinds({ finds: [], mark: moved });

    expect(await mirror.sweepMarks(['issues:PAY', 'sprints:1'])).toEqual([moved]);
    expect(await mirror.sweepMarks([])).toEqual([]);
  });

  test('stays where the finds that belong to it are not recorded', async () => {
    await mirror.recordFinds({ finds: [], mark: MARK });
    const broken = { ...found('a'), event: { ...found('a').event, source: null as never } };

    await expect(
      mirror.recordFinds({ finds: [broken], mark: { ...MARK, watermark: ISO(START + 1) } }),
    ).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_NOTNULL' });

    expect(await mirror.sweepMarks([MARK.scope])).toEqual([MARK]);
    expect(keysAfter(0)).toEqual([]);
  });
});

describe('places that the mirror knows', () => {
  const pullRequest = (repository: string): PmEvent => ({
    type: 'pr_created',
    source: 'bitbucket',
    tenant: 'acme',
    subject: `bitbucket:${repository}/1`,
    project: repository,
    changeKey: null,
    occurredAt: ISO(START),
    actor: null,
    repository,
    pullRequest: { id: 1, title: 'Refunds' },
    comment: null,
  });

  test('are the repositories of cycles since then, each once', async () => {
    const cycle = (repository: string, receivedAt: string) =>
      mirror.startCycle(cycleInput({ event: pullRequest(repository), receivedAt }), 'run-1');
    await cycle('acme/pay-api', ISO(START));
    await cycle('acme/pay-api', ISO(START + 1));
    await cycle('acme/old', ISO(START - 1));
    await mirror.startCycle(cycleInput({ receivedAt: ISO(START) }), 'run-1');

    expect(await mirror.knownRepositories(ISO(START))).toEqual(['acme/pay-api']);
  });

  test('are the threads that were answered or opened since then, page by page', async () => {
    const said = (subject: string, receivedAt = ISO(START)) =>
      mirror.startCycle(cycleInput({ event: message(subject), receivedAt }), 'run-1');
    await said('slack:C0PAY/1763892000.000200');
    await said('slack:C0PAY/1763892000.000200');
    await said('slack:C0OLD/1763892000.000100', ISO(START - 1));
    await said('slack:view/V1');
    await opened({ channel: 'C0NEWS', threadTs: null, text: 'Sprint 12 is over.' }, '1763892000.000900');
    await opened({ channel: 'C0PAY', threadTs: '1763892000.000300', text: 'Done.' }, '1763892000.000950');

    const page = (after: string, limit: number) => mirror.conversations({ since: ISO(START), after, limit });
    const all = [
      'slack:C0NEWS/1763892000.000900',
      'slack:C0PAY/1763892000.000200',
      'slack:C0PAY/1763892000.000300',
    ];
    expect(await page('', 10)).toEqual(all);
    expect(await page('', 2)).toEqual(all.slice(0, 2));
    expect(await page(all[1] ?? '', 2)).toEqual(all.slice(2));
  });
});

function message(subject: string): PmEvent {
  const [channel = '', threadTs = ''] = subject.replace('slack:', '').split('/');
  return {
    type: 'app_mention',
    source: 'slack',
    tenant: 'T1',
    subject,
    project: channel,
    changeKey: null,
    occurredAt: ISO(START),
    actor: null,
    channel,
    ts: threadTs,
    threadTs,
    text: 'status?',
  };
}

const step: StepRecord = { name: 'plan', attempt: 1, startedAt: ISO(START), detail: {} };

/** A message that the agent wrote, for an issue's cycle. */
async function opened(payload: Extract<Action, { kind: 'slack.message' }>['payload'], ts: string) {
  const cycle = cycleInput();
  await mirror.startCycle({ ...cycle, receivedAt: ISO(START - DAY_MS) }, 'run-1');
  const action = planned(cycle.cycleId, 1, { kind: 'slack.message', payload });
  await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [action] });
  await mirror.recordResult({
    cycleId: cycle.cycleId,
    actionId: action.actionId,
    result: { status: 'executed', remoteId: ts, message: 'sent' },
    step: { ...step, name: 'execute' },
  });
}
