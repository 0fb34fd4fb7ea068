import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'Somebody wrote or edited a comment on a Jira issue.',
  'If the comment speaks to you by name or account, do what it asks as far as the facts carry it: answer on the issue (jira.comment), or propose the move or assignment that it asks for.',
  'If it does not speak to you, do nothing, unless it leaves the issue in a state that the team rules ask you to act on.',
];

/** Somebody commented on an issue. */
export const comment: Prompt = {
  id: 'comment',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
