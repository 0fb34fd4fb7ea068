/** The inbox, as it stands. */
import { z } from 'zod';
import { EVENT_SOURCES } from '../../domain/event.js';
import { EVENT_ORIGINS, type WebhookFilter } from '../../inbox/inbox.js';
import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { type Route, route } from '../route.js';
import { pageOf, pageQuery } from '../views/common.js';
import { eventListShape, eventShape, eventStatuses, toEventView } from '../views/event-view.js';

const listQuery = z.strictObject({
  ...pageQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'not one that a listing gave out')
    .optional(),
  status: z.enum(eventStatuses).optional(),
  source: z.enum(EVENT_SOURCES).optional(),
  subject: z.string().max(300).optional(),
  origin: z.enum(EVENT_ORIGINS).optional(),
});

const oneQuery = z.strictObject({
  raw: z
    .enum(['0', '1'])
    .optional()
    .openapi({ description: '1: the body as it was received, byte for byte' }),
});

export function eventRoutes({ inbox }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/events',
      access: 'read',
      tag: 'events',
      summary: 'What arrived, newest first',
      query: listQuery,
      answers: { 200: { description: 'One page', schema: eventListShape } },
      handle({ query }) {
        const { items, nextCursor } = inbox.list(filterOf(query), pageOf(query));
        return { items: items.map(toEventView), nextCursor };
      },
    }),
    route({
      method: 'get',
      path: '/api/events/{id}',
      access: 'read',
      tag: 'events',
      summary: 'One delivery, or its raw body',
      query: oneQuery,
      answers: { 200: { description: 'The delivery; with raw=1 its bytes', schema: eventShape } },
      handle({ id, query, response }) {
        const row = inbox.get(id);
        const raw = query.raw === '1' ? inbox.raw(id) : null;
        if (row === null || (query.raw === '1' && raw === null)) {
          throw notFound(`event ${id}`);
        }
        if (raw === null) {
          return toEventView(row);
        }
        // Somebody else wrote these bytes: no browser may take them for a page.
        response.type('application/octet-stream').attachment(`${id}.body`).send(raw);
        return undefined;
      },
    }),
  ];
}

function filterOf(query: z.output<typeof listQuery>): WebhookFilter {
  return {
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.source === undefined ? {} : { source: query.source }),
    ...(query.subject === undefined ? {} : { subject: query.subject }),
    ...(query.origin === undefined ? {} : { origin: query.origin }),
  };
}
