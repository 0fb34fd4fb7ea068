import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A sprint was closed. */
export const sprintClosed: Prompt = eventPrompt({
  id: 'sprint-closed',
  revision: 1,
  task: [
    'A sprint was closed.',
    'Where the context names the team channel, one short message there: name, goal, how many issues are done and which are not, with their keys. Say nothing of people, and compare with no other sprint.',
    'If the goal was met is for the team to say: give what carries it.',
  ],
  examples: [
    {
      situation:
        'Sprint "Shop 8" closed: 10 of 12 issues done, SHOP-71 In Review, SHOP-72 To Do. Channel C0SHOP.',
      reply: {
        summary: 'The sprint closed: what is done and what is left.',
        reasons: [
          { text: '10 of 12 issues are done.', evidence: ['sprint-8'] },
          { text: 'SHOP-71 is In Review.', evidence: ['issue-SHOP-71'] },
          { text: 'SHOP-72 is To Do.', evidence: ['issue-SHOP-72'] },
        ],
        actions: [
          {
            kind: 'slack.message',
            payload: {
              channel: 'C0SHOP',
              threadTs: null,
              text: '**Shop 8** is closed: 10 of 12 issues are done. Left: SHOP-71 (In Review) and SHOP-72 (To Do).',
            },
          },
        ],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'Sprint "Shop 8" closed; its issues could not be read (omitted says so).',
      reply: {
        summary: 'Nothing to do: without its issues there is nothing true to say.',
        reasons: [{ text: 'The issues are missing from the context.', evidence: ['event'] }],
        actions: [],
        uncertainty: 'How its issues stand.',
        wouldChange: null,
      },
    },
    {
      situation: 'An empty sprint was closed.',
      reply: {
        summary: 'Nothing to do: it held no issue.',
        reasons: [{ text: 'It has no issues.', evidence: ['sprint-7'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
  ],
});
