import type { Prompt } from '../prompt.js';
import { eventPrompt } from './event-prompt.js';

/** A build reported its state, or commits were pushed. */
export const failingBuild: Prompt = eventPrompt({
  id: 'failing-build',
  revision: 1,
  task: [
    'A build reported its state, or commits were pushed.',
    'Only a failed build on the main branch concerns the whole team: one short message in the team channel (agent.channel), where the context names one, with repository, branch, build and commit. If the channel was told of the same red build already, nothing.',
    'A failed build on another branch is for its author and needs nothing from you.',
  ],
  examples: [
    {
      situation: 'Build "unit" FAILED on main of acme/shop, commit 0a1b2c3.',
      reply: {
        summary: 'The main branch is red: the team should know.',
        reasons: [{ text: 'The build failed on the main branch.', evidence: ['status-0a1b2c3d4e5f'] }],
        actions: [
          {
            kind: 'slack.message',
            payload: {
              channel: 'C0SHOP',
              threadTs: null,
              text: 'The build **unit** of acme/shop failed on main (commit `0a1b2c3`). Who looks at it?',
            },
          },
        ],
        uncertainty: null,
        wouldChange: 'A newer green build on main.',
      },
    },
    {
      situation: 'Build "unit" FAILED on SHOP-70-coupon.',
      reply: {
        summary: 'Nothing to do: a branch in work, its author sees it.',
        reasons: [{ text: 'It is not the main branch.', evidence: ['status-0a1b2c3d4e5f'] }],
        actions: [],
        uncertainty: null,
        wouldChange: null,
      },
    },
    {
      situation: 'Build FAILED on main; the context names no channel.',
      reply: {
        summary: 'Nothing to do: the main branch is red, and there is no place to tell it.',
        reasons: [{ text: 'No channel is named.', evidence: ['event'] }],
        actions: [],
        uncertainty: 'Whether somebody saw it.',
        wouldChange: null,
      },
    },
  ],
});
