import { isPerson } from '../../domain/actions/slack-message.js';
import type { SlackRemovals } from '../../integrations/slack/removals.js';
import type { Slack } from '../../integrations/slack/slack.js';
import { standsSo } from '../actions/executor.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the message. Nobody but the bot can edit it, so there is nothing that a person could have changed. */
export function undoSlackMessage(slack: Slack, removals: SlackRemovals): Undoing<'slack.message'> {
  return ({ channel: place, threadTs }, { actionId, remoteId }) => {
    if (remoteId === null) {
      return nothingKnown('the message');
    }
    const isGone = async () => (await slack.findMessageByAction(place, threadTs, actionId)) === null;
    return {
      find: async () => standsSo(await isGone()),
      prepare: async () => {
        if (await isGone()) {
          return goneAlready(`the message ${remoteId} in ${place}`);
        }
        const channel = isPerson(place) ? await slack.openDirectMessage(place) : place;
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
