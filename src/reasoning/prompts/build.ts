import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'Commits were pushed, or a build reported its state.',
  'Only a failed build on the main branch concerns the whole team: one short message in the team channel, where the context names one, with repository, branch, build and commit. Everything else is for its author and needs nothing from you.',
];

/** Commits were pushed or a build reported its state. */
export const build: Prompt = {
  id: 'build',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
