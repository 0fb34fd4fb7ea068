/** The inbox, as it stands. */
import { z } from 'zod';
import { EVENT_SOURCES } from '../../domain/event.js';
import { includesScope, type Operator } from '../../domain/operator.js';
import { EVENT_ORIGINS, EVENT_STATUSES } from '../../domain/stored-event.js';
import type { WebhookFilter, WebhookRow } from '../../inbox/inbox.js';
import type { ApiDeps } from '../deps.js';
import { HttpError, notFound } from '../http-error.js';
import { deciderOf, identityOf } from '../operator-auth.js';
import type { Readmit } from '../readmission.js';
import { type Route, route } from '../route.js';
import { errorShape, pageOf, pageQuery, reasonBody } from '../views/common.js';
import { acceptedShape, eventListShape, eventShape, toEventView } from '../views/event-view.js';
import { doorsOf } from '../webhooks/stored-doors.js';

const listQuery = z.strictObject({
  ...pageQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'not one that a listing gave out')
    .optional(),
  status: z.enum(EVENT_STATUSES).optional(),
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

const readmissionBody = reasonBody('ReadmissionRequest');

export function eventRoutes({ inbox }: ApiDeps, readmit: Readmit): readonly Route[] {
  return [
    readmissionRoute(
      readmit,
      'release',
      'Let a quarantined event in: a person vouches for it. It is read again; too old does not count any more',
    ),
    readmissionRoute(
      readmit,
      'retry',
      'Try again: a dead letter (bytes that could not be read, a workflow that Temporal refused or lost), or an event whose cycle failed or ended with an effect that failed or is unknown',
    ),
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
      answers: {
        200: { description: 'The delivery; with raw=1 its bytes', schema: eventShape },
        403: { description: 'The bytes of a Slack form need the scope admin', schema: errorShape },
      },
      handle({ id, query, response }) {
        const row = inbox.get(id);
        const raw = query.raw === '1' ? inbox.raw(id) : null;
        if (row === null || (query.raw === '1' && raw === null)) {
          throw notFound(`event ${id}`);
        }
        if (raw === null) {
          return toEventView(row);
        }
        assertMayReadRaw(row, identityOf(response).operator);
        // Somebody else wrote these bytes: no browser may take them for a page.
        response.type('application/octet-stream').attachment(`${id}.body`).send(raw);
        return undefined;
      },
    }),
  ];
}

function readmissionRoute(readmit: Readmit, what: 'release' | 'retry', summary: string): Route {
  return route({
    method: 'post',
    path: `/api/events/{id}/${what}`,
    access: 'decide',
    tag: 'events',
    summary,
    body: readmissionBody,
    answers: {
      202: { description: 'It goes the normal way; a cycle will answer it', schema: acceptedShape },
      409: {
        description:
          'Still held (and why), not held (any more), or another event tells of the same; the error says which',
        schema: errorShape,
      },
    },
    async handle({ id, body, request, response }) {
      const by = deciderOf(request, response);
      const { cycleId } = await readmit({ eventId: id, what, by, reason: body.reason });
      response.status(202);
      return { status: 'accepted', eventId: id, cycleId };
    },
  });
}

/** Who holds a `response_url` may write to Slack in the agent's name. */
function assertMayReadRaw(row: WebhookRow, operator: Operator): void {
  const isGuarded = doorsOf(row).some((door) => door.holdsCapabilities === true);
  if (isGuarded && !includesScope(operator.scope, 'admin')) {
    throw new HttpError(
      403,
      'insufficient_scope',
      `the body of a Slack form holds what answers in the agent's name (response_url, trigger_id): its bytes need the scope admin; "${operator.name}" has ${operator.scope}`,
    );
  }
}

function filterOf(query: z.output<typeof listQuery>): WebhookFilter {
  return {
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.source === undefined ? {} : { source: query.source }),
    ...(query.subject === undefined ? {} : { subject: query.subject }),
    ...(query.origin === undefined ? {} : { origin: query.origin }),
  };
}
