import { type Prompt, promptOf } from '../../prompt.js';
import { REPORT_ROLE, REPORT_VERSION } from './report-role.js';

/** What was delivered. */
export const deliveryReview: Prompt = promptOf({
  id: 'delivery-review',
  version: `${REPORT_VERSION}.1`,
  system: REPORT_ROLE,
  task: [
    'Review the last week: what was delivered, what took long and where it waited, what came in unplanned. Speak of work and waits, never of people.',
    'Each number stands in the context with its receipt: cite it. End with at most two questions that the team may want to ask itself.',
  ],
  examples: [],
});
