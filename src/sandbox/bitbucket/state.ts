/** The simulated Bitbucket as plain functions. `save…` stores silently; everything else acts as the user `by` (uuid) and sends the webhook. */

import type { PullRequestCommentState } from './comments.js';
import type { PullRequestState } from './pull-requests.js';
import type { RepositoryState } from './repositories.js';

export type BitbucketState = RepositoryState & PullRequestState & PullRequestCommentState;
