/** What a person does to an issue in the browser and no API of Jira's tells: it is moved, and its old key leads to it. */
import { Router } from 'express';
import { refuse } from '../http.js';
import { isRecord } from '../loose-json.js';
import type { JiraState } from './state.js';

const KEY = /^([A-Z][A-Z0-9_]{1,9})-[1-9][0-9]{0,9}$/;

/**
 * `POST /_jira/move` `{issue, key}`: the issue has this key from now on. Its old one goes on leading to it, until another
 * issue gets that: then it leads there.
 */
export function createMoveRouter(jira: JiraState): Router {
  const router = Router();
  router.post('/_jira/move', (request, response) => {
    const body: unknown = request.body;
    const { issue: name, key } = isRecord(body) ? body : {};
    const projectKey = typeof key === 'string' ? KEY.exec(key)?.[1] : undefined;
    if (typeof key !== 'string' || projectKey === undefined)
      return refuse(response, '"key" must be an issue key.');
    const issue = typeof name === 'string' ? jira.findIssue(name) : null;
    if (issue === null) return refuse(response, '"issue" must be the key or id of an issue.');
    jira.saveIssue({ ...issue, key, projectKey });
    response.json({ id: issue.id, key });
  });
  return router;
}
