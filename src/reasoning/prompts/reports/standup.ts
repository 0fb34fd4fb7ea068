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
  examples: [
    {
      situation:
        'Since Thursday: SHOP-41 moved to Done (Mia Sand), acme/shop#57 opened by Ken Ito, SHOP-44 flagged as blocked by SHOP-40. Nothing else moved.',
      reply:
        '- Done: SHOP-41 (Mia Sand)\n- In review: acme/shop#57 (Ken Ito)\n- Blocked: SHOP-44 waits for SHOP-40, which nobody has begun',
    },
    {
      situation: 'Nothing moved since the last working day; two people are away.',
      reply: 'Nothing moved since Thursday.',
    },
  ],
});
