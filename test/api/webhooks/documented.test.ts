/** docs/webhooks.md tells people what to register: the same as the parsers understand, and codes that exist. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { BITBUCKET_EVENTS } from '../../../src/api/webhooks/bitbucket.js';
import { allDoors } from '../../../src/api/webhooks/index.js';
import { JIRA_EVENTS } from '../../../src/api/webhooks/jira.js';
import { REFUSALS } from '../../../src/api/webhooks/refusals.js';

const page = readFileSync('docs/webhooks.md', 'utf8');
const section = (title: string) => page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
const firstColumn = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);

test('the events of Jira are those that are understood', () => {
  expect(firstColumn(section('Jira Cloud')).toSorted()).toEqual(JIRA_EVENTS.toSorted());
});

test('the events of both Bitbuckets are those that are understood', () => {
  const documented = ['Bitbucket Cloud', 'Bitbucket Data Center'].flatMap((title) =>
    firstColumn(section(title)),
  );

  expect(documented.toSorted()).toEqual(BITBUCKET_EVENTS.toSorted());
});

test('every door has its address there', () => {
  for (const { path } of allDoors()) {
    expect(page).toContain(`https://<host>${path}`);
  }
});

test('every reason to turn a delivery away is explained', () => {
  const explained = [...section('What each status means').matchAll(/`([a-z_]+)`/g)].map(([, code]) => code);

  expect(explained).toEqual(expect.arrayContaining([...REFUSALS]));
});

test('the manifest is YAML that leads to the doors and asks for what the client calls', () => {
  const manifest = parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '');

  expect(manifest.settings.event_subscriptions.request_url).toBe('https://<host>/webhooks/slack');
  expect(manifest.settings.interactivity.request_url).toBe('https://<host>/webhooks/slack/interactions');
  expect(manifest.features.slash_commands[0].url).toBe('https://<host>/webhooks/slack/commands');
  expect(manifest.settings.event_subscriptions.bot_events).toContain('app_mention');
  expect(manifest.oauth_config.scopes.bot).toEqual(
    expect.arrayContaining([
      'app_mentions:read',
      'chat:write',
      'im:write',
      'channels:history',
      'channels:read',
    ]),
  );
});
