import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'A Jira issue was created, changed, linked or unlinked. Nobody has asked you anything yet.',
  'Look for what would stop the team: a bug without steps to reproduce, urgent work that nobody owns, work that just became blocked, a link that contradicts how the issues stand. If one short question or hint on this issue would move it on, comment; else do nothing.',
  'Routine changes (rank, labels, estimates, a normal status change by its assignee) need no comment.',
];

/** An issue was created, changed, deleted, linked or unlinked. */
export const issueChanged: Prompt = {
  id: 'issue-changed',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
