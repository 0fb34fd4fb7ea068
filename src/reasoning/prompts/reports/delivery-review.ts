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
  examples: [
    {
      situation:
        'Last week: 6 issues done (SHOP-41 to SHOP-46); median cycle time 4.5 days; SHOP-45 took 11 days, 8 of them In Review; 2 of the 6 came in unplanned.',
      reply:
        '6 issues were done (SHOP-41 to SHOP-46), 2 of them unplanned; the median took 4.5 days. SHOP-45 took 11, of which it waited 8 in review.\n\nWhat made SHOP-45 wait for a review?',
    },
    {
      situation: 'Nothing was done last week; the tools say that nobody worked (holidays).',
      reply: 'Nothing was delivered: nobody worked.',
    },
  ],
});
