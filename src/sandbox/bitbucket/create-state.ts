import type { Scope } from '../scope.js';
import { createPullRequestComments } from './create-comments.js';
import { createPullRequests } from './create-pull-requests.js';
import { createRepositories } from './create-repositories.js';
import type { BitbucketState } from './state.js';
import { createBitbucketWebhooks } from './webhooks.js';

/** The simulated Bitbucket over this store. */
export function createBitbucketState(scope: Scope): BitbucketState {
  const webhooks = createBitbucketWebhooks(scope, () => state);
  const repositories = createRepositories(scope, webhooks);
  const pullRequests = createPullRequests(scope, repositories, webhooks);
  const state: BitbucketState = {
    ...repositories,
    ...pullRequests,
    ...createPullRequestComments(scope, pullRequests, webhooks),
  };
  return state;
}
