/** What a worker finds in the outbox of decisions when the deadline of a request is over. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open.js';
import type { DecisionKind } from '../../src/domain/approval.js';
import type { ApprovalClick } from '../../src/inbox/inbox.js';
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

const HASH = 'a'.repeat(64);
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
  reader.decidedInTime(
    ids.map((approvalId) => ({
      approvalId,
      deadline: DEADLINE,
      hash: HASH,
      slackAccounts: ['U0ANA', 'U0BO'],
    })),
  );

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

let clicks = 0;
/** A button of a card or a form behind one, taken by the API that was then stopped. Answers its event's id. */
async function click(
  approvalId: string,
  what: ApprovalClick['what'],
  receivedAt: string,
  { account = 'U0ANA', hash = HASH } = {},
): Promise<string> {
  clicks += 1;
  const raw = Buffer.from(`{"n":${clicks}}`);
  const user = { id: account, name: 'ana' };
  const value = `${approvalId}:${hash}`;
  const { eventId } = await inbox.accept({
    source: 'slack',
    tenant: 'T0ACME',
    deliveryId: `click-${clicks}`,
    eventType: 'approval_click',
    bodySha256: createHash('sha256').update(raw).digest('hex'),
    changeKey: null,
    subject: null,
    headers: {},
    raw,
    status: 'processed',
    reason: null,
    event: null,
    priority: 2,
    click: { what, user, value, channel: 'C0PAY', reason: null, triggerId: null },
    receivedAt,
  });
  return eventId;
}

test('a click that was taken before it and waits for its answer, and not one at it or that only opens a form', async () => {
  const early = '2026-11-23T09:59:59.999Z';
  for (const what of ['approve', 'edit', 'reject', 'take_over'] as const) {
    await click(`by-${what}`, what, early);
  }
  await click('too-late', 'approve', DEADLINE);
  await click('a-question', 'ask', early);
  await click('put-off', 'snooze', early);
  await click('a-form', 'ask_reason', early);
  await click('of-another', 'approve', early);

  const asked = ['by-approve', 'by-edit', 'by-reject', 'by-take_over', 'too-late', 'a-question', 'put-off'];
  expect(found(...asked, 'a-form', 'by', 'unknown').toSorted()).toEqual(asked.slice(0, 4).toSorted());
});

test('a click that the API would refuse holds nothing: of who may not decide, or of what does not wait any more', async () => {
  const early = '2026-11-23T09:59:59.999Z';
  await click('by-who-may-not', 'approve', early, { account: 'U0EVE' });
  await click('of-another-hash', 'approve', early, { hash: 'b'.repeat(64) });
  await click('by-both', 'reject', early, { account: 'U0EVE' });
  await click('by-both', 'approve', early, { account: 'U0BO' });

  expect(found('by-who-may-not', 'of-another-hash', 'by-both')).toEqual(['by-both']);
});

test('a click that was answered is nothing more, nor is one counted twice beside its decision', async () => {
  const at = '2026-11-23T09:00:00.000Z';
  await inbox.clicks.settleClick(await click('answered', 'approve', at), 'approved');
  await click('both', 'approve', at);
  await save('both', 'approve', at);

  expect(found('answered', 'both')).toEqual(['both']);
});

test('nothing more once it was brought to its workflow, or refused by it', async () => {
  await save('applied', 'approve', '2026-11-23T09:00:00.000Z');
  await save('refused', 'approve', '2026-11-23T09:00:00.000Z');
  await inbox.settleDecision('applied-approve', 'applied', 'approved');
  await inbox.settleDecision('refused-approve', 'refused', 'another hash');

  expect(found('applied', 'refused')).toEqual([]);
});
