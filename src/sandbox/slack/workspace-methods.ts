import { isRecord } from '../loose-json.js';
import { isModal } from './block-rules.js';
import { pageOf } from './conversation-methods.js';
import type { SlackMethods } from './methods.js';
import { renderBot, renderUser } from './render.js';
import { SLACK_TEAM } from './team.js';

/** `auth.test`, `users.*`, `bots.info`, `team.info`, `views.open` */
export const WORKSPACE_METHODS: SlackMethods = {
  'api.test': () => ({ args: {} }),
  'auth.test': ({ state, caller, url }) => {
    const user = state.findUser(caller);
    const botId = user?.botId ?? null;
    return {
      url: `${url}/slack/`,
      team: SLACK_TEAM.name,
      user: user?.name ?? caller,
      team_id: SLACK_TEAM.id,
      user_id: caller,
      ...(botId === null ? {} : { bot_id: botId }),
      is_enterprise_install: false,
    };
  },
  'users.info': ({ state, arguments: given }) => {
    const user = state.findUser(given.text('user') ?? '');
    return user === null ? 'user_not_found' : { user: renderUser(user) };
  },
  'users.list': (call) => {
    const page = pageOf(call, call.state.users());
    if (page === null) return 'invalid_cursor';
    return {
      members: page.values.map((user) => renderUser(user)),
      cache_ts: 1_767_600_000,
      response_metadata: { next_cursor: page.next },
    };
  },
  'users.lookupByEmail': ({ state, arguments: given }) => {
    const email = given.text('email')?.toLowerCase() ?? '';
    const user = state.users().find((known) => known.email?.toLowerCase() === email);
    return user === undefined ? 'users_not_found' : { user: renderUser(user) };
  },
  'bots.info': ({ state, arguments: given }) => {
    const botId = given.text('bot');
    const bot = state.users().find((user) => user.botId === botId);
    if (bot === undefined || botId === null) return 'bot_not_found';
    return { bot: { ...renderBot(botId, bot.realName), user_id: bot.id } };
  },
  'team.info': () => ({
    team: {
      id: SLACK_TEAM.id,
      name: SLACK_TEAM.name,
      domain: SLACK_TEAM.domain,
      email_domain: 'acme.example',
      icon: { image_default: true },
    },
  }),
  'views.open': ({ state, arguments: given }) => {
    const view = given.json('view');
    const triggerId = given.text('trigger_id');
    if (!isRecord(view) || triggerId === null || !isModal(view)) return 'invalid_arguments';
    const opened = state.openView(triggerId, { ...view });
    return opened === null ? 'expired_trigger_id' : { view: opened.view };
  },
};
