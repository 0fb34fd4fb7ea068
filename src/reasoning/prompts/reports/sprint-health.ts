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
  examples: [],
});
