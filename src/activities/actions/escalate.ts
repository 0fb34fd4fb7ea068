import { type Escalate, escalationText, NO_ESCALATION_PLACE } from '../../domain/actions/escalate.js';
import type { SlackMessage } from '../../domain/actions/slack-message.js';
import type { Slack } from '../../integrations/slack/slack.js';
import type { Executor } from './executor.js';
import { slackMessage } from './slack-message.js';

/** A direct message to the team's lead, or one in the team's channel, with the action's id as its metadata. */
export function escalate(slack: Slack): Executor<'escalate'> {
  const message = slackMessage(slack);
  return {
    async find(payload, mark, left) {
      const told = messageOf(payload);
      return told === null ? null : message.find(told, mark, left);
    },
    async prepare(payload, mark, seen) {
      const told = messageOf(payload);
      return told === null
        ? { settled: 'obsolete', message: NO_ESCALATION_PLACE }
        : message.prepare(told, mark, seen);
    },
  };
}

function messageOf(payload: Escalate): SlackMessage | null {
  const { to = null } = payload;
  return to === null ? null : { channel: to, threadTs: null, text: escalationText(payload) };
}
