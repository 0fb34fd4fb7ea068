/** How much the agent may do by itself: everybody sees it, an admin changes it. */
import { z } from 'zod';
import { ACTION_KINDS, type ActionKind } from '../../domain/action.js';
import { NO_PROJECT } from '../../domain/autonomy.js';
import type { Autonomy } from '../autonomy.js';
import type { ApiDeps } from '../deps.js';
import { deciderOf } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { autonomyShape, toAutonomyView } from '../views/autonomy-view.js';
import { errorShape, recordedShape, remark } from '../views/common.js';

const changeBody = z
  .strictObject({
    kind: z.enum(ACTION_KINDS as [ActionKind, ...ActionKind[]], `one of ${ACTION_KINDS.join(', ')}`),
    project: z.string().trim().min(1).max(200).default(NO_PROJECT),
    reason: remark('Tells the others why; it stands in the history and in the audit log'),
  })
  .openapi('AutonomyChange');

const listShape = z.object({ items: z.array(autonomyShape) }).openapi('AutonomyList');

export function autonomyRoutes({ autonomy }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/autonomy',
      access: 'read',
      tag: 'autonomy',
      summary:
        'The level of each kind of action in each project, what speaks for more, and how it came about',
      answers: { 200: { description: 'Every kind and project that was judged so far', schema: listShape } },
      handle: () => ({ items: autonomy.list().map(toAutonomyView) }),
    }),
    changeRoute('promote', 'Take the level that is offered', autonomy),
    changeRoute('demote', 'One level less', autonomy),
  ];
}

function changeRoute(order: 'promote' | 'demote', summary: string, autonomy: Autonomy): Route {
  return route({
    method: 'post',
    path: `/api/autonomy/${order}`,
    access: 'admin',
    tag: 'autonomy',
    summary,
    body: changeBody,
    answers: {
      200: { description: 'How it stands now', schema: autonomyShape },
      202: { description: 'Recorded; carried out when a worker is back', schema: recordedShape },
      409: { description: 'Not offered, no such level, or another one holds by now', schema: errorShape },
      503: { description: 'Temporal cannot be reached', schema: errorShape },
    },
    async handle({ body: { kind, project, reason }, request, response }) {
      const state = await autonomy[order]({ kind, project }, deciderOf(request, response), reason);
      if (state === null) {
        response.status(202);
        return { status: 'recorded' };
      }
      return toAutonomyView(state);
    },
  });
}
