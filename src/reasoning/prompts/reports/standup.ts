import { type Prompt, promptOf } from '../../prompt.js';
import { REPORT_ROLE, REPORT_VERSION } from './report-role.js';

/** What moved since yesterday. */
export const standup: Prompt = promptOf({
  id: 'standup',
  version: `${REPORT_VERSION}.1`,
  system: REPORT_ROLE,
  task: [
    "Write the team's standup from what the context holds: what moved since the last working day, what is blocked or waits for review, what has the team's attention today.",
    'Name issues by key and people by name; what nobody touched is not listed. At most ten lines. Where nothing moved, say so in one line.',
  ],
  examples: [],
});
