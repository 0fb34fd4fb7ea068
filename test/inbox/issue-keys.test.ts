import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openInbox } from '../../src/inbox/store.js';
import { comment, commentEvent, recordingLog, temporaryFolder, temporaryInbox } from './support.js';

const withKey = (key: string) => {
  const event = commentEvent(`jira:${key}`, null, { id: '10013', key, summary: null });
  return comment({ subject: event.subject, event });
};

const withoutKey = (tenant = 'acme.atlassian.net') => {
  const changeKey = 'jira:issue-10013:comment:5';
  const event = {
    ...commentEvent('jira:issue-10013', changeKey, { id: '10013', key: null, summary: null }),
    tenant,
  };
  return comment({ subject: event.subject, changeKey, event, tenant });
};

test('an event that names only the id goes to the lane of the key that another event named, change key included', async () => {
  const inbox = temporaryInbox();
  await inbox.accept(withKey('PAY-7'));

  const { eventId } = await inbox.accept(withoutKey());

  const row = inbox.get(eventId);
  expect(row).toMatchObject({ subject: 'jira:PAY-7', changeKey: 'jira:PAY-7:comment:5' });
  expect(row?.event).toMatchObject({ subject: 'jira:PAY-7', changeKey: 'jira:PAY-7:comment:5' });
});

test('both in one turn of the loop meet in one lane', async () => {
  const inbox = temporaryInbox();

  const [, second] = await Promise.all([inbox.accept(withKey('PAY-7')), inbox.accept(withoutKey())]);

  expect(inbox.get(second.eventId)?.subject).toBe('jira:PAY-7');
});

test('an unknown id, and an id of another site, keep their own lane', async () => {
  const inbox = temporaryInbox();
  const early = await inbox.accept(withoutKey());
  await inbox.accept(withKey('PAY-7'));

  const foreign = await inbox.accept({ ...withoutKey('other.atlassian.net'), changeKey: null });

  expect(inbox.get(early.eventId)?.subject).toBe('jira:issue-10013');
  expect(inbox.get(foreign.eventId)?.subject).toBe('jira:issue-10013');
});

test('a moved issue is known by its new key, also after a restart', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const first = openInbox({ file, log: recordingLog() });
  await first.accept(withKey('PAY-7'));
  await first.accept(withKey('OPS-1'));
  first.close();

  const inbox = temporaryInbox({ file });
  const { eventId } = await inbox.accept(withoutKey());

  expect(inbox.get(eventId)?.subject).toBe('jira:OPS-1');
});
