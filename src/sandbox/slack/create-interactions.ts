import { randomUUID } from 'node:crypto';
import { at, isRecord, listAt, textAt } from '../loose-json.js';
import type { Scope } from '../scope.js';
import { createSlackViews } from './create-views.js';
import type { SlackDirectoryState } from './directory.js';
import { newTrigger, person } from './interaction-parts.js';
import type { SlackInteractionState } from './interactions.js';
import type { SlackMessageRecord } from './records.js';
import { type Json, renderMessage } from './render.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

/** Buttons, modals and slash commands; what a person does goes to the app as a form. */
export function createSlackInteractions(scope: Scope, directory: SlackDirectoryState): SlackInteractionState {
  const { store, emit } = scope;
  return {
    clickButton: (by, message, actionId) => {
      const found = buttonOf(message, actionId);
      if (found === null) return false;
      const payload = blockActions(scope, directory, by, message, found);
      store.transaction(() =>
        emit.slackForm('/webhooks/slack/interactions', { payload: JSON.stringify(payload) }),
      );
      return true;
    },
    sendCommand: (by, channel, command, text) => {
      const record = directory.findChannel(channel);
      store.transaction(() =>
        emit.slackForm('/webhooks/slack/commands', {
          token: 'sandbox-verification-token',
          team_id: SLACK_TEAM.id,
          team_domain: SLACK_TEAM.domain,
          channel_id: record?.id ?? channel,
          channel_name: record?.name ?? channel,
          user_id: by,
          user_name: directory.findUser(by)?.name ?? by,
          command,
          text,
          api_app_id: SLACK_APP_ID,
          is_enterprise_install: 'false',
          response_url: responseUrl(scope, record?.id ?? channel, null, by),
          trigger_id: newTrigger(scope, by),
        }),
      );
    },
    ...createSlackViews(scope, directory),
  };
}

function blockActions(
  scope: Scope,
  directory: SlackDirectoryState,
  by: string,
  message: SlackMessageRecord,
  { blockId, button }: Button,
): Json {
  const channel = directory.findChannel(message.channel);
  return {
    type: 'block_actions',
    ...person(directory, by),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: false,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: newTrigger(scope, by),
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: message.channel, name: channel?.isIm === true ? 'directmessage' : (channel?.name ?? '') },
    message: renderMessage(message, directory, { metadata: true }),
    state: { values: {} },
    response_url: responseUrl(scope, message.channel, message.ts, by),
    actions: [
      {
        action_id: button.action_id,
        block_id: blockId,
        text: button.text,
        ...(button.value === undefined ? {} : { value: button.value }),
        ...(button.style === undefined ? {} : { style: button.style }),
        type: 'button',
        action_ts: (scope.clock().getTime() / 1000).toFixed(6),
      },
    ],
  };
}

interface Button {
  readonly blockId: string;
  readonly button: Readonly<Record<string, unknown>>;
}

/** The button with this `action_id`, in an actions block or beside a section. */
function buttonOf(message: SlackMessageRecord, actionId: string): Button | null {
  for (const [index, block] of (message.blocks ?? []).entries()) {
    const elements = [...listAt(block, 'elements'), at(block, 'accessory')];
    const button = elements.find((element) => textAt(element, 'action_id') === actionId);
    if (isRecord(button)) return { blockId: textAt(block, 'block_id') ?? `block${index}`, button };
  }
  return null;
}

/** Where the app may answer an interaction without a token; the path is this sandbox's own. */
function responseUrl({ store, url }: Scope, channel: string, ts: string | null, user: string): string {
  const id = randomUUID().replaceAll('-', '');
  store.put('slack', 'responseUrl', id, { channel, ts, user, uses: 0 });
  return `${url}/slack/actions/${SLACK_TEAM.id}/${id}`;
}
