import type { Slack } from '../../integrations/slack/slack.js';
import type { Executor } from './executor.js';

/** A message with the action's id and the changes that it answers as its metadata, which is how it is found again. */
export function slackMessage(slack: Slack): Executor<'slack.message'> {
  return {
    async prepare({ channel, threadTs, text }, { actionId, answers, sought }) {
      const write = { channel, threadTs, text, actionId, answers };
      return {
        request: slack.requests.postMessage(write),
        precheck: async () => null,
        findExisting: async () => {
          const remoteId = await slack.findMessageByAction(channel, threadTs, actionId, sought);
          return remoteId === null ? null : { remoteId };
        },
        send: async () => ({ remoteId: await slack.postMessage(write) }),
      };
    },
  };
}
