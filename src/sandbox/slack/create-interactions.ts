import { randomUUID } from 'node:crypto';
import { at, isRecord, listAt, textAt } from '../loose-json.js';
import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import type { SlackInteractionState } from './interactions.js';
import type { SlackMessageRecord, SlackViewRecord } from './records.js';
import { type Json, renderMessage } from './render.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

/** A trigger opens a modal only so soon; the real Slack says 3 seconds. Milliseconds. */
const TRIGGER_LIVES = 3_000;

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
    views: () => store.list<SlackViewRecord>('slack', 'view'),
    findView: (id) => store.get<SlackViewRecord>('slack', 'view', id),
    openView: (triggerId, view) => {
      const trigger = store.get<{ user: string; until: number }>('slack', 'trigger', triggerId);
      if (trigger === null || trigger.until < scope.clock().getTime()) return null;
      store.remove('slack', 'trigger', triggerId);
      const id = `V${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
      const record: SlackViewRecord = { id, user: trigger.user, view: renderView(scope, id, view) };
      store.put('slack', 'view', id, record);
      return record;
    },
    closeView: (view) => void store.remove('slack', 'view', view.id),
    submitView: (by, view, values) =>
      store.transaction(() => {
        const payload = {
          type: 'view_submission',
          ...person(directory, by),
          trigger_id: newTrigger(scope, by),
          view: { ...view.view, state: { values } },
          response_urls: [],
        };
        store.remove('slack', 'view', view.id);
        emit.slackForm('/webhooks/slack/interactions', { payload: JSON.stringify(payload) });
      }),
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

function person(directory: SlackDirectoryState, by: string): Json {
  const name = directory.findUser(by)?.name ?? by;
  return {
    user: { id: by, username: name, name, team_id: SLACK_TEAM.id },
    api_app_id: SLACK_APP_ID,
    token: 'sandbox-verification-token',
    team: { id: SLACK_TEAM.id, domain: SLACK_TEAM.domain },
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

function newTrigger({ store, clock }: Scope, user: string): string {
  const now = clock().getTime();
  const id = `${now}.${store.nextNumber('slack.trigger', 1)}.${randomUUID().replaceAll('-', '')}`;
  store.put('slack', 'trigger', id, { user, until: now + TRIGGER_LIVES });
  return id;
}

/** Where the app may answer an interaction without a token; the path is this sandbox's own. */
function responseUrl({ store, url }: Scope, channel: string, ts: string | null, user: string): string {
  const id = randomUUID().replaceAll('-', '');
  store.put('slack', 'responseUrl', id, { channel, ts, user, uses: 0 });
  return `${url}/slack/actions/${SLACK_TEAM.id}/${id}`;
}

function renderView({ accounts }: Scope, id: string, view: Json): Json {
  return {
    ...view,
    id,
    team_id: SLACK_TEAM.id,
    state: { values: {} },
    hash: `${id}.1`,
    previous_view_id: null,
    root_view_id: id,
    app_id: SLACK_APP_ID,
    app_installed_team_id: SLACK_TEAM.id,
    bot_id: accounts.slack.botId,
  };
}
