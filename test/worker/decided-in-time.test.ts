/** What a worker finds in the outbox of decisions when the deadline of a request is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open.js';
import type { DecisionKind } from '../../src/domain/approval.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { createInboxReader, type InboxReader } from '../../src/worker/inbox-reader.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let inbox: InboxStore;
let reader: InboxReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'decided-'));
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

const DEADLINE = '2026-11-23T10:00:00.000Z';
const save = (approvalId: string, decision: DecisionKind, createdAt: string) =>
  inbox.saveDecision({
    id: `${approvalId}-${decision}`,
    cycleId: 'cycle-jira-1',
    approvalId,
    input: JSON.stringify({ approvalId, decision }),
    createdAt,
  });
const found = (...ids: readonly string[]) =>
  reader.decidedInTime(ids.map((approvalId) => ({ approvalId, deadline: DEADLINE })));

test('a decision that was recorded before it and waits, and not one that came at it or settles nothing', async () => {
  await save('in-time', 'approve', '2026-11-23T09:59:59.999Z');
  await save('also-in-time', 'reject', '2026-11-23T09:00:00.000Z');
  await save('too-late', 'approve', DEADLINE);
  await save('a-question', 'ask', '2026-11-23T09:00:00.000Z');
  await save('put-off', 'snooze', '2026-11-23T09:00:00.000Z');
  await save('of-another', 'take_over', '2026-11-23T09:00:00.000Z');

  expect(found('in-time', 'also-in-time', 'too-late', 'a-question', 'put-off', 'unknown').toSorted()).toEqual(
    ['also-in-time', 'in-time'],
  );
});

test('nothing more once it was brought to its workflow, or refused by it', async () => {
  await save('applied', 'approve', '2026-11-23T09:00:00.000Z');
  await save('refused', 'approve', '2026-11-23T09:00:00.000Z');
  await inbox.settleDecision('applied-approve', 'applied', 'approved');
  await inbox.settleDecision('refused-approve', 'refused', 'another hash');

  expect(found('applied', 'refused')).toEqual([]);
});
