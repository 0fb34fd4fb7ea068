/** Drills are an admin's: whoever decides must not be able to look up which requests are none. */
import { z } from 'zod';
import { DRILL_OUTCOMES } from '../../domain/drill.js';
import type { ApiDeps } from '../deps.js';
import { type DrillReport, drillReport, newDrill } from '../drills.js';
import { deciderOf } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { errorShape, time } from '../views/common.js';

const rate = {
  caught: z.int(),
  missed: z.int(),
  rate: z
    .number()
    .nullable()
    .openapi({ description: 'Caught over caught and missed; null where there was neither' }),
};

const reportShape = z
  .object({
    overall: z.object(rate),
    byApprover: z.array(z.object({ id: z.string(), ...rate })),
    items: z.array(
      z.object({
        id: z.string(),
        cycleId: z.string(),
        approvalId: z.string().nullable(),
        outcome: z.enum(DRILL_OUTCOMES),
        kind: z.string(),
        wrong: z.string().openapi({ description: 'What was wrong with it' }),
        decidedBy: z.string().nullable(),
        startedBy: z.string(),
        startedAt: time,
        endedAt: time,
      }),
    ),
  })
  .openapi('DrillReport');

const begunShape = z.object({ id: z.string(), status: z.literal('queued') }).openapi('DrillBegun');

export function drillRoutes({ mirror, config, startDrill }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/drills',
      access: 'admin',
      tag: 'approvals',
      summary: 'Drills that are over, and how many were caught, overall and by approver',
      answers: { 200: { description: 'The latest 1,000', schema: reportShape } },
      handle: () => toView(drillReport(mirror)),
    }),
    route({
      method: 'post',
      path: '/api/drills',
      access: 'admin',
      tag: 'approvals',
      summary: 'Show a request that nobody should approve; nothing of it is ever carried out',
      answers: {
        202: { description: 'Begun', schema: begunShape },
        503: { description: 'Temporal cannot be reached', schema: errorShape },
      },
      async handle({ request, response }) {
        const drill = newDrill(deciderOf(request, response).id, config.approvalTimeoutMs);
        await startDrill(drill);
        response.status(202);
        return { id: drill.drillId, status: 'queued' };
      },
    }),
  ];
}

function toView({ overall, byApprover, drills }: DrillReport): z.input<typeof reportShape> {
  return {
    overall,
    byApprover: [...byApprover],
    items: drills.map(({ channel: _channel, given: _given, ...drill }) => drill),
  };
}
