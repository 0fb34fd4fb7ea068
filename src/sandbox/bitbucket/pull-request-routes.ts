import type { Request, Response, Router } from 'express';
import { actorOf, bodyAt, query, queryNumber } from '../http.js';
import { listAt, textAt } from '../loose-json.js';
import { filterOf } from './pull-request-filter.js';
import type { NewPullRequest } from './pull-requests.js';
import type { BitbucketParticipantRecord, BitbucketPullRequestRecord } from './records.js';
import { renderActivity, renderCommit, renderStatus } from './render.js';
import {
  pullRequestReference,
  renderDiffstat,
  renderListedPullRequest,
  renderParticipant,
  renderPullRequest,
} from './render-pull-request.js';
import {
  answerFeed,
  answerPage,
  bitbucketError,
  requestedPullRequest,
  requestedRepository,
  viewOf,
} from './routing.js';
import type { BitbucketState } from './state.js';

const PATH = '/repositories/:workspace/:slug/pullrequests';

/** `/repositories/{workspace}/{slug}/pullrequests…`, comments apart. */
export function addPullRequestRoutes(router: Router, state: BitbucketState): void {
  addListAndCreate(router, state);
  addSubresources(router, state);
  addDecisions(router, state);

  router.get(`${PATH}/:id`, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr !== null) response.json(renderPullRequest(viewOf(state, request), pr));
  });

  router.put(`${PATH}/:id`, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    if (pr.state !== 'OPEN') return bitbucketError(response, 400, 'This pull request is already closed.');
    const draft = bodyAt(request, 'draft');
    const updated = state.updatePullRequest(actorOf(response), pr, {
      title: textAt(request.body, 'title') ?? pr.title,
      description: textAt(request.body, 'description') ?? pr.description,
      destinationBranch: textAt(request.body, 'destination', 'branch', 'name') ?? pr.destinationBranch,
      draft: typeof draft === 'boolean' ? draft : pr.draft,
      ...(bodyAt(request, 'reviewers') === undefined ? {} : { reviewers: reviewersOf(request) }),
    });
    response.json(renderPullRequest(viewOf(state, request), updated));
  });
}

function addListAndCreate(router: Router, state: BitbucketState): void {
  router.get(PATH, (request, response) => {
    const repository = requestedRepository(state, request, response);
    if (repository === null) return;
    const matches = filterOf(query(request, 'q'));
    if (matches === null) return bitbucketError(response, 400, 'Invalid filter query expression.');
    if (queryNumber(request, 'pagelen', 1) > MOST_LISTED)
      return bitbucketError(response, 400, 'Invalid pagelen');
    const wanted = [request.query.state ?? 'OPEN'].flat().map(String);
    const newestFirst = state
      .pullRequests(repository.fullName)
      .filter((pr) => wanted.includes(pr.state) && matches(pr))
      .toSorted((left, right) => right.updatedOn.localeCompare(left.updatedOn));
    const found = query(request, 'sort') === 'updated_on' ? newestFirst.toReversed() : newestFirst;
    answerPage(request, response, found, (pr) => renderListedPullRequest(viewOf(state, request), pr));
  });

  router.post(PATH, (request, response) => {
    const repository = requestedRepository(state, request, response);
    if (repository === null) return;
    const title = textAt(request.body, 'title');
    const sourceBranch = textAt(request.body, 'source', 'branch', 'name');
    if (title === null)
      return bitbucketError(response, 400, 'Bad request', { title: ['This field is required.'] });
    if (sourceBranch === null)
      return bitbucketError(response, 400, 'Bad request', { source: ['This field is required.'] });
    if (!state.branches(repository.fullName).some(({ name }) => name === sourceBranch)) {
      return bitbucketError(response, 400, 'source: branch not found: ' + sourceBranch);
    }
    const destination = textAt(request.body, 'destination', 'branch', 'name');
    const fields: NewPullRequest = {
      title,
      sourceBranch,
      description: textAt(request.body, 'description') ?? '',
      ...(destination === null ? {} : { destinationBranch: destination }),
      reviewers: reviewersOf(request),
      draft: bodyAt(request, 'draft') === true,
      closeSourceBranch: bodyAt(request, 'close_source_branch') === true,
    };
    const pr = state.createPullRequest(actorOf(response), repository.fullName, fields);
    response.status(201).json(renderPullRequest(viewOf(state, request), pr));
  });
}

