/** docs/webhooks.md says what the parsers, the doors and the configuration say. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { BITBUCKET_EVENTS } from '../../src/api/webhooks/bitbucket.js';
import { allDoors } from '../../src/api/webhooks/index.js';
import { JIRA_EVENTS } from '../../src/api/webhooks/jira.js';
import { REFUSALS } from '../../src/api/webhooks/refusals.js';
import { slackEventsDoor } from '../../src/api/webhooks/slack.js';
import { VARIABLES } from '../../src/config/environment.js';
import { SLACK_SCOPES } from '../../src/integrations/slack/scopes.js';
import { slackEvent, slackMessage } from '../api/support/bodies.js';

const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');

/** What stands in code marks in the last column of the table behind `<!-- events: name -->`. */
function eventsOf(name: string): readonly string[] {
  const table = page.slice(page.indexOf(`<!-- events: ${name} -->`)).split('\n\n')[0] ?? '';
  const cells = table.split('\n').map((row) => row.split('|').at(-2) ?? '');
  return cells
    .slice(2)
    .flatMap((cell) => [...cell.matchAll(/`([\w:]+)`/g)].map(([, event]) => String(event)));
}

function sectionOf(heading: string): string {
  const from = page.indexOf(`\n## ${heading}\n`);
  const to = page.indexOf('\n## ', from + 1);
  return page.slice(from, to === -1 ? undefined : to);
}

describe('the events', () => {
  test('of Jira are those that are understood', () => {
    const listed = eventsOf('jira').filter((event) => event !== 'webhookEvent');

    expect(listed.toSorted()).toEqual(JIRA_EVENTS.toSorted());
  });

  test('of Bitbucket, Cloud and Data Center, are those that are understood', () => {
    const cloud = eventsOf('bitbucket cloud');
    const dataCenter = eventsOf('bitbucket data center');

    expect([...cloud, ...dataCenter].toSorted()).toEqual(BITBUCKET_EVENTS.toSorted());
    expect(cloud.every((event) => /^pullrequest:|^repo:(push|commit_status)/.test(event))).toBe(true);
    expect(dataCenter.every((event) => /^pr:|^repo:refs_changed$/.test(event))).toBe(true);
  });
});

describe('the manifest of the Slack app', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const manifest = parse(yaml) as {
    features: { slash_commands: { url: string }[] };
    oauth_config: { scopes: { bot: string[] } };
    settings: {
      event_subscriptions: { request_url: string; bot_events: string[] };
      interactivity: { is_enabled: boolean; request_url: string };
      socket_mode_enabled: boolean;
    };
  };

  test('names each address of Slack’s that there is', () => {
    const urls = [
      manifest.settings.event_subscriptions.request_url,
      manifest.settings.interactivity.request_url,
      ...manifest.features.slash_commands.map(({ url }) => url),
    ];
    const paths = allDoors()
      .filter(({ source }) => source === 'slack')
      .map(({ path }) => path);

    expect(urls.map((url) => new URL(url).pathname).toSorted()).toEqual(paths.toSorted());
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
    expect(manifest.settings.socket_mode_enabled).toBe(false);
  });

  test('asks for the scopes that are needed, and no more', () => {
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(Object.keys(SLACK_SCOPES).toSorted());
  });

  const CHANNEL_TYPES: Readonly<Record<string, string>> = {
    'message.channels': 'channel',
    'message.groups': 'group',
    'message.im': 'im',
    'message.mpim': 'mpim',
  };

  test.each(manifest.settings.event_subscriptions.bot_events)(
    'subscribes to %s, which is understood',
    (event) => {
      const inner =
        event === 'app_mention'
          ? { type: 'app_mention' }
          : { channel_type: CHANNEL_TYPES[event], thread_ts: '1795000000.000100' };

      const parsed = slackEventsDoor.parse({}, slackEvent(slackMessage(inner)), { isOurs: () => true });

      expect(Object.keys(CHANNEL_TYPES).concat('app_mention')).toContain(event);
      expect(parsed.outcome).toBe('event');
    },
  );

  test('subscribes to everything that is understood, and the page says what each is for', () => {
    const events = manifest.settings.event_subscriptions.bot_events;

    expect(events.toSorted()).toEqual([...Object.keys(CHANNEL_TYPES), 'app_mention'].toSorted());
    for (const event of events) {
      expect(sectionOf('Slack')).toContain(`\`${event}\``);
    }
  });
});

describe('the page', () => {
  test('names each address', () => {
    for (const { path } of allDoors()) {
      expect(page).toContain(`\`${path}\``);
    }
  });

  test('names settings that there are', () => {
    const known = VARIABLES.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]));
    const named = [
      ...page.matchAll(/\b(?:JIRA|BITBUCKET|SLACK|ALLOW|EVENT|PM_AGENT|ATLASSIAN)_[A-Z_]+\b/g),
    ].map(([name]) => name);

    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('explains each reason for a refusal, with its status, and each answer that is a 2xx', () => {
    const section = sectionOf('What each status means');

    for (const reason of REFUSALS) {
      expect(section).toMatch(new RegExp(`^\\| (400|401|413|415|429|503) \\| \`${reason}\` \\|`, 'm'));
    }
    for (const status of ['accepted', 'duplicate', 'ignored', 'quarantined', 'dead_letter']) {
      expect(section).toMatch(new RegExp(`^\\| (200|202) \\| \`${status}\` \\|`, 'm'));
    }
    for (const status of ['408', '431']) {
      expect(section).toMatch(new RegExp(`^\\| ${status} \\| \\|`, 'm'));
    }
  });
});
