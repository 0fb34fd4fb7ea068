import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A pull request was updated, approved, merged or declined. */
export const pullRequestUpdated: Prompt = eventPrompt({
  id: 'pull-request-updated',
  revision: 1,
  task: [
    'A Bitbucket pull request was updated, approved, sent back, merged or declined.',
    'Look for a plan that is untrue now: merged work whose issue still stands as open, a declined change whose issue is in review, changes requested that nobody answers for days.',
    'Propose the one action that helps, or none. New commits and approvals on their own need nothing. Do not move an issue by yourself unless the team rules say so: ask on it.',
  ],
  examples: [
    {
      situation: 'acme/shop#40 was merged; SHOP-60 is still In Review and can move to Done.',
      reply: {
        summary: 'The change is merged and its issue still stands in review.',
        reasons: [
          { text: 'The pull request is merged.', evidence: ['pr'] },
          { text: 'SHOP-60 is In Review.', evidence: ['issue'] },
        ],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-60',
              as: 'answer',
              body: 'acme/shop#40 is merged, and this is still In Review. Is something left, or can it be closed?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'acme/shop#41: two more commits by its author.',
      reply: {
        summary: 'Nothing to do: work goes on.',
        reasons: [{ text: 'Only commits were added.', evidence: ['event'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'acme/shop#42 was approved by Ana; another reviewer is open.',
      reply: {
        summary: 'Nothing to do: the review goes its way.',
        reasons: [{ text: 'One of two reviewers has approved.', evidence: ['pr'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
