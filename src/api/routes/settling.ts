import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { namesOf } from '../names.js';
import { deciderOf } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { actionShape, toActionView } from '../views/action-view.js';
import { errorShape, recordedShape, remark } from '../views/common.js';

const settleBody = z
  .strictObject({
    found: z.enum(['done', 'not_done'], 'done or not_done').openapi({
      description: 'done: it ends as executed; not_done: as failed, and its event can be tried again',
    }),
    reason: remark('What was found, for the others; it stands in the result and in the audit log'),
  })
  .openapi('Settle');

const openShape = z
  .object({
    count: z.int(),
    items: z.array(actionShape).openapi({ description: 'The oldest first, at most 100' }),
  })
  .openapi('Unsettled');

/** Effects of which nobody knows whether they were done, until a person who looked says so. */
export function settlingRoutes(deps: ApiDeps): readonly Route[] {
  const { settling } = deps;
  return [
    route({
      method: 'get',
      path: '/api/unsettled',
      access: 'read',
      tag: 'cycles',
      summary: 'Actions of which nobody knows whether they were done',
      answers: { 200: { description: 'What waits for a person to look', schema: openShape } },
      handle: () => {
        const { count, items } = settling.open();
        const names = namesOf(deps);
        return { count, items: items.map((row) => toActionView(row, names, deps.pausing)) };
      },
    }),
    route({
      method: 'post',
      path: '/api/actions/{id}/settle',
      access: 'decide',
      tag: 'cycles',
      summary: 'Say whether an unknown effect was done',
      body: settleBody,
      answers: {
        200: { description: 'The action as it stands now', schema: actionShape },
        202: { description: 'Recorded; a worker has yet to take it over', schema: recordedShape },
        409: { description: 'It is not unknown, or another person said otherwise', schema: errorShape },
      },
      async handle({ id, body: { found, reason }, request, response }) {
        const action = await settling.settle(id, found, deciderOf(request, response), reason);
        if (action === null) {
          response.status(202);
          return { status: 'recorded' };
        }
        return toActionView(action, namesOf(deps), deps.pausing);
      },
    }),
  ];
}
