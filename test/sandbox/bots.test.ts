import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AUTHORIZED, adf, eventually, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const TEXT = '@PM Agent are you sure?';

async function jiraComments(): Promise<readonly any[]> {
  const { body } = await sandbox.get('/jira/rest/api/2/issue/PAY-1/comment');
  return body.comments;
}

async function commentAsAgent(): Promise<void> {
  const answer = await sandbox.post('/jira/rest/api/3/issue/PAY-1/comment', { body: adf('In progress.') });
  expect(answer.status).toBe(201);
}

describe('the second bot', () => {
  test('answers a comment of the agent on the issue, from an account that Jira marks as an app', async () => {
    await sandbox.post('/_bots', [{ vendor: 'jira', text: TEXT }]);
    await commentAsAgent();

    const hook = await eventually(
      () => sandbox.hooks.find((one) => one.body.comment?.body === TEXT),
      'an answer of the bot',
    );

    expect(hook.body).toMatchObject({
      webhookEvent: 'comment_created',
      comment: { author: { accountId: '712020:echo', displayName: 'Echo', accountType: 'app' } },
      issue: { key: 'PAY-1' },
    });
  });

  test('answers on the pull request, from an app user', async () => {
    await sandbox.post('/_bots', [{ vendor: 'bitbucket', text: TEXT }]);
    const path = '/bitbucket/2.0/repositories/acme/pay-api/pullrequests/1/comments';
    expect((await sandbox.post(path, { content: { raw: 'Nice.' } })).status).toBe(201);

    const hook = await eventually(
      () => sandbox.hooks.find((one) => one.body.comment?.content?.raw === TEXT),
      'an answer of the bot',
    );

    expect(hook.body.actor).toMatchObject({ type: 'app_user', uuid: '{echo-uuid}' });
  });

  test("answers in the agent's thread, as a bot", async () => {
    await sandbox.post('/_bots', [{ vendor: 'slack', text: TEXT }]);
    const posted = await sandbox.post('/slack/chat.postMessage', { channel: 'C0PAY', text: 'Hello' });

    const hook = await eventually(
      () => sandbox.hooks.find((one) => one.body.event?.text === TEXT),
      'an answer of the bot',
    );

    expect(hook.body.event).toMatchObject({ bot_id: 'B0ECHO', thread_ts: posted.body.ts });
  });

  test('may run on an account like a person', async () => {
    await sandbox.post('/_bots', [{ vendor: 'jira', text: TEXT, marked: false }]);
    await commentAsAgent();

    const hook = await eventually(
      () => sandbox.hooks.find((one) => one.body.comment?.body === TEXT),
      'an answer of the bot',
    );

    expect(hook.body.comment.author.accountType).toBe('atlassian');
  });

  test('answers as often as it was told, also across a restart, and never a person or itself', async () => {
    await sandbox.post('/_bots', [{ vendor: 'jira', text: TEXT, times: 2 }]);
    const before = (await jiraComments()).length;
    for (let n = 0; n < 2; n += 1) await commentAsAgent();
    await eventually(() => sandbox.hooks.filter((one) => one.body.comment?.body === TEXT)[1], 'two answers');
    await sandbox.restart();
    await commentAsAgent();
    await sandbox.call(
      'POST',
      '/jira/rest/api/2/issue/PAY-1/comment',
      { body: 'A person says so.' },
      { authorization: `Basic ${Buffer.from('ana@acme.example:token').toString('base64')}` },
    );

    expect((await sandbox.get('/_bots')).body.items).toMatchObject([{ vendor: 'jira', times: 2, said: 2 }]);
    expect((await jiraComments()).length - before).toBe(6);
  });

  test('is stopped by an empty list', async () => {
    await sandbox.post('/_bots', [{ vendor: 'jira', text: TEXT }]);

    expect((await sandbox.post('/_bots', [])).body).toEqual({ items: [] });
  });

  test.each([
    [{ vendor: 'jira' }, 'a list'],
    [['x'], 'an object'],
    [[{ vendor: 'anthropic', text: 'x' }], '"vendor"'],
    [[{ vendor: 'jira', text: ' ' }], '"text"'],
    [[{ vendor: 'jira', text: 'x', marked: 'yes' }], '"marked"'],
    [[{ vendor: 'jira', text: 'x', times: 0 }], '"times"'],
  ])('is refused as %j', async (body, word) => {
    const answer = await sandbox.call('POST', '/_bots', body, AUTHORIZED);

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(word);
  });
});
