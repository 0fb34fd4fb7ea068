/** What vouches for an update `decide`: the record of the same decision in a real inbox, as a worker reads it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { proofOf } from '../../src/activities/approval/prove-decision.js';
import { openDatabase } from '../../src/database/open.js';
import { asCarried, type CarriedDecision, type OutboxDecision } from '../../src/domain/outbox-decision.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { createInboxReader, type InboxReader } from '../../src/worker/inbox-reader.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let inbox: InboxStore;
let reader: InboxReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  const file = join(folder, 'inbox.db');
  inbox = openInbox({ file, log: quietLog });
  reader = createInboxReader(file, (path) =>
    openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );
});
afterEach(() => {
  reader.close();
  inbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const HASH = 'a'.repeat(64);
const recorded: OutboxDecision = {
  id: '6a1b2c3d-0000-4000-8000-000000000001',
  cycleId: 'cycle-jira-1',
  approvalId: 'ap-1',
  input: JSON.stringify({
    approvalId: 'ap-1',
    decision: 'approve',
    hash: HASH,
    by: { id: 'ana', name: 'Ana', channel: 'web' },
    payload: { issueKey: 'PAY-1', toStatus: 'Done' },
    reason: 'it is done',
  }),
  createdAt: '2026-11-23T10:00:00.000Z',
};

function isRecorded(
  changes: Partial<CarriedDecision> = {},
  { updateId = recorded.id, cycleId = 'cycle-jira-1' } = {},
) {
  const decision = { ...asCarried(recorded), ...changes };
  return proofOf({ updateId, cycleId, decision }, reader.recordedDecision(updateId), []).isRecorded;
}

describe('an update is what an operator decided', () => {
  test('where the inbox holds the very same under its id, on its way or applied', async () => {
    expect(isRecorded()).toBe(false);
    await inbox.saveDecision(recorded);
    expect(isRecorded()).toBe(true);
    await inbox.settleDecision(recorded.id, 'applied', 'approved');
    expect(isRecorded()).toBe(true);
  });

  test('and not where its workflow refused that once, or nothing of it is kept any more', async () => {
    await inbox.saveDecision(recorded);
    await inbox.settleDecision(recorded.id, 'refused', 'the hash is not that of what waits');

    expect(isRecorded()).toBe(false);
    expect(isRecorded({}, { updateId: 'of-another' })).toBe(false);
    expect(isRecorded({}, { updateId: '' })).toBe(false);
  });

  test.each<[string, Partial<CarriedDecision>]>([
    ['person', { by: { id: 'bo', name: 'Ana', channel: 'web' } }],
    ['channel', { by: { id: 'ana', name: 'Ana', channel: 'cli' } }],
    ['decision', { decision: 'reject' }],
    ['hash', { hash: 'b'.repeat(64) }],
    ['request', { approvalId: 'ap-2' }],
    ['edit', { payload: { issueKey: 'PAY-1', toStatus: 'To Do' } }],
    ['reason', { reason: 'it is not done' }],
    ['time', { madeAt: '2026-11-23T09:00:00.000Z' }],
  ])('and not where another %s stands in it', async (_what, changes) => {
    await inbox.saveDecision(recorded);

    expect(isRecorded(changes)).toBe(false);
  });

  test('and not in another cycle', async () => {
    await inbox.saveDecision(recorded);

    expect(isRecorded({}, { cycleId: 'cycle-jira-2' })).toBe(false);
  });
});

test('who decided is one of people in pm-agent.yaml, or is not', () => {
  const people = [{ id: 'ana', name: 'Ana', jira: null, bitbucket: null, slack: null, roles: [] }];
  const known = (id: string) => {
    const decision = { ...asCarried(recorded), by: { id, name: 'Ana', channel: 'api' } } as const;
    return proofOf({ updateId: recorded.id, cycleId: recorded.cycleId, decision }, null, people).isPerson;
  };

  expect(known('ana')).toBe(true);
  expect(known('ops')).toBe(false);
  expect(known('local')).toBe(false);
});
