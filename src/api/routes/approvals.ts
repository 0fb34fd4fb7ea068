/** What waits for a person, and the door through which a person decides. */
import { z } from 'zod';
import { APPROVAL_ORDERS } from '../../audit/mirror-reader.js';
import { APPROVAL_STATUSES, DECISIONS } from '../../domain/approval.js';
import type { ApiDeps } from '../deps.js';
import { notFound } from '../http-error.js';
import { namesOf } from '../names.js';
import { deciderOf, identityOf, insufficientScope } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import {
  type ApprovalView,
  approvalListShape,
  approvalShape,
  toApprovalView,
  toCardViews,
  withState,
} from '../views/approval-view.js';
import { errorShape, jsonObject, pageOf, pageQuery, recordedShape, remark, time } from '../views/common.js';

const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(APPROVAL_STATUSES).optional(),
  sort: z
    .enum(APPROVAL_ORDERS)
    .default('newest')
    .openapi({ description: 'The newest first, or the nearest deadline' }),
});

const decisionBody = z
  .strictObject({
    decision: z.enum(DECISIONS, `one of ${DECISIONS.join(', ')}`),
    hash: z
      .string('the hash that GET /api/approvals/{id} shows')
      .regex(/^[0-9a-f]{64}$/, 'not a sha256 in hex; take it from GET /api/approvals/{id}'),
    reason: remark('Tells the others why; worth giving with a rejection'),
    note: remark('A remark; with ask, the question for the agent'),
    payload: jsonObject
      .optional()
      .openapi({ description: 'With approve: the whole payload as it should be instead (an edit)' }),
    until: z
      .string()
      .refine((value) => !Number.isNaN(Date.parse(value)), 'write a time like 2026-12-01T09:00:00Z')
      .optional()
      .openapi({ description: 'With snooze: nobody is reminded before' }),
  })
  .openapi('DecisionRequest');

const recordedDecision = recordedShape
  .extend({
    madeAt: time.openapi({ description: 'From when it counts, also where a worker comes to it later' }),
  })
  .openapi('DecisionMade');

export function approvalRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/approvals',
      access: 'read',
      tag: 'approvals',
      summary: 'Requests for approval, newest or nearest deadline first',
      query: listQuery,
      answers: { 200: { description: 'One page', schema: approvalListShape } },
      handle({ query }) {
        const { status, sort } = query;
        const filter = status === undefined ? { sort } : { status, sort };
        const { items, nextCursor } = deps.mirror.listApprovals(filter, pageOf(query));
        const waiting = deps.decisions.waiting();
        const names = namesOf(deps);
        return {
          items: items.map((row) => toApprovalView(row, waiting.get(row.id) ?? null, names)),
          nextCursor,
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/approvals/{id}',
      access: 'read',
      tag: 'approvals',
      summary: 'One request with the exact payload that an approval covers',
      answers: { 200: { description: 'The request', schema: approvalShape } },
      handle: ({ id }) => approvalOf(deps, id),
    }),
    decisionRoute(deps),
  ];
}

function decisionRoute(deps: ApiDeps): Route {
  return route({
    method: 'post',
    path: '/api/approvals/{id}/decision',
    access: 'decide',
    tag: 'approvals',
    onRefused(request, response) {
      const { code, message: why } = insufficientScope('decide', identityOf(response).operator);
      const by = deciderOf(request, response);
      const approvalId = String(request.params['id']);
      return deps.decisions.noteRefusal({ approvalId, by, what: 'decide', code, why });
    },
    summary:
      'Approve (as it is, or edited), reject, ask the agent, put off or take over exactly what was read',
    body: decisionBody,
    answers: {
      200: { description: 'Decided, or noted: the new state', schema: approvalShape },
      202: { description: 'Recorded; applied when a worker is back', schema: recordedDecision },
      403: {
        description:
          'The rule names other people, the policy denies the edit, or the token or session may not decide',
        schema: errorShape,
      },
      409: { description: 'Already decided (by whom, when), expired, or another hash', schema: errorShape },
    },
    async handle({ id, body, request, response }) {
      const by = deciderOf(request, response);
      const { reason, note, payload, until, ...decision } = body;
      const state = await deps.decisions.decide({
        approvalId: id,
        ...decision,
        by,
        reason,
        note,
        payload,
        until: until === undefined ? undefined : new Date(until).toISOString(),
      });
      if (state.status === 'recorded') {
        response.status(202);
        return state;
      }
      return withState(approvalOf(deps, id), state);
    },
  });
}

function approvalOf(deps: ApiDeps, id: string): ApprovalView {
  const { mirror, decisions } = deps;
  const row = mirror.getApproval(id);
  if (row === null) {
    throw notFound(`approval ${id}`);
  }
  return {
    ...toApprovalView(row, decisions.waiting().get(id) ?? null, namesOf(deps)),
    cards: toCardViews(mirror.cardsOf(id)),
  };
}
