import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { noteFileChange } from '../../src/api/file-change.js';
import { openDatabase } from '../../src/database/open.js';
import { createInboxReader } from '../../src/worker/inbox-reader.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const change = { changed: ['policy'], policyVersion: { before: 'a', now: 'b' } };
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

test('a change of pm-agent.yaml is on its way into the audit log', async () => {
  noteFileChange(api.inbox, quietLog, change);
  const inbox = createInboxReader(api.config.inboxFile, (file) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );

  await eventually(async () => {
    expect(inbox.notesAfter(0, 10)).toMatchObject([
      { kind: 'configuration.changed', actor: 'file:pm-agent.yaml', cycleId: null, data: change },
    ]);
  });
  inbox.close();
});

test('one that cannot be noted is told in the log', async () => {
  const told: string[] = [];
  const log = { warn: (_fields: object, message: string) => void told.push(message) };
  noteFileChange({ saveNote: () => Promise.reject(new Error('disk full')) }, log, change);

  await eventually(async () => expect(told).toEqual(['a change of pm-agent.yaml could not be noted']));
});