/** Of pull requests, Bitbucket lists no more at once. */
const MOST_LISTED = 50;

function reviewersOf(request: Request): string[] {
  return listAt(request.body, 'reviewers')
    .map((reviewer) => textAt(reviewer, 'uuid'))
    .filter((uuid) => uuid !== null);
}

function addSubresources(router: Router, state: BitbucketState): void {
  const page = <T>(
    tail: string,
    read: (pr: BitbucketPullRequestRecord) => T[],
    render: (request: Request, pr: BitbucketPullRequestRecord, value: T) => unknown,
  ) =>
    router.get(`${PATH}/:id/${tail}`, (request, response) => {
      const pr = requestedPullRequest(state, request, response);
      if (pr !== null) answerPage(request, response, read(pr), (value) => render(request, pr, value));
    });
  page(
    'commits',
    (pr) =>
      pr.commits.map((hash) => state.findCommit(pr.repository, hash)).filter((commit) => commit !== null),
    (request, _pr, commit) => renderCommit(viewOf(state, request), commit),
  );
  page(
    'statuses',
    (pr) => state.statuses(pr.repository, pr.sourceHash),
    (request, _pr, status) => renderStatus(viewOf(state, request), status),
  );
  page(
    'diffstat',
    (pr) => pr.diffstat,
    (request, pr, file) => renderDiffstat(viewOf(state, request), pr, file),
  );
  router.get(`${PATH}/:id/diff`, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    const spec = `${pr.sourceHash}..${pr.destinationHash}`;
    response.redirect(302, `${viewOf(state, request).api}/repositories/${pr.repository}/diff/${spec}`);
  });
  router.get(`${PATH}/:id/activity`, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    const view = viewOf(state, request);
    answerFeed(request, response, state.activity(pr.repository, pr.id), (activity) =>
      renderActivity(view, activity, pullRequestReference(view, pr)),
    );
  });
}

type Review = BitbucketParticipantRecord['state'];

function addDecisions(router: Router, state: BitbucketState): void {
  const review = (request: Request, response: Response, next: Review): void => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    if (pr.state !== 'OPEN') return bitbucketError(response, 409, 'This pull request is already closed.');
    const by = actorOf(response);
    const reviewed = state.review(by, pr, next);
    if (next === null) return void response.status(204).end();
    const participant = reviewed.participants.find(({ user }) => user === by);
    response.json(participant === undefined ? {} : renderParticipant(viewOf(state, request), participant));
  };
  router.post(`${PATH}/:id/approve`, (request, response) => review(request, response, 'approved'));
  router.delete(`${PATH}/:id/approve`, (request, response) => review(request, response, null));
  router.post(`${PATH}/:id/request-changes`, (request, response) =>
    review(request, response, 'changes_requested'),
  );
  router.delete(`${PATH}/:id/request-changes`, (request, response) => review(request, response, null));

  const close = (
    request: Request,
    response: Response,
    apply: (by: string, pr: BitbucketPullRequestRecord) => BitbucketPullRequestRecord,
  ): void => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    if (pr.state !== 'OPEN') return bitbucketError(response, 400, 'This pull request is already closed.');
    response.json(renderPullRequest(viewOf(state, request), apply(actorOf(response), pr)));
  };
  router.post(`${PATH}/:id/merge`, (request, response) =>
    close(request, response, (by, pr) => state.mergePullRequest(by, pr)),
  );
  router.post(`${PATH}/:id/decline`, (request, response) =>
    close(request, response, (by, pr) =>
      state.declinePullRequest(by, pr, textAt(request.body, 'reason') ?? ''),
    ),
  );
}
