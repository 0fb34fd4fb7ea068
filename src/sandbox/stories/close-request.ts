import { closableIssue, jiraPerson } from './cast.js';
import type { Story } from './story.js';

export const closeRequest: Story = {
  tells: 'Somebody asks the agent to close an issue; it waits for an approval.',
  play: (deps) => {
    const issue = closableIssue(deps);
    const by = jiraPerson(deps, issue.reporter);
    deps.jira.addComment(by.accountId, issue, `@${deps.agentName} please close this, it is done`);
  },
};
