/** Why something was said or done: from any id that a person comes across. */
import { cycleOf } from '../cycle-of.js';
import type { ApiDeps } from '../deps.js';
import { findExplained } from '../find-explained.js';
import { type Route, route } from '../route.js';
import { errorShape } from '../views/common.js';
import { temporalUrls } from '../views/cycle-view.js';
import { toEventView } from '../views/event-view.js';
import { explanationShape } from '../views/explanation-view.js';

export function explanationRoutes(deps: ApiDeps): readonly Route[] {
  const urlOf = temporalUrls(deps.config.temporal);
  return [
    route({
      method: 'get',
      path: '/api/explanations/{id}',
      access: 'read',
      tag: 'cycles',
      summary: "What led to a comment, message, action, approval, event or cycle, by the thing's own id",
      answers: {
        200: {
          description: 'The event, the cycle, and which of its actions is meant',
          schema: explanationShape,
        },
        409: {
          description: 'Vendors gave this id to several effects; the error names them',
          schema: errorShape,
        },
      },
      handle({ id }) {
        const { cycleId, actionId } = findExplained(deps, id);
        const cycle = cycleOf(deps, cycleId, urlOf);
        const row = deps.inbox.get(cycle.eventId);
        return { actionId, cycle, event: row === null ? null : toEventView(row) };
      },
    }),
  ];
}
