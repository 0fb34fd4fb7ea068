import { describe, expect, test } from '@jest/globals';
import type { Parsed } from '../../../src/api/webhooks/door.js';
import {
  slackCommandsDoor,
  slackEventsDoor,
  slackInteractionsDoor,
} from '../../../src/api/webhooks/slack.js';
import { blockActions, payloadForm, slackEvent, slackMessage, slashCommand } from '../support/bodies.js';

const nobody = { isOurs: () => false };
const ours = { isOurs: (channel: string, ts: string) => channel === 'C0PAY' && ts === '1795000000.000100' };

function eventOf(parsed: Parsed) {
  if (parsed.outcome !== 'event') {
    throw new Error(JSON.stringify(parsed));
  }
  return parsed.event;
}

const inThread = { thread_ts: '1795000000.000100' };

describe('a Slack message', () => {
  test('that mentions the agent carries channel, thread and text', () => {
    const body = slackEvent(slackMessage({ type: 'app_mention', text: '<@U0PM> status?' }));

    expect(eventOf(slackEventsDoor.parse({}, body, nobody))).toEqual({
      type: 'app_mention',
      source: 'slack',
      tenant: 'T0ACME',
      subject: 'slack:C0PAY/1795000000.000200',
      project: 'C0PAY',
      changeKey: 'slack:C0PAY/1795000000.000200:message:1795000000.000200',
      occurredAt: '2026-11-18T11:06:40.000Z',
      actor: { id: 'U0ANA', name: null, isBot: false },
      channel: 'C0PAY',
      ts: '1795000000.000200',
      threadTs: '1795000000.000200',
      text: '<@U0PM> status?',
    });
  });

  test.each([
    ['in a thread of ours', inThread, ours, 'thread_message'],
    [
      'in a thread of ours, shown in the channel too',
      { ...inThread, subtype: 'thread_broadcast' },
      ours,
      'thread_message',
    ],
    ['in a thread of ours, with a file', { ...inThread, subtype: 'file_share' }, ours, 'thread_message'],
    ['sent to us alone', { channel: 'D0ANA', channel_type: 'im' }, nobody, 'direct_message'],
  ])('%s is understood', (_name, parts, threads, type) => {
    expect(eventOf(slackEventsDoor.parse({}, slackEvent(slackMessage(parts)), threads)).type).toBe(type);
  });

  test('that arrives as mention and as message has one change key', () => {
    const mention = slackEvent(slackMessage({ ...inThread, type: 'app_mention' }));
    const message = slackEvent(slackMessage(inThread));

    expect(eventOf(slackEventsDoor.parse({}, mention, ours)).changeKey).toBe(
      eventOf(slackEventsDoor.parse({}, message, ours)).changeKey,
    );
  });

  test.each([
    ['in a channel, to nobody', {}, 'neither addressed to the agent nor in a thread that it is part of'],
    [
      'in a thread of others',
      { thread_ts: '1795000000.000999' },
      'neither addressed to the agent nor in a thread that it is part of',
    ],
    [
      'that was changed',
      { ...inThread, subtype: 'message_changed' },
      'no cycle answers message.message_changed',
    ],
    [
      'that was deleted',
      { ...inThread, subtype: 'message_deleted' },
      'no cycle answers message.message_deleted',
    ],
    ['about a join', { subtype: 'channel_join' }, 'no cycle answers message.channel_join'],
    [
      'of a bot',
      { ...inThread, subtype: 'bot_message', bot_id: 'B1' },
      'no cycle answers message.bot_message',
    ],
    ['of a bot of today', { ...inThread, bot_id: 'B1' }, 'posted by a bot'],
    ['of a bot that mentions us', { type: 'app_mention', bot_id: 'B1' }, 'posted by a bot'],
  ])('%s is ignored', (_name, parts, reason) => {
    expect(slackEventsDoor.parse({}, slackEvent(slackMessage(parts)), ours)).toMatchObject({
      outcome: 'ignored',
      reason,
      tenant: 'T0ACME',
    });
  });

  test.each([
    ['channel, missing', { type: 'app_mention', channel: undefined }],
    ['ts', { type: 'app_mention', ts: 'now' }],
  ])('with a %s that is no Slack id is quarantined', (_name, parts) => {
    expect(slackEventsDoor.parse({}, slackEvent(slackMessage(parts)), ours).outcome).toBe('quarantined');
  });
});

describe('another body of the Events API', () => {
  test.each([
    ['a reaction', slackEvent({ type: 'reaction_added' }), 'no cycle answers reaction_added'],
    [
      'a notice of the limit',
      { type: 'app_rate_limited', team_id: 'T0ACME' },
      'no cycle answers app_rate_limited',
    ],
    ['no type', {}, 'the body names no type'],
    ['an event that is a text', { type: 'event_callback', event: 'x' }, 'no cycle answers event_callback'],
  ])('%s is ignored', (_name, body, reason) => {
    expect(slackEventsDoor.parse({}, body, nobody)).toMatchObject({ outcome: 'ignored', reason });
  });
});

