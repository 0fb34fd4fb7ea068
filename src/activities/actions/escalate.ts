import { escalationText, NO_ESCALATION_PLACE } from '../../domain/actions/escalate.js';
import type { Slack } from '../../integrations/slack/slack.js';
import type { Executor } from './executor.js';
import { slackMessage } from './slack-message.js';

/** A direct message to the team's lead, or one in the team's channel, with the action's id as its metadata. */
export function escalate(slack: Slack): Executor<'escalate'> {
  const message = slackMessage(slack);
  return {
    async prepare(payload, mark, seen) {
      const { to } = payload;
      return to === null || to === undefined
        ? { settled: 'obsolete', message: NO_ESCALATION_PLACE }
        : message.prepare({ channel: to, threadTs: null, text: escalationText(payload) }, mark, seen);
    },
  };
}
