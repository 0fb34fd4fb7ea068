/** A team-managed project, which somebody makes in the browser: with a board, and an estimate, that are its own. */
import { Router } from 'express';
import { refuse } from '../http.js';
import { isRecord } from '../loose-json.js';
import type { JiraState } from './state.js';

/** Such projects are none of the seed's, and so are the ids of what belongs to them. */
const FIRST_PROJECT_ID = 10_500;
const FIRST_BOARD_ID = 500;
const FIRST_FIELD_ID = 10_500;

/** `POST /_jira/team-managed` `{key, sprints}`: answers the board's id and the id of the project's own "Story point estimate". */
export function createTeamManagedRouter(jira: JiraState): Router {
  const router = Router();
  router.post('/_jira/team-managed', (request, response) => {
    const body: unknown = request.body;
    const { key, sprints } = isRecord(body) ? body : {};
    if (typeof key !== 'string' || !/^[A-Z][A-Z0-9_]{1,9}$/.test(key) || jira.findProject(key) !== null)
      return refuse(response, '"key" must be the key of a new project.');
    if (typeof sprints !== 'boolean') return refuse(response, '"sprints" must be true or false.');
    const count = jira.projects().length;
    const id = String(FIRST_PROJECT_ID + count);
    const board = FIRST_BOARD_ID + count;
    const estimateField = `customfield_${FIRST_FIELD_ID + count}`;
    jira.saveProject({ id, key, name: key, lead: null, teamManaged: { estimateField } });
    jira.saveBoard({ id: board, name: `${key} board`, type: 'simple', projectKey: key, sprints });
    response.json({ id, key, board, estimateField });
  });
  return router;
}
