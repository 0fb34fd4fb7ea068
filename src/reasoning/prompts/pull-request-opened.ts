import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A pull request was opened. */
export const pullRequestOpened: Prompt = eventPrompt({
  id: 'pull-request-opened',
  revision: 1,
  task: [
    'A Bitbucket pull request was opened.',
    'Look for what will hold it up: no issue key in branch, title or commits; nobody to review; an issue that is closed or belongs to other work; a build that is red from the start.',
    'One short comment on the pull request where that helps its author; a draft, or one with key, reviewers and a green or running build, needs nothing.',
  ],
  examples: [
    {
      situation: 'acme/shop#31 "Fix totals" from branch fix-totals, no key anywhere, two reviewers.',
      reply: {
        summary: 'No issue key: the change cannot be found from the board.',
        reasons: [{ text: 'Neither branch nor title names an issue.', evidence: ['pr'] }],
        actions: [
          {
            kind: 'bitbucket.pr_comment',
            payload: {
              repository: 'acme/shop',
              pullRequestId: 31,
              body: 'Which issue does this belong to? With its key in the title, the board finds this change.',
              as: 'answer',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'acme/shop#32 from SHOP-50-coupon, reviewers Ana and Bo, build in progress.',
      reply: {
        summary: 'Nothing to do: key, reviewers and a running build.',
        reasons: [{ text: 'All is there.', evidence: ['pr', 'status-0a1b2c3d4e5f'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'acme/shop#33 names SHOP-51, which is Done since last week.',
      reply: {
        summary: 'The issue that it names is done already; one question to the author.',
        reasons: [
          { text: 'SHOP-51 is Done.', evidence: ['issue'] },
          { text: 'The pull request names it.', evidence: ['pr'] },
        ],
        actions: [
          {
            kind: 'bitbucket.pr_comment',
            payload: {
              repository: 'acme/shop',
              pullRequestId: 33,
              body: 'SHOP-51 is Done since last week. Is this a follow-up that needs an issue of its own?',
              as: 'answer',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
