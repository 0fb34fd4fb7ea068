import { rejectForm } from '../../../src/integrations/slack/approval-forms.js';
import { type SlackOptions } from '../../../src/integrations/slack/call.js';
import type { SlackChanges } from '../../../src/integrations/slack/changes.js';
import { createSlackChanges } from '../../../src/integrations/slack/changes-client.js';
import { createSlack } from '../../../src/integrations/slack/client.js';
import { createSlackRemovals, type SlackRemovals } from '../../../src/integrations/slack/removals.js';
import type { Slack } from '../../../src/integrations/slack/slack.js';
import { checkSlackToken } from '../../../src/integrations/slack/token-check.js';
import { type SendingCases, type SendingClient, sendingClient } from './cases.js';

const OK = { ok: true };
const SELF = { ok: true, user_id: 'U', team_id: 'T' };
const NOTHING = { ok: true, messages: [] };
const MORE = { ok: true, messages: [{ ts: '1.1' }], response_metadata: { next_cursor: 'c' } };
const DIRECT = { ok: true, channel: { id: 'D' } };
const POSTED = { ok: true, ts: '1' };
const MESSAGE = { text: 'x', blocks: [{ type: 'divider' }] } as const;
const WRITE = { channel: 'C', threadTs: '1', text: 'x', actionId: 'y' };

const READS_AND_WRITES: SendingCases<Slack> = {
  self: [{ call: (slack) => slack.self(), answers: [SELF] }],
  userName: [{ call: (slack) => slack.userName('U'), answers: [{ ok: true, user: { id: 'U' } }] }],
  getThread: [{ call: (slack) => slack.getThread('C', '1'), answers: [MORE, NOTHING] }],
  findMessageByAction: [
    { call: (slack) => slack.findMessageByAction('C', null, 'x'), answers: [NOTHING] },
    { call: (slack) => slack.findMessageByAction('C', '1', 'x', ['ab']), answers: [MORE, NOTHING] },
    { call: (slack) => slack.findMessageByAction('U0LEAD', null, 'x'), answers: [DIRECT, NOTHING] },
  ],
  postMessage: [
    { call: (slack) => posted(slack, WRITE), answers: [POSTED] },
    { call: (slack) => posted(slack, { ...WRITE, threadTs: null, answers: ['ab'] }), answers: [POSTED] },
  ],
  postBlocks: [
    {
      call: (slack) => slack.postBlocks({ channel: 'C', threadTs: '1', message: MESSAGE, marker: 'y' }),
      answers: [POSTED],
    },
  ],
  updateBlocks: [
    {
      call: (slack) => slack.updateBlocks({ channel: 'C', ts: '1', message: MESSAGE, marker: 'y' }),
      answers: [OK],
    },
  ],
  postEphemeral: [
    { call: (slack) => slack.postEphemeral({ channel: 'C', userId: 'U', message: MESSAGE }), answers: [OK] },
  ],
  openView: [{ call: (slack) => slack.openView('t', rejectForm('x', '')), answers: [OK] }],
  openDirectMessage: [{ call: (slack) => slack.openDirectMessage('U'), answers: [DIRECT] }],
};

function posted(slack: Slack, write: Parameters<Slack['postMessage']>[0]): Promise<unknown> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack, not a window
  return slack.postMessage(write);
}

const CHANGES: SendingCases<SlackChanges> = {
  repliesAfter: [{ call: (changes) => changes.repliesAfter('C', '1', '2'), answers: [MORE, NOTHING] }],
};

const REMOVALS: SendingCases<SlackRemovals> = {
  stands: [
    { call: (removals) => removals.stands({ channel: 'C', threadTs: null, ts: '1.2' }), answers: [NOTHING] },
    { call: (removals) => removals.stands({ channel: 'C', threadTs: '1.1', ts: '1.2' }), answers: [NOTHING] },
  ],
  deleteMessage: [{ call: (removals) => removals.deleteMessage('C', '1'), answers: [OK] }],
};

export function slackClients(apiUrl: string): readonly SendingClient[] {
  const options: SlackOptions = { apiUrl, botToken: 't' };
  const token = { check: () => checkSlackToken(options) };
  return [
    sendingClient('createSlack', createSlack(options), READS_AND_WRITES),
    sendingClient('createSlackChanges', createSlackChanges(options), CHANGES),
    sendingClient('createSlackRemovals', createSlackRemovals(options), REMOVALS),
    sendingClient('checkSlackToken', token, { check: [{ call: ({ check }) => check(), answers: [SELF] }] }),
  ];
}
