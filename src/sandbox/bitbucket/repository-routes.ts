import type { Request, Response, Router } from 'express';
import { actorOf, param } from '../http.js';
import { textAt } from '../loose-json.js';
import { diffOf } from './diff.js';
import type { BitbucketCommitRecord, BitbucketPullRequestRecord, BuildState } from './records.js';
import {
  bitbucketTime,
  renderBranch,
  renderCommit,
  renderFullRepository,
  renderStatus,
  renderUser,
  renderWorkspace,
} from './render.js';
import { renderDiffstat } from './render-pull-request.js';
import { answerPage, bitbucketError, requestedRepository, viewOf } from './routing.js';
import type { BitbucketState } from './state.js';

const PATH = '/repositories/:workspace/:slug';
const BUILD_STATES: readonly BuildState[] = ['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'STOPPED'];

/** `/user`, `/workspaces…` and what belongs to a repository, pull requests apart. */
export function addRepositoryRoutes(router: Router, state: BitbucketState): void {
  addPeopleAndPlaces(router, state);
  addCommitRoutes(router, state);
  addStatusRoutes(router, state);

  router.get('/repositories/:workspace', (request, response) => {
    const prefix = `${param(request, 'workspace')}/`;
    const found = state.repositories().filter(({ fullName }) => fullName.startsWith(prefix));
    answerPage(request, response, found, (found) => renderFullRepository(viewOf(state, request), found));
  });
  router.get(PATH, (request, response) => {
    const repository = requestedRepository(state, request, response);
    if (repository !== null) response.json(renderFullRepository(viewOf(state, request), repository));
  });
  router.get(`${PATH}/refs/branches`, (request, response) => {
    const repository = requestedRepository(state, request, response);
    if (repository === null) return;
    answerPage(request, response, state.branches(repository.fullName), (branch) =>
      renderBranch(viewOf(state, request), branch),
    );
  });
  router.get(`${PATH}/refs/branches/*name`, (request, response) => {
    const repository = requestedRepository(state, request, response);
    if (repository === null) return;
    const name = [request.params.name ?? []].flat().join('/');
    const branch = state.branches(repository.fullName).find((known) => known.name === name);
    if (branch === undefined) return bitbucketError(response, 404, `Branch "${name}" does not exist`);
    response.json(renderBranch(viewOf(state, request), branch));
  });
  router.get(`${PATH}/diffstat/*spec`, (request, response) => {
    const pr = comparedBy(state, request, response);
    if (pr === null) return;
    answerPage(request, response, pr.diffstat, (file) => renderDiffstat(viewOf(state, request), pr, file));
  });
  router.get(`${PATH}/diff/*spec`, (request, response) => {
    const pr = comparedBy(state, request, response);
    if (pr !== null) response.type('text/plain').send(diffOf(pr.diffstat));
  });
}

function addPeopleAndPlaces(router: Router, state: BitbucketState): void {
  router.get('/user', (request, response) => {
    const user = state.findUser(actorOf(response));
    response.json({
      ...renderUser(viewOf(state, request), actorOf(response)),
      username: user?.nickname ?? '',
      created_on: bitbucketTime('2026-01-05T09:00:00.000Z'),
      is_staff: false,
      has_2fa_enabled: null,
      account_status: 'active',
    });
  });
  router.get('/users/:user', (request, response) => {
    const user = state.findUser(param(request, 'user'));
    if (user === null) return bitbucketError(response, 404, 'Resource not found');
    response.json(renderUser(viewOf(state, request), user.uuid));
  });
  const slugs = () => [...new Set(state.repositories().map(({ fullName }) => fullName.split('/')[0] ?? ''))];
  router.get('/workspaces', (request, response) =>
    answerPage(request, response, slugs(), (slug) => renderWorkspace(viewOf(state, request), slug)),
  );
  router.get('/workspaces/:workspace', (request, response) => {
    const slug = param(request, 'workspace');
    if (!slugs().includes(slug))
      return bitbucketError(response, 404, `No workspace with identifier '${slug}'.`);
    response.json(renderWorkspace(viewOf(state, request), slug));
  });
  router.get('/workspaces/:workspace/members', (request, response) => {
    const view = viewOf(state, request);
    const workspace = renderWorkspace(view, param(request, 'workspace'));
    answerPage(request, response, state.users(), ({ uuid }) => ({
      type: 'workspace_membership',
      user: renderUser(view, uuid),
      workspace,
    }));
  });
}

function addCommitRoutes(router: Router, state: BitbucketState): void {
  const list = (request: Request, response: Response): void => {
    const repository = requestedRepository(state, request, response);
    if (repository === null) return;
    answerPage(request, response, state.commits(repository.fullName), (commit) =>
      renderCommit(viewOf(state, request), commit),
    );
  };
  router.get(`${PATH}/commits`, list);
  router.get(`${PATH}/commits/*revision`, list);
  router.get(`${PATH}/commit/:hash`, (request, response) => {
    const commit = requestedCommit(state, request, response);
    if (commit !== null) response.json(renderCommit(viewOf(state, request), commit));
  });
}

function addStatusRoutes(router: Router, state: BitbucketState): void {
  router.get(`${PATH}/commit/:hash/statuses`, (request, response) => {
    const commit = requestedCommit(state, request, response);
    if (commit === null) return;
    answerPage(request, response, state.statuses(commit.repository, commit.hash), (status) =>
      renderStatus(viewOf(state, request), status),
    );
  });
  router.post(`${PATH}/commit/:hash/statuses/build`, (request, response) => {
    const commit = requestedCommit(state, request, response);
    if (commit !== null) setStatus(state, request, response, commit, textAt(request.body, 'key'));
  });
  router.put(`${PATH}/commit/:hash/statuses/build/:key`, (request, response) => {
    const commit = requestedCommit(state, request, response);
    if (commit !== null) setStatus(state, request, response, commit, param(request, 'key'));
  });
  router.get(`${PATH}/commit/:hash/statuses/build/:key`, (request, response) => {
    const commit = requestedCommit(state, request, response);
    if (commit === null) return;
    const statuses = state.statuses(commit.repository, commit.hash);
    const status = statuses.find(({ key }) => key === param(request, 'key'));
    if (status === undefined) return bitbucketError(response, 404, 'Resource not found');
    response.json(renderStatus(viewOf(state, request), status));
  });
}

function setStatus(
  state: BitbucketState,
  request: Request,
  response: Response,
  commit: BitbucketCommitRecord,
  key: string | null,
): void {
  const built = BUILD_STATES.find((known) => known === textAt(request.body, 'state'));
  if (key === null) return bitbucketError(response, 400, 'Bad request', { key: ['This field is required.'] });
  if (built === undefined)
    return bitbucketError(response, 400, 'Bad request', { state: ['Not a valid choice.'] });
  const known = state.statuses(commit.repository, commit.hash).some((status) => status.key === key);
  const name = textAt(request.body, 'name');
  const url = textAt(request.body, 'url');
  const description = textAt(request.body, 'description');
  const status = state.setStatus(actorOf(response), commit.repository, commit.hash, {
    key,
    state: built,
    refname: textAt(request.body, 'refname'),
    ...(name === null ? {} : { name }),
    ...(url === null ? {} : { url }),
    ...(description === null ? {} : { description }),
  });
  response.status(known ? 200 : 201).json(renderStatus(viewOf(state, request), status));
}

/** The commit that the path names; null after a 404 was answered. */
function requestedCommit(
  state: BitbucketState,
  request: Request,
  response: Response,
): BitbucketCommitRecord | null {
  const repository = requestedRepository(state, request, response);
  if (repository === null) return null;
  const commit = state.findCommit(repository.fullName, param(request, 'hash'));
  if (commit === null) bitbucketError(response, 404, `Commit ${param(request, 'hash')} not found`);
  return commit;
}

/** `{source}..{destination}` or `{repository}:{source}\r{destination}`, as a pull request's own link has it; null after a 404. */
function comparedBy(
  state: BitbucketState,
  request: Request,
  response: Response,
): BitbucketPullRequestRecord | null {
  const repository = requestedRepository(state, request, response);
  if (repository === null) return null;
  const spec = [request.params.spec ?? []].flat().join('/');
  const source =
    spec
      .split(/\.\.|\r/)[0]
      ?.split(':')
      .at(-1) ?? '';
  const pr = state
    .pullRequests(repository.fullName)
    .find(
      ({ sourceHash, sourceBranch }) =>
        sourceBranch === source || (source.length >= 7 && sourceHash.startsWith(source)),
    );
  if (pr === undefined) bitbucketError(response, 404, `Commit ${source} not found`);
  return pr ?? null;
}
