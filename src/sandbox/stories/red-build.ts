import { bitbucketPerson, repository } from './cast.js';
import type { Story } from './story.js';

export const redBuild: Story = {
  tells:
    'A push to the main branch breaks the build. (A message needs a team with a Slack channel in pm-agent.yaml.)',
  play: (deps) => {
    const { fullName, mainBranch } = repository(deps);
    const by = bitbucketPerson(deps).uuid;
    const [commit] = deps.bitbucket.push(by, fullName, mainBranch, ['Round amounts before they are stored']);
    if (commit !== undefined) {
      deps.bitbucket.setStatus(by, fullName, commit.hash, {
        key: 'pipeline',
        name: `Pipeline on ${mainBranch}`,
        state: 'FAILED',
        description: '2 of 214 tests failed',
        refname: mainBranch,
      });
    }
  },
};
