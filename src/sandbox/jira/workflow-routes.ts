/** What an administrator of Jira does to a workflow: one more way between two statuses, with a screen that demands something. */
import { Router } from 'express';
import { refuse } from '../http.js';
import { isRecord } from '../loose-json.js';
import type { JiraState } from './state.js';

/** What a screen can demand. */
const DEMANDED = ['resolution', 'assignee', 'priority'];

/**
 * `POST /_jira/transitions` `{id, name, from, to, demands}`: from and to are names of statuses. A known id is that transition
 * from now on.
 */
export function createWorkflowRouter(jira: JiraState): Router {
  const router = Router();
  router.post('/_jira/transitions', (request, response) => {
    const body: unknown = request.body;
    const { id, name, from, to, demands } = isRecord(body) ? body : {};
    if (typeof id !== 'string' || !/^\d{1,9}$/.test(id)) return refuse(response, '"id" must be digits.');
    if (typeof name !== 'string' || name === '') return refuse(response, '"name" must be a text.');
    const [start, end] = [from, to].map((status) => jira.statuses().find((known) => known.name === status));
    if (start === undefined || end === undefined)
      return refuse(response, '"from" and "to" must be names of statuses.');
    const requiredFields = Array.isArray(demands) ? demands.filter(isDemanded) : [];
    if (!Array.isArray(demands) || requiredFields.length < demands.length)
      return refuse(response, `"demands" must be a list out of ${DEMANDED.join(', ')}.`);
    const transition = { id, name, from: [start.id], to: end.id, requiredFields };
    jira.saveTransition(transition);
    response.json(transition);
  });
  return router;
}

function isDemanded(field: unknown): field is string {
  return DEMANDED.some((known) => known === field);
}
