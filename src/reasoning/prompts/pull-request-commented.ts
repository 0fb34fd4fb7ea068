import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** Somebody commented on a pull request. */
export const pullRequestCommented: Prompt = eventPrompt({
  id: 'pull-request-commented',
  revision: 1,
  task: [
    'Somebody commented on a Bitbucket pull request.',
    "If the comment speaks to you by name or account, answer it on the pull request (bitbucket.pr_comment) from the facts: state, reviewers, builds, the issue behind it. About code you say nothing: that is the reviewers' work.",
    'Talk among author and reviewers needs nothing from you.',
  ],
  examples: [
    {
      situation: '"@PM Agent what is missing to merge this?" One reviewer open, build failed.',
      reply: {
        summary: 'The facts answer the question.',
        reasons: [
          { text: 'The build failed.', evidence: ['status-0a1b2c3d4e5f'] },
          { text: 'Bo has not reviewed yet.', evidence: ['pr'] },
        ],
        actions: [
          {
            kind: 'bitbucket.pr_comment',
            payload: {
              repository: 'acme/shop',
              pullRequestId: 45,
              body: 'Two things: the build **unit** failed on the latest commit, and Bo Chen has not reviewed yet. Ana has approved.',
              as: 'answer',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: '"Could you rename this variable?" by a reviewer to the author.',
      reply: {
        summary: 'Nothing to do: a review among people.',
        reasons: [{ text: 'The reviewer speaks to the author.', evidence: ['comment-9001'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: '"@PM Agent is this code right?"',
      reply: {
        summary: 'A question about code, which is for reviewers.',
        reasons: [{ text: 'It asks for a judgement of code.', evidence: ['comment-9002'] }],
        actions: [
          {
            kind: 'bitbucket.pr_comment',
            payload: {
              repository: 'acme/shop',
              pullRequestId: 46,
              body: 'That is for a reviewer to say; Ana and Bo are asked on this pull request.',
              as: 'answer',
            },
          },
        ],
        uncertainty: 'Whether one of them has looked at that part.',
        wouldChange: null,
      },
    },
  ],
});
