import { randomUUID } from 'node:crypto';
import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import type { SlackEvents } from './events.js';
import type { NewMessage, SlackMessageState } from './messages.js';
import type { SlackEphemeralRecord, SlackMessageRecord } from './records.js';

/** Messages in the store. */
export function createSlackMessages(
  scope: Scope,
  directory: SlackDirectoryState,
  events: SlackEvents,
): SlackMessageState {
  const { store } = scope;
  const find = (channel: string, ts: string) =>
    store.get<SlackMessageRecord>('slack', 'message', `${channel}/${ts}`);
  const save = (message: SlackMessageRecord) =>
    store.put('slack', 'message', `${message.channel}/${message.ts}`, message, message.channel);
  return {
    messages: (channel) =>
      store
        .list<SlackMessageRecord>('slack', 'message', channel)
        .toSorted((left, right) => Number(left.ts) - Number(right.ts)),
    findMessage: find,
    saveMessage: save,
    postMessage: (by, channel, message) =>
      store.transaction(() => {
        const record = newRecord(scope, directory, by, channel, message);
        save(record);
        events.posted(record);
        return record;
      }),
    updateMessage: (message, changes) =>
      store.transaction(() => {
        const updated: SlackMessageRecord = {
          ...message,
          text: changes.text,
          blocks: changes.blocks === undefined ? message.blocks : changes.blocks,
          metadata: changes.metadata === undefined ? message.metadata : changes.metadata,
          editedTs: newTs(scope, message.channel),
        };
        save(updated);
        events.changed(message, updated);
        return updated;
      }),
    showEphemeral: (user, channel, { text, blocks = null }) => {
      const shown: SlackEphemeralRecord = { channel, ts: newTs(scope, channel), user, text, blocks };
      store.put('slack', 'ephemeral', `${channel}/${shown.ts}`, shown, channel);
      return shown;
    },
    ephemerals: (channel) => store.list<SlackEphemeralRecord>('slack', 'ephemeral', channel),
    deleteMessage: (message) =>
      store.transaction(() => {
        store.remove('slack', 'message', `${message.channel}/${message.ts}`);
        events.deleted(message, newTs(scope, message.channel));
      }),
    addReaction: (by, message, name) =>
      store.transaction(() => {
        const users = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
        if (users.includes(by)) return false;
        const others = message.reactions.filter((reaction) => reaction.name !== name);
        save({ ...message, reactions: [...others, { name, users: [...users, by] }] });
        events.reacted(by, message, name, newTs(scope, message.channel));
        return true;
      }),
  };
}

function newRecord(
  scope: Scope,
  directory: SlackDirectoryState,
  by: string,
  channel: string,
  message: NewMessage,
): SlackMessageRecord {
  const botId = directory.findUser(by)?.botId ?? null;
  return {
    channel,
    ts: newTs(scope, channel),
    threadTs: message.threadTs ?? null,
    user: by,
    botId,
    text: message.text,
    blocks: message.blocks ?? null,
    metadata: message.metadata ?? null,
    editedTs: null,
    reactions: [],
    clientMsgId: botId === null ? randomUUID() : null,
  };
}

/** Seconds and six digits; later than any other of the channel. */
function newTs({ store, clock }: Scope, channel: string): string {
  const micros = clock().getTime() * 1000;
  const last = store.get<number>('slack', 'lastTs', channel) ?? 0;
  const next = Math.max(micros, last + 100);
  store.put('slack', 'lastTs', channel, next);
  return `${Math.floor(next / 1_000_000)}.${String(next % 1_000_000).padStart(6, '0')}`;
}
