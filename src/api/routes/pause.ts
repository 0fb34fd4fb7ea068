/** The brake: whoever may decide may pull it, an admin lets go. */
import { z } from 'zod';
import type { Scope } from '../../domain/operator.js';
import type { ApiDeps } from '../deps.js';
import { namesOf } from '../names.js';
import { deciderOf } from '../operator-auth.js';
import type { PauseState, Pausing } from '../pausing.js';
import { type Route, route } from '../route.js';
import { actionShape, toActionView } from '../views/action-view.js';
import { reasonBody, time } from '../views/common.js';

const pauseBody = reasonBody('PauseRequest');

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

export function pauseRoutes(deps: ApiDeps): readonly Route[] {
  const { pausing } = deps;
  return [
    route({
      method: 'get',
      path: '/api/pause',
      access: 'read',
      tag: 'service',
      summary: 'Is the agent paused, by whom and why, and what is held?',
      answers: { 200: { description: 'How it stands', schema: pauseShape } },
      handle: () => toView(deps, pausing.state()),
    }),
    orderRoute(
      deps,
      'pause',
      'decide',
      'Stop all effects, also over restarts; an undo still goes. The first pause holds',
      (by, reason) => pausing.pause(by, reason),
    ),
    orderRoute(
      deps,
      'resume',
      'admin',
      'Let effects leave again: what was held goes on within half a minute',
      (by, reason) => pausing.resume(by, reason),
    ),
  ];
}

function orderRoute(
  deps: ApiDeps,
  order: 'pause' | 'resume',
  access: Scope,
  summary: string,
  carryOut: Pausing['pause'],
): Route {
  return route({
    method: 'post',
    path: `/api/${order}`,
    access,
    tag: 'service',
    summary,
    body: pauseBody,
    answers: { 200: { description: 'How it stands now', schema: pauseShape } },
    handle: async ({ body, request, response }) =>
      toView(deps, await carryOut(deciderOf(request, response), body.reason)),
  });
}

function toView(deps: ApiDeps, { pause, heldCount, held }: PauseState): z.input<typeof pauseShape> {
  const names = namesOf(deps);
  return {
    paused: pause !== null,
    since: pause?.since ?? null,
    by: pause?.by ?? null,
    byName: pause?.byName ?? null,
    reason: pause?.reason ?? null,
    heldCount,
    held: held.map((row) => toActionView(row, names, deps.pausing)),
  };
}
