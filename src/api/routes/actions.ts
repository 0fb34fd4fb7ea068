import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { namesOf } from '../names.js';
import { deciderOf } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { actionShape, toActionView } from '../views/action-view.js';
import { errorShape } from '../views/common.js';

const recordedShape = z.object({ status: z.literal('recorded') }).openapi('UndoRecorded');

const undoneShape = actionShape
  .extend({
    remark: z.string().nullable().openapi({
      description: 'What could not be put back and a person has to see to; null where everything was',
    }),
  })
  .openapi('UndoneAction');

/** What the agent did or wants to do, and taking it back. */
export function actionRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/actions/{id}',
      access: 'read',
      tag: 'cycles',
      summary: 'One action with its exact request and result',
      answers: { 200: { description: 'The action', schema: actionShape } },
      handle({ id }) {
        const row = deps.mirror.getAction(id);
        if (row === null) {
          throw notFound(`action ${id}`);
        }
        return toActionView(row, namesOf(deps), deps.pausing);
      },
    }),
    undoRoute(deps),
  ];
}

function undoRoute(deps: ApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/actions/{id}/undo',
    access: 'decide',
    tag: 'cycles',
    summary: 'Take back what an action did, if nobody changed it since',
    answers: {
      200: { description: 'Taken back: the action as it stands now', schema: undoneShape },
      202: { description: 'On its way; no worker has answered yet', schema: recordedShape },
      403: {
        description: 'Whoever asks could not have decided it: the message says who may',
        schema: errorShape,
      },
      409: {
        description: 'Changed since (by whom, what stands now), not done, not reversible, or too late',
        schema: errorShape,
      },
      503: { description: 'Temporal cannot be reached', schema: errorShape },
    },
    async handle({ id, request, response }) {
      const done = await deps.undo.undo(id, deciderOf(request, response));
      if (done === null) {
        response.status(202);
        return { status: 'recorded' };
      }
      return { ...toActionView(done.action, namesOf(deps), deps.pausing), remark: done.remark };
    },
  });
}