describe('an interaction', () => {
  function parse(payload: unknown): Parsed {
    const decoded = slackInteractionsDoor.decode(Buffer.from(payloadForm(payload)));
    if (!decoded.ok) {
      throw new Error(decoded.reason);
    }
    return slackInteractionsDoor.parse({}, decoded.body, nobody);
  }

  test('with a button carries what was pressed, where, by whom', () => {
    expect(eventOf(parse(blockActions))).toEqual({
      type: 'interaction',
      source: 'slack',
      tenant: 'T0ACME',
      subject: 'slack:C0PAY/1795000000.000300',
      project: 'C0PAY',
      changeKey: null,
      occurredAt: '2026-11-18T11:06:41.000Z',
      actor: { id: 'U0ANA', name: 'ana', isBot: false },
      channel: 'C0PAY',
      threadTs: '1795000000.000300',
      interactionType: 'block_actions',
      actionId: 'approve',
      value: 'apr-1',
    });
  });

  const user = { id: 'U0ANA', name: 'ana' };
  test.each([
    [
      'a chosen option',
      { ...blockActions, actions: [{ action_id: 'pick', selected_option: { value: 'two' } }] },
      { actionId: 'pick', value: 'two', threadTs: '1795000000.000300' },
    ],
    [
      'a message in a thread',
      { ...blockActions, container: { ...blockActions.container, thread_ts: '1795000000.000100' } },
      { subject: 'slack:C0PAY/1795000000.000100' },
    ],
    [
      'a submitted form',
      { type: 'view_submission', user, view: { id: 'V1', callback_id: 'edit', private_metadata: 'm' } },
      { subject: 'slack:view/V1', channel: null, actionId: 'edit', value: 'm', tenant: 'default' },
    ],
    [
      'a shortcut',
      { type: 'shortcut', user, team: { id: 'T0ACME' }, callback_id: 'new-bug' },
      { subject: 'slack:view/new-bug', actionId: 'new-bug', value: '' },
    ],
    [
      'a shortcut on a message',
      {
        type: 'message_action',
        user,
        callback_id: 'track',
        channel: { id: 'C0PAY' },
        message: { ts: '1795000000.000400' },
      },
      { subject: 'slack:C0PAY/1795000000.000400', actionId: 'track', value: '1795000000.000400' },
    ],
    [
      'a legacy attachment',
      {
        type: 'interactive_message',
        user,
        channel: { id: 'C0PAY' },
        message_ts: '1795000000.000500',
        actions: [{ name: 'list', selected_options: [{ value: 'C1' }] }],
      },
      { subject: 'slack:C0PAY/1795000000.000500', actionId: 'list', value: 'C1' },
    ],
  ])('with %s is understood', (_name, payload, expected) => {
    expect(eventOf(parse(payload))).toMatchObject({ type: 'interaction', ...expected });
  });

  test.each(['view_closed', 'block_suggestion', 'toString', ''])('of type %j is ignored', (type) => {
    expect(parse({ ...blockActions, type }).outcome).toBe('ignored');
  });

  test.each([
    ['nobody', { ...blockActions, user: {} }],
    ['a message that is no ts', { ...blockActions, container: { channel_id: 'C0PAY', message_ts: 'x/y' } }],
  ])('by %s is quarantined', (_name, payload) => {
    expect(parse(payload).outcome).toBe('quarantined');
  });
});

describe('a slash command', () => {
  const fields = Object.fromEntries(slashCommand);

  test('carries command, text and channel', () => {
    expect(eventOf(slackCommandsDoor.parse({}, fields, nobody))).toMatchObject({
      type: 'slash_command',
      tenant: 'T0ACME',
      subject: 'slack:C0PAY',
      actor: { id: 'U0ANA', name: 'ana' },
      command: '/pm',
      text: 'how is the sprint?',
    });
  });

  test.each([
    ['without a command', { command: undefined }],
    ['whose command is a text', { command: 'pm' }],
    ['without a channel', { channel_id: undefined }],
    ['by nobody', { user_id: '' }],
  ])('%s is quarantined', (_name, parts) => {
    expect(slackCommandsDoor.parse({}, { ...fields, ...parts }, nobody).outcome).toBe('quarantined');
  });

  test('that only checks the certificate is ignored', () => {
    expect(slackCommandsDoor.parse({}, { ssl_check: '1', token: 'x' }, nobody)).toMatchObject({
      outcome: 'ignored',
      reason: 'a check of the certificate',
    });
  });
});
