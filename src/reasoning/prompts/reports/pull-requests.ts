import { type Prompt, promptOf } from '../../prompt.js';
import { REPORT_ROLE, REPORT_VERSION } from './report-role.js';

/** Which pull requests wait. */
export const pullRequests: Prompt = promptOf({
  id: 'pull-requests',
  version: `${REPORT_VERSION}.1`,
  system: REPORT_ROLE,
  task: [
    'List the pull requests that wait: for a first review, for changes, for a merge; the longest wait first, each with repository, number, title, how long and for whom.',
    'Leave out drafts, and those that moved within a working day.',
  ],
  examples: [
    {
      situation:
        'Open: acme/shop#51 "Coupons for guests" (Dan Okafor), no review since six days, reviewers Ada Roe and Tom Berg; acme/shop#57, opened this morning; acme/shop#58, a draft.',
      reply: '- acme/shop#51 Coupons for guests: six days without a first review, by Ada Roe or Tom Berg',
    },
    {
      situation: 'All open pull requests moved today.',
      reply: 'No pull request waits.',
    },
  ],
});
