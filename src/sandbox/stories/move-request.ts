import { jiraPerson, movableIssue } from './cast.js';
import type { Story } from './story.js';

export const moveRequest: Story = {
  tells: 'Somebody asks the agent to move an issue on; it waits for an approval.',
  play: (deps) => {
    const { issue, status } = movableIssue(deps);
    const by = jiraPerson(deps, issue.reporter);
    deps.jira.addComment(by.accountId, issue, `@${deps.agentName} please move this to ${status}`);
  },
};
