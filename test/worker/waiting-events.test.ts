/** Which events a worker finds waiting behind a cycle that holds their subject's lane. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { createInboxReader, type InboxReader } from '../../src/worker/inbox-reader.js';
import { commentEvent } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let inbox: InboxStore;
let reader: InboxReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waiting-'));
  const file = join(folder, 'inbox.db');
  reader = createInboxReader(file, (path) =>
    openDatabase(path, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );
  inbox = openInbox({ file, log: quietLog });
});
afterEach(() => {
  reader.close();
  inbox.close();
  rmSync(folder, { recursive: true, force: true });
});

let deliveries = 0;
function arrives(text: string, subject = 'jira:PAY-1') {
  deliveries += 1;
  const event = { ...commentEvent(), subject, comment: { id: `${deliveries}`, text } };
  const raw = Buffer.from(JSON.stringify(event));
  return inbox.accept({
    source: 'jira',
    tenant: 'acme.atlassian.net',
    deliveryId: `delivery-${deliveries}`,
    eventType: 'comment_created',
    bodySha256: createHash('sha256').update(raw).digest('hex'),
    changeKey: null,
    subject,
    headers: {},
    raw,
    status: 'received',
    reason: null,
    event,
    priority: 2,
    receivedAt: new Date(1_000 * deliveries).toISOString(),
  });
}
const waiting = () =>
  reader.waitingEvents('jira:PAY-1').map((event) => 'comment' in event && event.comment?.text);

test('those that wait for this lane, the newest first, and none that a cycle has', async () => {
  expect(waiting()).toEqual([]);
  await arrives('the first');
  await inbox.tables.write(() =>
    inbox.tables.lanes.claimReady({ now: 1_000_000, windowMs: 2_000, capMs: 10_000 }, 9),
  );
  await arrives('behind it');
  await arrives('of another', 'jira:PAY-2');
  await arrives('behind both');

  expect(waiting()).toEqual(['behind both', 'behind it']);
});
