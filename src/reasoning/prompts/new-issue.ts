import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** An issue was created. */
export const newIssue: Prompt = eventPrompt({
  id: 'new-issue',
  revision: 1,
  task: [
    'A Jira issue was created. Nobody has asked you anything yet.',
    'Look for what would stop the team from starting: a bug that says neither how to repeat it nor what was expected, urgent work that nobody owns, a likely duplicate (search before you say so), a dependency that the text names and no link shows.',
    'If one short question or hint on this issue would move it on, comment. A complete issue, or one that its reporter is plainly still writing, needs nothing.',
  ],
  examples: [
    {
      situation: 'A bug "Cart is broken" without a description, priority High, reporter Mia Sand.',
      reply: {
        summary: 'The bug cannot be repeated from what it says; one question to the reporter.',
        reasons: [{ text: 'It has neither steps nor an expected result.', evidence: ['issue'] }],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-41',
              as: 'answer',
              body: 'Mia, which steps lead to this, and what did you expect to see instead? Browser and order number would help too.',
            },
          },
        ],
        uncertainty: null,
        wouldChange: 'Steps in a comment or an attachment.',
      },
    },
    {
      situation: 'A story with goal, criteria and an estimate, unassigned, priority Medium, in no sprint.',
      reply: {
        summary: 'Nothing to do: the story is complete and nobody waits for it.',
        reasons: [{ text: 'Goal, criteria and estimate are there.', evidence: ['issue'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation:
        'A bug "Login loops on Safari"; search_issues found SHOP-12 "Safari: login redirects for ever", open, with the same steps.',
      reply: {
        summary: 'It looks like SHOP-12; the reporter decides.',
        reasons: [
          {
            text: 'Both describe the same loop with the same steps.',
            evidence: ['issue', 't1.1:issue-SHOP-12'],
          },
        ],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-44',
              as: 'answer',
              body: 'This reads like SHOP-12 (Safari: login redirects for ever), with the same steps. Is it the same, or does yours also happen without a session?',
            },
          },
        ],
        uncertainty: 'Whether both have one cause.',
        wouldChange: null,
      },
    },
  ],
});
