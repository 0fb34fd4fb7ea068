import type { SandboxDeps } from '../deps.js';
import { BOT_ACCOUNTS, BOT_NAME, type Bot } from './bot.js';

type Vendors = Pick<SandboxDeps, 'jira' | 'bitbucket' | 'slack'>;

const JOINS: { readonly [V in Bot['vendor']]: (vendors: Vendors, marked: boolean) => void } = {
  jira: ({ jira }, marked) =>
    jira.saveUser({
      accountId: BOT_ACCOUNTS.jira,
      displayName: BOT_NAME,
      emailAddress: null,
      accountType: marked ? 'app' : 'atlassian',
      active: true,
      timeZone: 'Etc/UTC',
    }),
  bitbucket: ({ bitbucket }, marked) =>
    bitbucket.saveUser({
      uuid: BOT_ACCOUNTS.bitbucket,
      accountId: BOT_ACCOUNTS.jira,
      displayName: BOT_NAME,
      nickname: BOT_NAME.toLowerCase(),
      isApp: marked,
    }),
  slack: ({ slack }, marked) =>
    slack.saveUser({
      id: BOT_ACCOUNTS.slack,
      name: BOT_NAME.toLowerCase(),
      realName: BOT_NAME,
      email: null,
      isBot: marked,
      botId: marked ? 'B0ECHO' : null,
      tz: 'Etc/UTC',
    }),
};

/** Gives a bot its account, as its vendor would show it. */
export function joinVendor(vendors: Vendors, { vendor, marked }: Bot): void {
  JOINS[vendor](vendors, marked);
}
