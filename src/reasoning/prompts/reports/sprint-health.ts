import { type Prompt, promptOf } from '../../prompt.js';
import { REPORT_ROLE, REPORT_VERSION } from './report-role.js';

/** How the running sprint stands. */
export const sprintHealth: Prompt = promptOf({
  id: 'sprint-health',
  version: `${REPORT_VERSION}.1`,
  system: REPORT_ROLE,
  task: [
    'Say how the running sprint stands against its goal: done, in progress, not begun; what was added after it started; what is blocked; how many working days are left.',
    'Name a risk only with the issues that carry it. Forecast nothing that the numbers in the context do not say.',
  ],
  examples: [
    {
      situation:
        'Sprint "Shop 8", goal "Guests can pay": 7 of 12 issues done, 3 in progress, 2 not begun; SHOP-71 was added on Tuesday; SHOP-72 is blocked by SHOP-60; 3 working days are left.',
      reply:
        '**Shop 8** (Guests can pay): 7 of 12 done, 3 in progress, 2 not begun, 3 working days left. Added since it started: SHOP-71. Blocked: SHOP-72 waits for SHOP-60.',
    },
    {
      situation: 'No sprint is running.',
      reply: 'No sprint is running.',
    },
  ],
});
