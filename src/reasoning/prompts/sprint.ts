import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'A sprint was created, changed, started, closed or deleted.',
  'When it started or closed and the context names the team channel, one short message there may help: name, goal, dates, how many issues stand how, all from the context. Other changes rarely need a word.',
];

/** A sprint was created, changed, started, closed or deleted. */
export const sprint: Prompt = {
  id: 'sprint',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
