import type { SandboxDeps } from '../deps.js';
import { BOT_ACCOUNTS, type Bots, type BotVendor } from './bot.js';

type Vendors = Pick<SandboxDeps, 'jira' | 'bitbucket' | 'slack'>;

export interface Answering {
  /** The same vendors, on which each comment and message of the agent gets the bot's answer. */
  readonly vendors: Vendors;
  /** What was not said yet is never said. */
  close(): void;
}

/** An answer comes as a call of its own, after the agent has got the vendor's: as from another process. */
export function createAnswering(
  { jira, bitbucket, slack, accounts }: Vendors & Pick<SandboxDeps, 'accounts'>,
  bots: Bots,
): Answering {
  const waiting = new Set<NodeJS.Timeout>();
  const answer = (vendor: BotVendor, say: (text: string) => void): void => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      const text = bots.next(vendor);
      if (text !== null) say(text);
    });
    waiting.add(timer);
  };
  return {
    vendors: {
      jira: {
        ...jira,
        addComment: (by, issue, body, properties) => {
          const comment = jira.addComment(by, issue, body, properties);
          if (by === accounts.jira.accountId)
            answer('jira', (text) => jira.addComment(BOT_ACCOUNTS.jira, issue, text));
          return comment;
        },
      },
      bitbucket: {
        ...bitbucket,
        addPullRequestComment: (by, pr, raw, place) => {
          const comment = bitbucket.addPullRequestComment(by, pr, raw, place);
          if (by === accounts.bitbucket.uuid)
            answer('bitbucket', (text) => bitbucket.addPullRequestComment(BOT_ACCOUNTS.bitbucket, pr, text));
          return comment;
        },
      },
      slack: {
        ...slack,
        postMessage: (by, channel, message) => {
          const posted = slack.postMessage(by, channel, message);
          const threadTs = posted.threadTs ?? posted.ts;
          if (by === accounts.slack.userId)
            answer('slack', (text) => slack.postMessage(BOT_ACCOUNTS.slack, channel, { text, threadTs }));
          return posted;
        },
      },
    },
    close: () => {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
