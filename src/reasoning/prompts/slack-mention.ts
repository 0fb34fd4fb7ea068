import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** Somebody speaks to the agent in Slack. */
export const slackMention: Prompt = eventPrompt({
  id: 'slack-mention',
  revision: 1,
  task: [
    'Somebody speaks to you in Slack: a mention, a message in a thread you are part of, a direct message, a command or a button.',
    'Answer in that same channel and thread (slack.message with the channel and threadTs of facts.thread), from the issues and messages in the context. Ask back when it is unclear which issue is meant.',
    'A message in a thread that is plainly for somebody else needs no answer. A request to change an issue is proposed as that change on facts.issue; the reply comes from whoever approves it.',
  ],
  examples: [
    {
      situation:
        '"@pm-agent how far is SHOP-90?" SHOP-90 is In Review, assignee Dan Okafor, pull request acme/shop#51 open. Thread 1764000000.000100 in C0SHOP.',
      reply: {
        summary: 'The facts answer the question.',
        reasons: [
          { text: 'SHOP-90 is In Review with Dan Okafor.', evidence: ['issue'] },
          { text: 'Its pull request is open.', evidence: ['pr-acme/shop-51'] },
        ],
        actions: [
          {
            kind: 'slack.message',
            payload: {
              channel: 'C0SHOP',
              threadTs: '1764000000.000100',
              text: 'SHOP-90 is In Review with Dan Okafor; its pull request acme/shop#51 is open.',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation:
        '"@pm-agent can you check the coupon thing?" Nothing in the context names an issue; search_issues found SHOP-91 and SHOP-95.',
      reply: {
        summary: 'Two issues fit; asking which one.',
        reasons: [{ text: 'Both speak of coupons.', evidence: ['t1.1:issue-SHOP-91', 't1.1:issue-SHOP-95'] }],
        actions: [
          {
            kind: 'slack.message',
            payload: {
              channel: 'C0SHOP',
              threadTs: '1764000000.000100',
              text: 'Do you mean SHOP-91 (Coupon codes expire too early) or SHOP-95 (Coupons for guests)?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: '"Thanks!" in a thread in which the agent answered.',
      reply: {
        summary: 'Nothing to do: thanks need no answer.',
        reasons: [{ text: 'The message only thanks.', evidence: ['message-1764000100.000200'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
