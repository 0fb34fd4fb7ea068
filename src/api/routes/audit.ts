import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { type Route, route } from '../route.js';
import { auditListShape, chainShape, toAuditView } from '../views/audit-view.js';
import { pageOf, pageQuery } from '../views/common.js';

/** The hash-chained log, and whether it still holds. */
export function auditRoutes({ mirror, chain }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit',
      access: 'read',
      tag: 'audit',
      summary: 'The chain, newest first',
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'One page', schema: auditListShape } },
      handle({ query }) {
        const { items, nextCursor } = mirror.listAudit(pageOf(query));
        return { items: items.map(toAuditView), nextCursor };
      },
    }),
    route({
      method: 'get',
      path: '/api/audit/verify',
      access: 'read',
      tag: 'audit',
      summary: 'Recomputes the whole chain',
      answers: { 200: { description: 'Whether it holds, and where it breaks', schema: chainShape } },
      handle: () => chain.verify(),
    }),
  ];
}
