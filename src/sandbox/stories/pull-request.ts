import { bitbucketPerson, repository } from './cast.js';
import type { Story } from './story.js';

export const pullRequest: Story = {
  tells:
    'A pull request is opened that names no issue; the agent proposes to ask for the key; it waits for an approval.',
  play: (deps) => {
    const { fullName, mainBranch } = repository(deps);
    const by = bitbucketPerson(deps).uuid;
    const sourceBranch = `tidy/logging_${deps.store.nextNumber('story.branch', 1)}`;
    deps.bitbucket.push(by, fullName, sourceBranch, ['Log the request id with every refund']);
    deps.bitbucket.createPullRequest(by, fullName, {
      title: 'Log the request id with every refund',
      description: 'So that support can follow a refund through the logs.',
      sourceBranch,
      destinationBranch: mainBranch,
    });
  },
};
