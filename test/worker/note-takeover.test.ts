/** What the API tells: from its database into the audit log of the worker. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Mirror } from '../../src/audit/mirror.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../src/audit/reader.js';
import { createMirror } from '../../src/audit/writer.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import type { AuditNote } from '../../src/inbox/inbox.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';
import { type InboxStore, openInbox } from '../../src/inbox/store.js';
import { createInboxReader, type InboxReader } from '../../src/worker/inbox-reader.js';
import { startNoteTakeover, takeOverOnce } from '../../src/worker/note-takeover.js';
import { eventually } from '../support/eventually.js';
import { builtInTerms } from '../support/lapse-terms.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let inbox: InboxStore;
let inboxReader: InboxReader;
let mirror: Mirror;
let reader: MirrorReader;

const readonly = (file: string) => openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog });
const openStore = () => openInbox({ file: join(folder, 'inbox.db'), log: quietLog });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'takeover-'));
  const file = join(folder, 'pm-agent.db');
  const database = openMirrorFile(file);
  mirror = createMirror({ database, file, clock: () => new Date() });
  reader = createMirrorReader({ file, open: readonly });
  inboxReader = createInboxReader(join(folder, 'inbox.db'), readonly);
  inbox = openStore();
});
afterEach(async () => {
  inboxReader.close();
  inbox.close();
  reader.close();
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

const DATA = {
  approvalId: 'ap-1',
  by: 'U0EVA',
  byName: 'eva',
  what: 'approve',
  code: 'not_allowed',
  why: 'nobody in pm-agent.yaml',
};

function refusal(id: string, overrides: Partial<AuditNote> = {}): AuditNote {
  return {
    id,
    at: '2026-11-23T10:00:00.000Z',
    cycleId: 'cycle-jira-1',
    kind: 'decision.refused',
    actor: 'slack:U0EVA',
    data: DATA,
    ...overrides,
  };
}

const terms = () => builtInTerms;
const parts = () => ({ inbox: inboxReader, mirror, terms, log: quietLog });
const refused = () =>
  reader.listAudit({ limit: 500, cursor: null }).items.filter(({ kind }) => kind === 'decision.refused');

test('who tried what, when, and why it did not count stands in the chain', async () => {
  await inbox.saveNote(refusal('r-1'));

  await takeOverOnce(parts());

  const [entry] = refused();
  expect(entry).toMatchObject({
    at: '2026-11-23T10:00:00.000Z',
    cycle_id: 'cycle-jira-1',
    actor: 'slack:U0EVA',
  });
  expect(JSON.parse(entry?.data ?? '')).toEqual(DATA);
  expect(reader.verifyChain()).toMatchObject({ ok: true, rows: 1 });
});

test('each is taken over once, however often it is tried', async () => {
  await inbox.saveNote(refusal('r-1'));
  await inbox.saveNote(refusal('r-1', { data: { ...DATA, why: 'the same click again' } }));
  await inbox.saveNote(refusal('r-2', { cycleId: null }));

  expect([await takeOverOnce(parts()), await takeOverOnce(parts())]).toEqual([2, 0]);
  expect(refused().map(({ cycle_id }) => cycle_id)).toEqual([null, 'cycle-jira-1']);
});

test('a crash after the entries and before the mark repeats without a second entry', async () => {
  await inbox.saveNote(refusal('r-1'));
  const rows = inboxReader.notesAfter(0, 10);
  await mirror.takeOverNotes(rows, builtInTerms);
  await mirror.takeOverNotes(rows, builtInTerms);

  expect(refused()).toHaveLength(1);
});

test('an inbox that begins anew is read from its beginning', async () => {
  for (const id of ['r-1', 'r-2', 'r-3']) {
    await inbox.saveNote(refusal(id));
  }
  await takeOverOnce(parts());
  inbox.close();
  inboxReader.close();
  rmSync(join(folder, 'inbox.db'));
  inbox = openStore();
  await inbox.saveNote(refusal('r-4'));

  await takeOverOnce(parts());

  expect(refused()).toHaveLength(4);
});

test('without an inbox there is nothing to do', async () => {
  const none = createInboxReader(join(folder, 'none.db'), readonly);

  expect(await takeOverOnce({ ...parts(), inbox: none })).toBe(0);
});

test('the loop takes over what comes while it runs', async () => {
  const loop = startNoteTakeover(parts());
  await inbox.saveNote(refusal('r-1'));

  await eventually(async () => expect(refused()).toHaveLength(1));
  await loop.stop();
});

test('of refusals only the newest ten thousand are kept; nothing else makes way for them', async () => {
  await inbox.saveNote(refusal('e-1', { kind: 'event.released' }));
  await Promise.all(Array.from({ length: 10_002 }, (_, n) => inbox.saveNote(refusal(`r-${n}`))));

  expect(inboxReader.notesAfter(0, 20_000)).toHaveLength(10_001);
  expect(inboxReader.notesAfter(0, 2).map(({ id }) => id)).toEqual(['e-1', 'r-2']);
});

test('notes of an inbox of the version before are the same entries: none is made twice', async () => {
  inbox.close();
  inboxReader.close();
  const file = join(folder, 'before.db');
  const before = openDatabase(file, { busyTimeoutMs: 1_000, log: quietLog });
  migrate(
    before,
    INBOX_MIGRATIONS.filter(({ id }) => id <= 5),
    { log: quietLog },
  );
  before.exec(`INSERT INTO refused_decisions (id, at, cycle_id, approval_id, by_id, by_name, channel, what, code, why) VALUES
    ('r-1', '2026-11-23T10:00:00.000Z', 'cycle-jira-1', 'ap-1', 'U0EVA', 'eva', 'slack', 'approve', 'not_allowed', 'nobody in pm-agent.yaml'),
    ('r-2', '2026-11-23T10:00:01.000Z', NULL, 'ap-9', 'U0EVA', 'eva', 'slack', 'reject', 'invalid', 'unknown')`);
  before.close();
  // The version before had brought the first one over.
  await mirror.takeOverNotes([{ seq: 1, ...refusal('r-1') }], builtInTerms);

  inbox = openInbox({ file, log: quietLog });
  inboxReader = createInboxReader(file, readonly);
  await takeOverOnce(parts());
  await inbox.saveNote(refusal('r-3'));
  await takeOverOnce(parts());

  expect(refused().map(({ entry_key }) => entry_key)).toEqual([
    'decision.refused/r-3',
    'decision.refused/r-2',
    'decision.refused/r-1',
  ]);
  expect(
    refused()
      .map(({ data }) => JSON.parse(data ?? ''))
      .at(1),
  ).toEqual({
    approvalId: 'ap-9',
    by: 'U0EVA',
    byName: 'eva',
    what: 'reject',
    code: 'invalid',
    why: 'unknown',
  });
});
