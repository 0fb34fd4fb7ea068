/** Cycles: told from the mirror alone; those that no worker has yet, from the inbox. */
import { z } from 'zod';
import type { CycleFilter } from '../../audit/mirror-reader.js';
import { CYCLE_STATUSES } from '../../domain/cycle.js';
import { EVENT_SOURCES } from '../../domain/event.js';
import { listCycles } from '../cycle-list.js';
import { cycleOf } from '../cycle-of.js';
import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { type Route, route } from '../route.js';
import { auditListShape, toAuditView } from '../views/audit-view.js';
import { pageOf, pageQuery } from '../views/common.js';
import { cycleListShape, cycleShape, temporalUrls } from '../views/cycle-view.js';

const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(CYCLE_STATUSES).optional(),
  source: z.enum(EVENT_SOURCES).optional(),
  subject: z
    .string()
    .max(300)
    .optional()
    .openapi({ description: 'An issue key, acme/pay-api#7, or a channel and thread' }),
  since: z.iso
    .datetime({ offset: true })
    .or(z.iso.date())
    .optional()
    .openapi({ description: 'ISO 8601: received at or after' }),
  attention: z.literal('true').optional().openapi({
    description:
      'Only those that a person has to see to: what failed, or ended unknown, and was not settled or tried again since',
  }),
});

export function cycleRoutes(deps: ApiDeps): readonly Route[] {
  const urlOf = temporalUrls(deps.config.temporal);
  return [
    route({
      method: 'get',
      path: '/api/cycles',
      access: 'read',
      tag: 'cycles',
      summary: 'Cycles, newest first; queued ones in front',
      query: listQuery,
      answers: { 200: { description: 'One page', schema: cycleListShape } },
      handle: ({ query }) => listCycles(deps, filterOf(query), pageOf(query), urlOf),
    }),
    route({
      method: 'get',
      path: '/api/cycles/{id}',
      access: 'read',
      tag: 'cycles',
      summary: 'One cycle with steps, context, decision, actions, approvals, model calls and cost',
      answers: { 200: { description: 'The cycle', schema: cycleShape } },
      handle: ({ id }) => cycleOf(deps, id, urlOf),
    }),
    route({
      method: 'get',
      path: '/api/cycles/{id}/audit',
      access: 'read',
      tag: 'audit',
      summary: 'The audit entries of one cycle, oldest first',
      answers: { 200: { description: 'All of them', schema: auditListShape } },
      handle({ id }) {
        const entries = deps.mirror.auditOf(id);
        if (entries.length === 0 && deps.inbox.byCycle(id) === null && deps.mirror.getCycle(id) === null) {
          throw notFound(`cycle ${id}`);
        }
        return { items: entries.map(toAuditView), nextCursor: null };
      },
    }),
  ];
}

function filterOf(query: z.output<typeof listQuery>): CycleFilter {
  return {
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.source === undefined ? {} : { source: query.source }),
    ...(query.subject === undefined ? {} : { subject: query.subject }),
    ...(query.since === undefined ? {} : { since: new Date(query.since).toISOString() }),
    ...(query.attention === undefined ? {} : { attention: true as const }),
  };
}
