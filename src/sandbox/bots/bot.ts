/** A second bot on the simulated vendors: it answers whatever the agent writes, at once and for ever. */
import type { Store } from '../store.js';
import type { Vendor } from '../vendors.js';

export const BOT_VENDORS = ['jira', 'bitbucket', 'slack'] as const satisfies readonly Vendor[];
export type BotVendor = (typeof BOT_VENDORS)[number];

export interface Bot {
  readonly vendor: BotVendor;
  /** What it answers, each time. */
  readonly text: string;
  /** Does the vendor mark its account as a bot's? Many bots run on a person's kind of account. */
  readonly marked: boolean;
  /** How often it answers; null: always. */
  readonly times: number | null;
  /** How often it has answered. */
  readonly said: number;
}

export const BOT_NAME = 'Echo';

/** Fixed ids, so that tests and pm-agent.yaml can name them. */
export const BOT_ACCOUNTS = {
  jira: '712020:echo',
  bitbucket: '{echo-uuid}',
  slack: 'U0ECHO',
} as const satisfies { readonly [V in BotVendor]: string };

/** The bots that run, one a vendor at most; they survive a restart. */
export interface Bots {
  list(): readonly Bot[];
  /** Replaces all of them. */
  replace(bots: readonly Bot[]): void;
  /** What this vendor's bot says now, counted as said; null where none runs or it has said enough. */
  next(vendor: BotVendor): string | null;
}

const KIND = 'bot';

export function createBots(store: Store): Bots {
  const list = (): Bot[] => BOT_VENDORS.flatMap((vendor) => store.list<Bot>(vendor, KIND));
  return {
    list,
    replace: (bots) =>
      store.transaction(() => {
        for (const vendor of BOT_VENDORS) store.removeAll(vendor, KIND);
        for (const bot of bots) store.put(bot.vendor, KIND, BOT_NAME, bot);
      }),
    next: (vendor) => {
      const bot = store.get<Bot>(vendor, KIND, BOT_NAME);
      if (bot === null || (bot.times !== null && bot.said >= bot.times)) return null;
      store.put(vendor, KIND, BOT_NAME, { ...bot, said: bot.said + 1 });
      return bot.text;
    },
  };
}
