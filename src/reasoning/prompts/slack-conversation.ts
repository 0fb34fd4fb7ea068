import { instructionOf, type Prompt } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

const TASK = [
  'Somebody speaks to you in Slack: a mention, a message in a thread you are part of, a direct message, a command or a button.',
  'Answer in that same channel and thread (slack.message with the channel and threadTs of facts.thread), from the issues and messages in the context. Ask back when it is unclear which issue is meant.',
  'A message in a thread that is plainly for somebody else needs no answer. A request to change an issue is proposed as that change on facts.issue; the reply comes from whoever approves it.',
];

/** Somebody speaks to the agent in Slack. */
export const slackConversation: Prompt = {
  id: 'slack-conversation',
  version: `${ROLE_VERSION}.1`,
  system: ROLE,
  build: (input) => instructionOf(TASK, input),
};
