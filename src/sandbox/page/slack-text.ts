/** Slack's mrkdwn as a reader sees it, in plain text: names for ids, times in the reader's zone. */
import type { SandboxDeps } from '../deps.js';
import type { SlackChannelRecord } from '../slack/records.js';

/** How one reader sees texts: who the ids are, and when is when. */
export interface Reader {
  readonly nameOf: (userId: string) => string;
  /** IANA name. */
  readonly zone: string;
}

/** The page has no one reader: a channel is shown as its people's own clients would, in their zone. */
export function readerOf(deps: SandboxDeps, channel: SlackChannelRecord): Reader {
  const people = channel.members.map((id) => deps.slack.findUser(id)).filter((user) => user?.isBot === false);
  return { nameOf: (id) => nameOf(deps, id), zone: people[0]?.tz ?? 'Etc/UTC' };
}

export function nameOf(deps: SandboxDeps, id: string): string {
  const user = deps.slack.findUser(id);
  return user === null ? id : user.realName === '' ? user.name : user.realName;
}

/** Mentions by name, links as "words (address)", dates in the zone; Slack's own escapes undone. */
export function readable(text: string, reader: Reader): string {
  return text
    .replaceAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_all, id: string) => `@${reader.nameOf(id)}`)
    .replaceAll(/<!date\^(\d+)\^[^|>]*(?:\|[^>]*)?>/g, (_all, seconds: string) =>
      localTime(seconds, reader.zone),
    )
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function localTime(seconds: string, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  });
  return `${format.format(new Date(Number(seconds) * 1_000))} (${zone})`;
}
