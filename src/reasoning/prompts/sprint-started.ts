import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A sprint started, or was changed. */
export const sprintStarted: Prompt = eventPrompt({
  id: 'sprint-started',
  revision: 1,
  task: [
    'A sprint started, or was created, changed or deleted.',
    'When it started and the context names the team channel, one short message there helps: name, goal, dates, how many issues and how many of them without an owner or an estimate, all from the context. Only one, and only where nobody said it before.',
    'Other changes to a sprint need no word.',
  ],
  examples: [
    {
      situation:
        'Sprint "Shop 9" started: goal "Guests can pay", until 2026-12-18, 12 issues, 2 without an assignee. Channel C0SHOP.',
      reply: {
        summary: 'The sprint started: one message with goal, dates and what has no owner yet.',
        reasons: [
          { text: 'Goal and dates.', evidence: ['sprint-9'] },
          { text: 'SHOP-80 has no assignee.', evidence: ['issue-SHOP-80'] },
          { text: 'SHOP-81 has no assignee.', evidence: ['issue-SHOP-81'] },
        ],
        actions: [
          {
            kind: 'slack.message',
            payload: {
              channel: 'C0SHOP',
              threadTs: null,
              text: '**Shop 9** has started and runs until 18 December. Goal: Guests can pay. 12 issues; SHOP-80 and SHOP-81 have no assignee yet.',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'The goal of the planned sprint "Shop 10" was changed.',
      reply: {
        summary: 'Nothing to do: planning goes on.',
        reasons: [{ text: 'The sprint has not started.', evidence: ['event'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'Sprint "Shop 9" started; no channel is named.',
      reply: {
        summary: 'Nothing to do: there is no place to tell it.',
        reasons: [{ text: 'No channel is named.', evidence: ['event'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
