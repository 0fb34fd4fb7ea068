import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'Something happened on a Bitbucket pull request: created, updated, approved, changes requested, commented, merged or declined.',
  'If a comment speaks to you by name or account, answer it on the pull request (bitbucket.pr_comment).',
  'Otherwise look for what holds the change up or leaves the plan untrue: no issue key, a red build, an issue whose status does not fit (merged work that still stands as open). Propose the one action that helps, or none.',
];

/** Something happened on a pull request. */
export const pullRequest: Prompt = {
  id: 'pull-request',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
