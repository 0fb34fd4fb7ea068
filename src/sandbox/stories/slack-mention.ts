import { issueInWork, slackPerson, teamChannel } from './cast.js';
import type { Story } from './story.js';

export const slackMention: Story = {
  tells: 'Somebody asks the agent in Slack about an issue; it answers in the thread.',
  play: (deps) => {
    const channel = teamChannel(deps);
    const { key } = issueInWork(deps);
    deps.slack.postMessage(slackPerson(deps, channel).id, channel.id, {
      text: `<@${deps.accounts.slack.userId}> what is the status of ${key}, and is anything blocking it?`,
    });
  },
};
