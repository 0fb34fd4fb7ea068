/** F48 against the simulated vendors: an event that is faster than the ledger, and a person who copies what it tells of. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Action } from '../../../src/domain/action.js';
import type { PmEvent } from '../../../src/domain/event.js';
import { createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import { createJiraRest } from '../../../src/integrations/jira/rest.js';
import { createSlack } from '../../../src/integrations/slack/client.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { createWorld, type World } from '../support/world.js';
import { prComment, slackMessage } from './events.js';

let sandbox: TestSandbox;
let world: World;

beforeEach(async () => {
  sandbox = await startSandbox();
  world = createWorld({
    deps: {
      jira: createJiraRest({ baseUrl: `${sandbox.url}/jira`, email: null, token: 't' }),
      bitbucket: createBitbucket({ baseUrl: `${sandbox.url}/bitbucket/2.0`, username: null, token: 't' }),
      slack: createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't' }),
    },
  });
});
afterEach(async () => {
  await world.dispose();
  await sandbox.close();
});

/** The action as the ledger has it while its request is under way: it left, and no answer was recorded. */
async function underWay(action: Action): Promise<string> {
  const cycle = cycleInput();
  const row = planned(cycle.cycleId, 1, action, { verdict: 'auto' });
  const { actionId } = row;
  await intoLedger(world, cycle, row);
  const gate = { scopes: [], limit: null, quietOn: [] };
  await world.deps.mirror.markInFlight({ actionId, lastIntentAt: null, gate });
  return actionId;
}

async function isOwn(event: PmEvent): Promise<boolean> {
  const { nothingToDo } = await world.call('gatherContext', cycleInput({ event }));
  return nothingToDo?.startsWith('the agent did this itself') ?? false;
}

const BO = { authorization: `Basic ${Buffer.from('bo:token').toString('base64')}` };

describe('an event that comes before the ledger has the id of what it tells of', () => {
  test('on an issue: our comment is own whoever is named, a copy of it is not', async () => {
    const body = 'It is in progress.';
    const actionId = await underWay({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } });
    const id = await world.deps.jira.addComment({ issueKey: 'PAY-1', body, actionId });
    const copy = await sandbox.call(
      'POST',
      '/jira/rest/api/2/issue/PAY-1/comment',
      { body },
      { authorization: `Basic ${Buffer.from('bo@acme.example:token').toString('base64')}` },
    );

    expect(await isOwn(commentEvent({ comment: { id, text: body } }))).toBe(true);
    expect(await isOwn(commentEvent({ comment: { id: copy.body.id, text: body } }))).toBe(false);
  });

  test('on a pull request: a person who copies or quotes our reference is not taken for us', async () => {
    const payload = { repository: 'acme/pay-api', pullRequestId: 1, body: 'It is open.' };
    const actionId = await underWay({ kind: 'bitbucket.pr_comment', payload });
    const { repository } = payload;
    const id = await world.deps.bitbucket.addComment({ ...payload, actionId });
    const path = `/bitbucket/2.0/repositories/${repository}/pullrequests/1/comments`;
    const { body: ours } = await sandbox.get(`${path}/${id}`);
    const said = async (raw: string) =>
      String((await sandbox.call('POST', path, { content: { raw } }, BO)).body.id);
    const copied = await said(ours.content.raw);
    const quoted = await said(String(ours.content.raw).replace(/^/gm, '> '));
    const about = (comment: string) =>
      prComment({
        subject: 'bitbucket:acme/pay-api#1',
        pullRequest: { id: 1, title: 'x' },
        comment: { id: comment, text: '@PM Agent is it?' },
      });

    expect(await isOwn(about(id))).toBe(true);
    expect(await isOwn(about(copied))).toBe(false);
    expect(await isOwn(about(quoted))).toBe(false);
  });

  test('in a thread: our message is own by its metadata', async () => {
    const opener = await sandbox.post('/slack/chat.postMessage', { channel: 'C0PAY', text: 'Hello' });
    const threadTs = String(opener.body.ts);
    const payload = { channel: 'C0PAY', threadTs, text: 'It is open.' };
    const actionId = await underWay({ kind: 'slack.message', payload });
    const ts = await world.deps.slack.postMessage({ ...payload, actionId });
    const copy = await sandbox.call(
      'POST',
      '/slack/chat.postMessage',
      { channel: 'C0PAY', thread_ts: threadTs, text: 'It is open.' },
      { authorization: 'Bearer xoxp-U0BO' },
    );
    const about = (message: string) =>
      slackMessage({ subject: `slack:C0PAY/${threadTs}`, threadTs, ts: message, text: 'It is open.' });

    expect(await isOwn(about(ts))).toBe(true);
    expect(await isOwn(about(String(copy.body.ts)))).toBe(false);
  });
});

test('a comment with our hidden marker on it is no person’s, whatever its author and its ledger', async () => {
  const id = await world.deps.jira.addComment({
    issueKey: 'PAY-1',
    body: 'x',
    actionId: 'cycle-elsewhere.a1',
  });

  expect(await isOwn(commentEvent({ comment: { id, text: '@PM Agent and?' } }))).toBe(true);
});
