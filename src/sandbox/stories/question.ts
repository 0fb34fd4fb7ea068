import { issueInWork, jiraPerson } from './cast.js';
import type { Story } from './story.js';

export const question: Story = {
  tells: 'Somebody asks on an issue who works on it; the agent answers.',
  play: (deps) => {
    const issue = issueInWork(deps);
    const by = jiraPerson(deps, issue.assignee);
    const words = `@${deps.agentName} what is the status of this and who is working on it?`;
    deps.jira.addComment(by.accountId, issue, words);
  },
};
