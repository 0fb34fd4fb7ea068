import { jiraPerson, missing, PROJECT } from './cast.js';
import type { Story } from './story.js';

export const newBug: Story = {
  tells: 'A bug of the highest priority comes in without a description and without an owner.',
  play: (deps) => {
    if (deps.jira.findProject(PROJECT) === null) {
      missing(`the project ${PROJECT}`);
    }
    deps.jira.createIssue(jiraPerson(deps).accountId, {
      projectKey: PROJECT,
      issueType: 'Bug',
      summary: 'Payments are charged twice after a timeout',
      description: null,
      priority: 'Highest',
      assignee: null,
    });
  },
};
