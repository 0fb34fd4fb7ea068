import { type Request, type Response, Router } from 'express';
import { actorOf, bodyAt, param, query, queryNumber } from '../http.js';
import { textAt } from '../loose-json.js';
import { CLOSED_SPRINT, jiraError } from './errors.js';
import { searchIssues } from './jql.js';
import type { JiraBoardRecord, JiraIssueRecord, JiraSprintRecord } from './records.js';
import { renderSprint, type View } from './render.js';
import { renderIssue } from './render-issue.js';
import { type ViewOf } from './routing.js';
import { foundBy } from './search-routes.js';
import type { JiraState } from './state.js';

/** `/rest/agile/1.0`: boards, sprints and their issues; texts come as strings. */
export function createAgileRouter(state: JiraState, viewOf: ViewOf, clock: () => Date): Router {
  const router = Router();
  addBoardRoutes(router, state, viewOf);
  addSprintRoutes(router, state, viewOf);

  const answerIssues = (
    request: Request,
    response: Response,
    belongs: (issue: JiraIssueRecord) => boolean,
  ) => {
    const jql = query(request, 'jql') ?? 'ORDER BY key ASC';
    const search = { state, now: clock(), caller: actorOf(response) };
    const found = foundBy(response, () => searchIssues(search, jql).filter(belongs));
    if (found === null) return;
    const startAt = queryNumber(request, 'startAt', 0);
    const maxResults = queryNumber(request, 'maxResults', 50);
    const fields = query(request, 'fields')?.split(',') ?? null;
    const expand = (query(request, 'expand') ?? '').split(',');
    const issues = found
      .slice(startAt, startAt + maxResults)
      .map((issue) => renderIssue(viewOf(request), issue, { fields, expand }));
    response.json({ expand: 'schema,names', startAt, maxResults, total: found.length, issues });
  };

  router.get('/sprint/:sprint/issue', (request, response) => {
    const sprint = requestedSprint(state, request, response);
    if (sprint !== null) answerIssues(request, response, ({ sprintIds }) => sprintIds.includes(sprint.id));
  });
  router.get('/board/:board/issue', (request, response) => {
    const board = requestedBoard(state, request, response);
    if (board !== null) answerIssues(request, response, ({ projectKey }) => projectKey === board.projectKey);
  });
  router.get('/board/:board/backlog', (request, response) => {
    const board = requestedBoard(state, request, response);
    if (board === null) return;
    answerIssues(
      request,
      response,
      (issue) => issue.projectKey === board.projectKey && isInBacklog(state, issue),
    );
  });
  router.get('/board/:board/sprint/:sprint/issue', (request, response) => {
    const sprint = requestedSprint(state, request, response);
    if (sprint !== null) answerIssues(request, response, ({ sprintIds }) => sprintIds.includes(sprint.id));
  });
  router.post('/sprint/:sprint/issue', (request, response) => {
    const sprint = requestedSprint(state, request, response);
    if (sprint !== null) moveToSprint(state, request, response, sprint);
  });
  return router;
}

function isInBacklog(state: JiraState, issue: JiraIssueRecord): boolean {
  return issue.sprintIds.every((id) => state.findSprint(id)?.state === 'closed');
}

function moveToSprint(
  state: JiraState,
  request: Request,
  response: Response,
  sprint: JiraSprintRecord,
): void {
  if (sprint.state === 'closed') return jiraError(response, 400, [CLOSED_SPRINT]);
  const keys = bodyAt(request, 'issues');
  const issues = (Array.isArray(keys) ? keys : []).map((key) => state.findIssue(String(key)));
  if (issues.includes(null)) {
    return jiraError(response, 400, [
      'One or more issues do not exist or you do not have permission to see them.',
    ]);
  }
  for (const issue of issues) {
    if (issue === null) continue;
    const closed = issue.sprintIds.filter((id) => state.findSprint(id)?.state === 'closed');
    state.updateIssue(actorOf(response), issue, { sprintIds: [...closed, sprint.id] });
  }
  response.status(204).end();
}

function addBoardRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/board', (request, response) => {
    const project = query(request, 'projectKeyOrId');
    const key = project === null ? null : state.findProject(project)?.key;
    const types = query(request, 'type')?.split(',') ?? null;
    const boards = state
      .boards()
      .filter((board) => key === null || board.projectKey === key)
      .filter(({ type }) => types === null || types.includes(type));
    const view = viewOf(request);
    answerPage(
      request,
      response,
      boards.map((board) => renderBoard(view, board)),
    );
  });
  router.get('/board/:board', (request, response) => {
    const board = requestedBoard(state, request, response);
    if (board !== null) response.json(renderBoard(viewOf(request), board));
  });
  router.get('/board/:board/sprint', (request, response) => {
    const board = requestedBoard(state, request, response);
    if (board === null) return;
    if (!hasSprints(board)) return jiraError(response, 400, ['The board does not support sprints']);
    const states = query(request, 'state')?.split(',') ?? null;
    const sprints = state
      .sprints(board.id)
      .filter((sprint) => states === null || states.includes(sprint.state));
    const view = viewOf(request);
    answerPage(
      request,
      response,
      sprints.map((sprint) => renderSprint(view, sprint)),
    );
  });
}

function addSprintRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.post('/sprint', (request, response) => {
    const name = textAt(request.body, 'name');
    const board = state.findBoard(Number(bodyAt(request, 'originBoardId')));
    if (name === null) return jiraError(response, 400, ['The sprint name must not be empty.']);
    if (board === null) return jiraError(response, 400, ['The board does not exist or you cannot see it.']);
    const sprint = state.createSprint({
      boardId: board.id,
      name,
      goal: textAt(request.body, 'goal'),
      startDate: textAt(request.body, 'startDate'),
      endDate: textAt(request.body, 'endDate'),
    });
    response.status(201).json(renderSprint(viewOf(request), sprint));
  });
  router.get('/sprint/:sprint', (request, response) => {
    const sprint = requestedSprint(state, request, response);
    if (sprint !== null) response.json(renderSprint(viewOf(request), sprint));
  });
  const update = (request: Request, response: Response): void => {
    const sprint = requestedSprint(state, request, response);
    if (sprint === null) return;
    const wanted = textAt(request.body, 'state') ?? sprint.state;
    const order = ['future', 'active', 'closed'] as const;
    const next = order.find((known) => known === wanted);
    if (next === undefined || order.indexOf(next) < order.indexOf(sprint.state)) {
      return jiraError(response, 400, [`The sprint cannot go from ${sprint.state} to ${wanted}.`]);
    }
    const updated = state.updateSprint(sprint, {
      state: next,
      name: textAt(request.body, 'name') ?? sprint.name,
      goal: textAt(request.body, 'goal') ?? sprint.goal,
      startDate: textAt(request.body, 'startDate') ?? sprint.startDate,
      endDate: textAt(request.body, 'endDate') ?? sprint.endDate,
    });
    response.json(renderSprint(viewOf(request), updated));
  };
  router.post('/sprint/:sprint', update);
  router.put('/sprint/:sprint', update);
}

/** Kanban has none, and a simple board where its team switched them on. */
function hasSprints({ type, sprints }: JiraBoardRecord): boolean {
  return type === 'scrum' || (type === 'simple' && sprints === true);
}

function renderBoard({ base, state }: View, board: JiraBoardRecord): Record<string, unknown> {
  const project = state.findProject(board.projectKey);
  return {
    id: board.id,
    self: `${base}/rest/agile/1.0/board/${board.id}`,
    name: board.name,
    type: board.type,
    ...(project === null
      ? {}
      : {
          location: {
            projectId: Number(project.id),
            displayName: `${project.name} (${project.key})`,
            projectName: project.name,
            projectKey: project.key,
            projectTypeKey: 'software',
            name: `${project.name} (${project.key})`,
          },
        }),
  };
}

function requestedBoard(state: JiraState, request: Request, response: Response): JiraBoardRecord | null {
  const board = state.findBoard(Number(param(request, 'board')));
  if (board === null) {
    jiraError(response, 404, [
      'The requested board cannot be viewed because it either does not exist or you do not have permission to view it.',
    ]);
  }
  return board;
}

function requestedSprint(state: JiraState, request: Request, response: Response): JiraSprintRecord | null {
  const sprint = state.findSprint(Number(param(request, 'sprint')));
  if (sprint === null) jiraError(response, 404, ['Sprint does not exist.']);
  return sprint;
}

function answerPage(request: Request, response: Response, all: unknown[]): void {
  const startAt = queryNumber(request, 'startAt', 0);
  const maxResults = queryNumber(request, 'maxResults', 50);
  const values = all.slice(startAt, startAt + maxResults);
  const isLast = startAt + values.length >= all.length;
  response.json({ maxResults, startAt, total: all.length, isLast, values });
}
