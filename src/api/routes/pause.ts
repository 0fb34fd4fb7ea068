/** The brake: whoever may decide may pull it, an admin lets go. */
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { deciderOf } from '../operator-auth.js';
import type { PauseState } from '../pausing.js';
import { type Route, route } from '../route.js';
import { actionShape, toActionView } from '../views/action-view.js';
import { time } from '../views/common.js';

const reasonBody = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1)
      .max(2_000)
      .optional()
      .openapi({ description: 'Tells the others why; it stands in the audit log' }),
  })
  .openapi('PauseRequest');

const pauseShape = z
  .object({
    paused: z.boolean(),
    since: time.nullable(),
    by: z.string().nullable().openapi({ description: 'The id of the operator who paused' }),
    byName: z.string().nullable(),
    reason: z.string().nullable(),
    heldCount: z.int(),
    held: z.array(actionShape).openapi({
      description: 'What leaves after the pause, oldest first, at most 100: decided, approved, or under way',
    }),
  })
  .openapi('Pause');

export function pauseRoutes({ pausing }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/pause',
      access: 'read',
      tag: 'service',
      summary: 'Is the agent paused, by whom and why, and what is held?',
      answers: { 200: { description: 'How it stands', schema: pauseShape } },
      handle: () => toView(pausing.state()),
    }),
    route({
      method: 'post',
      path: '/api/pause',
      access: 'decide',
      tag: 'service',
      summary: 'Stop all effects, also over restarts; an undo still goes. The first pause holds',
      body: reasonBody,
      answers: { 200: { description: 'Paused', schema: pauseShape } },
      handle: async ({ body, request, response }) =>
        toView(await pausing.pause(deciderOf(request, response), body.reason)),
    }),
    route({
      method: 'post',
      path: '/api/resume',
      access: 'admin',
      tag: 'service',
      summary: 'Let effects leave again: what was held goes on within half a minute',
      body: reasonBody,
      answers: { 200: { description: 'Not paused', schema: pauseShape } },
      handle: async ({ body, request, response }) =>
        toView(await pausing.resume(deciderOf(request, response), body.reason)),
    }),
  ];
}

function toView({ pause, heldCount, held }: PauseState): z.input<typeof pauseShape> {
  return {
    paused: pause !== null,
    since: pause?.since ?? null,
    by: pause?.by ?? null,
    byName: pause?.byName ?? null,
    reason: pause?.reason ?? null,
    heldCount,
    held: held.map(toActionView),
  };
}
