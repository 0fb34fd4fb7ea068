/** Slack: open forms, each channel's messages with their threads and buttons, and a form to write. */
import type { SandboxDeps } from '../deps.js';
import type { SlackChannelRecord, SlackEphemeralRecord, SlackMessageRecord } from '../slack/records.js';
import { blocks, isWaiting, type Pressing } from './blocks.js';
import { type Html, html } from './html.js';
import { type Choice, counted, idFrom, said, selectField, talkForm } from './parts.js';
import { nameOf, type Reader, readable, readerOf } from './slack-text.js';
import { openViews } from './views.js';

/** Threads that the form offers to answer in; older ones are out of sight. */
const OFFERED_THREADS = 10;
/** Slack forgets them at the next reload; here the newest stay, so that one can see them. */
const SHOWN_EPHEMERALS = 5;

export function channels(deps: SandboxDeps): Html {
  return html`<section aria-labelledby="slack"><h2 id="slack">Slack</h2>${openViews(deps)}${deps.slack
    .channels()
    .map((channel) => channelPart(deps, channel))}</section>`;
}

function channelPart(deps: SandboxDeps, channel: SlackChannelRecord): Html {
  const id = idFrom('channel', channel.id);
  const messages = deps.slack.messages(channel.id);
  const threads = messages.filter(({ threadTs, ts }) => threadTs === null || threadTs === ts);
  const waiting = messages.filter((one) => isWaiting(one.blocks ?? [])).length;
  const shown: ShownChannel = { deps, channel, reader: readerOf(deps, channel) };
  return html`<details id="${id}"><summary><b>${channelName(deps, channel)}</b><span class="facts">${counted(
    messages.length,
    'message',
  )}${waiting === 0 ? '' : `, ${waiting} with buttons to press`}</span></summary>
<ol class="talk-list">${threads.map((root) => thread(shown, root, messages))}${deps.slack
    .ephemerals(channel.id)
    .slice(-SHOWN_EPHEMERALS)
    .map((item) => ephemeral(shown, item))}</ol>
${talkForm({
  id: `${id}-form`,
  action: '/_page/slack',
  hidden: { channel: channel.id },
  people: people(deps, channel),
  label: `Message in ${channelName(deps, channel)}`,
  button: 'Send',
  agentName: deps.agentName,
  extra: selectField(`${id}-thread`, 'threadTs', 'Where', [
    { value: '', label: 'in the channel' },
    ...threads
      .slice(-OFFERED_THREADS)
      .toReversed()
      .map((root) => ({
        value: root.ts,
        label: `in the thread “${excerpt(readable(root.text, shown.reader))}”`,
      })),
  ]),
})}</details>`;
}

function thread(shown: ShownChannel, root: SlackMessageRecord, all: readonly SlackMessageRecord[]): Html {
  const replies = all.filter((message) => message.threadTs === root.ts && message.ts !== root.ts);
  return html`${message(shown, root)}${
    replies.length === 0
      ? null
      : html`<li class="thread"><ol class="talk-list">${replies.map((reply) => message(shown, reply))}</ol></li>`
  }`;
}

interface ShownChannel {
  readonly deps: SandboxDeps;
  readonly channel: SlackChannelRecord;
  readonly reader: Reader;
}

function message({ deps, channel, reader }: ShownChannel, item: SlackMessageRecord): Html {
  const isAgent = item.user === deps.accounts.slack.userId;
  const pressing: Pressing = {
    id: idFrom('press', channel.id, item.ts),
    hidden: { channel: channel.id, ts: item.ts },
    people: people(deps, channel),
  };
  const content = item.blocks === null ? readable(item.text, reader) : blocks(item.blocks, reader, pressing);
  return said(nameOf(deps, item.user), timeOf(item.ts), content, isAgent);
}

function ephemeral({ deps, reader }: ShownChannel, item: SlackEphemeralRecord): Html {
  const content = item.blocks === null ? readable(item.text, reader) : blocks(item.blocks, reader, null);
  const who = `Only visible to ${nameOf(deps, item.user)}`;
  return said(who, timeOf(item.ts), content, true);
}

function timeOf(ts: string): string {
  return new Date(Number(ts.split('.')[0]) * 1000).toISOString();
}

function channelName(deps: SandboxDeps, channel: SlackChannelRecord): string {
  return channel.isIm ? `Direct message with ${nameOf(deps, channel.imUser ?? '')}` : `#${channel.name}`;
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function people(deps: SandboxDeps, channel: SlackChannelRecord): readonly Choice[] {
  return deps.slack
    .users()
    .filter((user) => !user.isBot && (channel.imUser === null || user.id === channel.imUser))
    .map((user) => ({ value: user.id, label: user.realName === '' ? user.name : user.realName }));
}
