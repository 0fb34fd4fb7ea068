import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** Somebody commented on an issue. */
export const question: Prompt = eventPrompt({
  id: 'question',
  revision: 1,
  task: [
    'Somebody wrote or edited a comment on a Jira issue.',
    'If the comment speaks to you by name or account, do what it asks as far as the facts carry it: answer on the issue (jira.comment), or propose the move, assignment or field that it asks for. Answer every question of a burst in one comment.',
    'If it does not speak to you, do nothing, unless it leaves the issue in a state that the team rules ask you to act on. A thank-you to you needs no answer.',
  ],
  examples: [
    {
      situation:
        '"@PM Agent who is on this and when is it due?" SHOP-20, assignee Cleo Diaz, sprint Shop 8 ending 2026-12-04, no due date.',
      reply: {
        summary: 'The facts answer the question.',
        reasons: [
          { text: 'Cleo Diaz is assigned, the sprint ends on 4 December.', evidence: ['issue', 'sprint-8'] },
        ],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-20',
              as: 'answer',
              body: 'Cleo Diaz is on it. It has no due date of its own; its sprint Shop 8 ends on 4 December.',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: '"@PM Agent please close this, it is released." SHOP-21 can move to Done, To Do.',
      reply: {
        summary: 'A person asks for the move; the policy decides whether somebody confirms it.',
        reasons: [
          { text: 'The comment asks for it in so many words.', evidence: ['comment-30021'] },
          { text: 'Done can be reached.', evidence: ['transition-31'] },
        ],
        actions: [{ kind: 'jira.transition', payload: { issueKey: 'SHOP-21', toStatus: 'Done' } }],
        uncertainty: null,
        wouldChange: 'An open sub-task or pull request.',
      },
    },
    {
      situation: '"I think we should split this next week, @Bo Chen." Nobody speaks to the agent.',
      reply: {
        summary: 'Nothing to do: people talk among themselves.',
        reasons: [{ text: 'The comment speaks to Bo Chen.', evidence: ['comment-30022'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
