import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { type Route, route } from '../route.js';
import { actionShape, toActionView } from '../views/action-view.js';

/** What the agent did or wants to do. */
export function actionRoutes({ mirror }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/actions/{id}',
      access: 'read',
      tag: 'cycles',
      summary: 'One action with its exact request and result',
      answers: { 200: { description: 'The action', schema: actionShape } },
      handle({ id }) {
        const row = mirror.getAction(id);
        if (row === null) {
          throw notFound(`action ${id}`);
        }
        return toActionView(row);
      },
    }),
  ];
}
