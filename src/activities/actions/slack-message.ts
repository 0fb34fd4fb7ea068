import type { Slack } from '../../integrations/slack/slack.js';
import { type Executor, madeAs } from './executor.js';

/** A message with the action's id and the changes that it answers as its metadata, which is how it is found again. */
export function slackMessage(slack: Slack): Executor<'slack.message'> {
  return {
    find: async ({ channel, threadTs }, { actionId, sought, since }) =>
      madeAs(await slack.findMessageByAction(channel, threadTs, actionId, sought, since)),
    async prepare({ channel, threadTs, text }, { actionId, answers }) {
      const write = { channel, threadTs, text, actionId, answers };
      return {
        request: slack.requests.postMessage(write),
        precheck: async () => null,
        send: async (signal) => ({ remoteId: await slack.postMessage(write, signal) }),
      };
    },
  };
}
