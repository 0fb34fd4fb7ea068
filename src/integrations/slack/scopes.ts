/**
 * What the bot token must be allowed to do, and what for: the scopes of the app's manifest (docs/webhooks.md).
 * Methods' scopes: docs.slack.dev/reference/methods; events': docs.slack.dev/reference/events.
 */
export const SLACK_SCOPES: Readonly<Record<string, string>> = {
  'app_mentions:read': 'hears when it is mentioned',
  'channels:history': 'reads threads in public channels, and hears what is said in them',
  'chat:write': 'answers, shows approvals',
  commands: 'has a slash command',
  'groups:history': 'the same in private channels that it was invited to',
  'im:history': 'the same in direct messages',
  'im:write': 'opens a direct message with one person: approvals and escalations',
  'mpim:history': 'the same in group messages',
  'users:read': 'calls the people of a thread by their names',
};
