import { isPerson } from '../../domain/actions/slack-message.js';
import type { SlackRemovals } from '../../integrations/slack/removals.js';
import type { Slack } from '../../integrations/slack/slack.js';
import { standsSo } from '../actions/executor.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the message. Nobody but the bot can edit it, so there is nothing that a person could have changed. */
export function undoSlackMessage(slack: Slack, removals: SlackRemovals): Undoing<'slack.message'> {
  return ({ channel: place, threadTs }, { remoteId }) => {
    if (remoteId === null) {
      return nothingKnown('the message');
    }
    const channelOf = async () => (isPerson(place) ? slack.openDirectMessage(place) : place);
    const isGone = async (channel: string) => !(await removals.stands({ channel, threadTs, ts: remoteId }));
    return {
      find: async () => standsSo(await isGone(await channelOf())),
      prepare: async () => {
        const channel = await channelOf();
        if (await isGone(channel)) {
          return goneAlready(`the message ${remoteId} in ${place}`);
        }
        return {
          request: removals.requests.deleteMessage(channel, remoteId),
          precheck: async () => null,
          send: async (signal) => {
            await removals.deleteMessage(channel, remoteId, signal);
            return { remoteId: null };
          },
        };
      },
    };
  };
}
