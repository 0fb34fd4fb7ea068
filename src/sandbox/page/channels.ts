/** Slack: each channel's messages with their threads, and a form. */
import type { SandboxDeps } from '../deps.js';
import type { SlackChannelRecord, SlackMessageRecord } from '../slack/records.js';
import { type Html, html } from './html.js';
import { type Choice, idFrom, said, selectField, talkForm } from './parts.js';

/** Threads that the form offers to answer in; older ones are out of sight. */
const OFFERED_THREADS = 10;

export function channels(deps: SandboxDeps): Html {
  return html`<section aria-labelledby="slack"><h2 id="slack">Slack</h2>${deps.slack
    .channels()
    .map((channel) => channelPart(deps, channel))}</section>`;
}

function channelPart(deps: SandboxDeps, channel: SlackChannelRecord): Html {
  const id = idFrom('channel', channel.id);
  const messages = deps.slack.messages(channel.id);
  const threads = messages.filter((message) => message.threadTs === null || message.threadTs === message.ts);
  return html`<details id="${id}"><summary><b>${channelName(deps, channel)}</b><span class="facts">${
    messages.length
  } messages</span></summary>
<ol class="talk-list">${threads.map((root) => thread(deps, root, messages))}</ol>
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
      .map((root) => ({ value: root.ts, label: `in the thread “${excerpt(readable(deps, root.text))}”` })),
  ]),
})}</details>`;
}

function thread(deps: SandboxDeps, root: SlackMessageRecord, all: readonly SlackMessageRecord[]): Html {
  const replies = all.filter((message) => message.threadTs === root.ts && message.ts !== root.ts);
  return html`${message(deps, root)}${
    replies.length === 0
      ? null
      : html`<li class="thread"><ol class="talk-list">${replies.map((reply) => message(deps, reply))}</ol></li>`
  }`;
}

function message(deps: SandboxDeps, item: SlackMessageRecord): Html {
  const time = new Date(Number(item.ts.split('.')[0]) * 1000).toISOString();
  const isAgent = item.user === deps.accounts.slack.userId;
  return said(nameOf(deps, item.user), time, readable(deps, item.text), isAgent);
}

function channelName(deps: SandboxDeps, channel: SlackChannelRecord): string {
  return channel.isIm ? `Direct message with ${nameOf(deps, channel.imUser ?? '')}` : `#${channel.name}`;
}

function nameOf(deps: SandboxDeps, id: string): string {
  const user = deps.slack.findUser(id);
  return user === null ? id : user.realName === '' ? user.name : user.realName;
}

/** Mentions by name; Slack's own escapes undone. */
function readable(deps: SandboxDeps, text: string): string {
  return text
    .replaceAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_all, id: string) => `@${nameOf(deps, id)}`)
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
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
