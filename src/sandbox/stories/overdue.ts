import { issueInWork } from './cast.js';
import type { Story } from './story.js';

const DAY_MS = 24 * 3600 * 1000;

export const overdue: Story = {
  tells:
    'The due date of an issue in work passes. Nobody does that, so no webhook goes out: the next sweep finds it, by day where the team has a calendar.',
  play: (deps) => {
    const yesterday = new Date(deps.clock().getTime() - DAY_MS);
    deps.jira.saveIssue({ ...issueInWork(deps), dueDate: yesterday.toISOString().slice(0, 10) });
  },
};
