import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A link was made or removed, or work is blocked or overdue. */
export const blockedWork: Prompt = eventPrompt({
  id: 'blocked-work',
  revision: 1,
  task: [
    'Issues were linked or unlinked, or work turned out to be blocked or overdue.',
    'Say something only where somebody waits and may not know: work in progress that is now blocked by work that nobody has begun, a blocker that is done while the blocked issue still stands as blocked, a circle of blockers, a due date that has passed without a word.',
    'Name the blocker by key and state, and ask the one question that unblocks: who can start it, or may this move on? Links that only relate need nothing.',
  ],
  examples: [
    {
      situation: 'SHOP-30 (In Progress, Bo Chen) is now blocked by SHOP-31 (To Do, nobody).',
      reply: {
        summary: 'Work in progress waits for work that nobody has begun.',
        reasons: [
          { text: 'SHOP-31 is To Do and unassigned.', evidence: ['link-501'] },
          { text: 'SHOP-30 is in progress.', evidence: ['issue'] },
        ],
        actions: [
          {
            kind: 'jira.comment',
            payload: {
              issueKey: 'SHOP-30',
              as: 'answer',
              body: 'This now waits for SHOP-31, which is To Do and has no assignee. Bo, who could start SHOP-31, or can this go on without it?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation:
        'SHOP-33 was due on 2026-11-20, today is 2026-11-25, in progress; its assignee wrote yesterday that it ships on Friday.',
      reply: {
        summary: 'Nothing to do: it is overdue, and its assignee said when it comes.',
        reasons: [{ text: 'The latest comment names Friday.', evidence: ['comment-30040'] }],
        actions: [],
        uncertainty: null,
        wouldChange: 'Friday passing without a word.',
      },
    },
    {
      situation: 'SHOP-35 relates to SHOP-36.',
      reply: {
        summary: 'Nothing to do: a link that only relates.',
        reasons: [{ text: 'Nobody waits because of it.', evidence: ['event'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
