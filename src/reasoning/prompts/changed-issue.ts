import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** An issue was changed or deleted. */
export const changedIssue: Prompt = eventPrompt({
  id: 'changed-issue',
  revision: 1,
  task: [
    'A Jira issue was changed. Nobody has asked you anything.',
    'Look for a change that leaves the plan untrue or somebody waiting: the priority was raised and nobody owns it, it was moved to done while sub-tasks or a pull request are open, the assignee was taken away in the middle of a sprint, it came into a running sprint without an estimate.',
    'Routine changes (rank, labels, estimates, a normal status change by its assignee) need nothing. Never comment on a change only because it happened.',
  ],
  examples: [
    {
      situation: 'Bo Chen, the assignee, moved SHOP-7 from In Progress to In Review; a pull request is open.',
      reply: {
        summary: 'Nothing to do: the normal way of work.',
        reasons: [
          { text: 'The assignee moved it, and its pull request is open.', evidence: ['event', 'issue'] },
        ],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'SHOP-9 was moved to Done; its pull request acme/shop#12 is still open.',
      reply: {
        summary: 'It stands as done while its pull request is open; one question to who moved it.',
        reasons: [
          { text: 'The issue is Done.', evidence: ['issue'] },
          { text: 'The pull request is open.', evidence: ['pr-acme/shop-12'] },
        ],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-9',
              as: 'answer',
              body: 'Bo, this is Done while acme/shop#12 is still open. Is the pull request no longer needed, or should this go back to In Review?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: 'The pull request being merged or declined.',
      },
    },
    {
      situation:
        'The priority of SHOP-15 went from Low to Highest; nobody is assigned; it is in the running sprint.',
      reply: {
        summary: 'Urgent work in the sprint that nobody owns.',
        reasons: [{ text: 'Highest priority and no assignee.', evidence: ['issue', 'event'] }],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-15',
              as: 'answer',
              body: 'This is Highest now and has no assignee. Who takes it, and what may wait for it in this sprint?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
