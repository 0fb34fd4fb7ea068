/** The simulated Bitbucket Cloud over HTTP, below `/bitbucket/2.0` (and `/bitbucket`, for a base URL without the version). */
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { credentialOf, setActor } from '../http.js';
import { addCommentRoutes } from './comment-routes.js';
import { addPullRequestRoutes } from './pull-request-routes.js';
import { addRepositoryRoutes } from './repository-routes.js';
import { bitbucketError, bitbucketFault } from './routing.js';

type BitbucketDeps = Pick<SandboxDeps, 'bitbucket' | 'accounts'>;

/** What Bitbucket's access tokens of a repository, project or workspace begin with. */
const ACCESS_TOKEN = 'ATCTT';

/**
 * Any non-empty credential is the agent's, save Basic with the nickname of a person: that acts as this person. An access token
 * does not get to know who it is.
 */
export function createBitbucketRouter(deps: BitbucketDeps): Router {
  const api = Router();
  api.use((request, response, next) => authenticate(deps, request, response, next));
  addRepositoryRoutes(api, deps.bitbucket);
  addPullRequestRoutes(api, deps.bitbucket);
  addCommentRoutes(api, deps.bitbucket);
  api.use((_request, response) => bitbucketError(response, 404, 'Resource not found'));
  const router = Router();
  router.use('/2.0', api);
  router.use(api);
  return router;
}

function authenticate(deps: BitbucketDeps, request: Request, response: Response, next: NextFunction): void {
  const credential = credentialOf(request);
  if (credential === null) return bitbucketFault(response, 401);
  if (credential.secret.startsWith(ACCESS_TOKEN) && /(?:^|\/)user$/.test(request.path))
    return bitbucketFault(response, 403);
  if (response.locals.brokenJson === true) return bitbucketError(response, 400, 'Bad request');
  const person = deps.bitbucket.users().find(({ nickname }) => nickname === credential.user);
  setActor(response, person?.uuid ?? deps.accounts.bitbucket.uuid);
  next();
}
