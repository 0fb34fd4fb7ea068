import { z } from 'zod';
import type { CycleDetail } from '../../audit/mirror-reader.js';
import type { AuditLogTable, CyclesTable, StepsTable } from '../../audit/schema.js';
import type { Config } from '../../config/config.js';
import { isLoopbackHost } from '../../config/loopback.js';
import { CYCLE_STATUSES } from '../../domain/cycle.js';
import type { OutboxDecision } from '../../domain/outbox-decision.js';
import type { WebhookRow } from '../../inbox/inbox.js';
import { isLost } from '../../inbox/relay/lost.js';
import type { Names } from '../names.js';
import type { Pausing } from '../pausing.js';
import { actionShape, toActionView } from './action-view.js';
import { approvalShape, toApprovalView } from './approval-view.js';
import { jsonObject, listOf, parseJson, time } from './common.js';
import { modelCallShape, toModelCall, toolUseShape, toolUsesIn } from './model-call-view.js';

const summaryFields = {
  id: z.string(),
  eventId: z.string(),
  status: z.enum(CYCLE_STATUSES),
  outcome: z.string().nullable(),
  subject: z.string(),
  project: z.string().nullable(),
  source: z.string(),
  eventType: z.string(),
  title: z.string().nullable(),
  summary: z.string(),
  coalescedInto: z.string().nullable(),
  cost: z.number().openapi({ description: 'USD' }),
  temporalUrl: z.string().openapi({
    description: "The workflow in Temporal's Web UI; only the path where the server is not on this machine",
  }),
  receivedAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  error: z.string().nullable(),
};

export const cycleSummaryShape = z.object(summaryFields).openapi('CycleSummary');
export const cycleListShape = listOf('CycleList', cycleSummaryShape);

const stepShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    attempt: z.number().int(),
    startedAt: time,
    endedAt: time.nullable(),
    detail: jsonObject,
  })
  .openapi('Step');

export const cycleShape = z
  .object({
    ...summaryFields,
    steps: z.array(stepShape),
    context: jsonObject
      .nullable()
      .openapi({ description: 'What the decision could rest on, with its sources' }),
    decision: jsonObject.nullable().openapi({ description: 'What the model proposed, and why' }),
    actions: z.array(actionShape),
    approvals: z.array(approvalShape),
    modelCalls: z.array(modelCallShape),
    toolUses: z.array(toolUseShape),
  })
  .openapi('Cycle');

export type CycleSummary = z.input<typeof cycleSummaryShape>;
export type CycleView = z.input<typeof cycleShape>;

export type UrlOf = (cycleId: string) => string;

/**
 * Where a person looks at the workflow: the Web UI beside a Temporal server of this machine. Where the UI of a server
 * elsewhere is, nothing tells, so for those it is the bare path that every Web UI has: `/namespaces/<ns>/workflows/<id>`.
 */
export function temporalUrls(temporal: Config['temporal']): UrlOf {
  const host = temporal.address.replace(/:\d+$/, '');
  const ui = isLoopbackHost(host) ? `http://${host}:${temporal.uiPort}` : '';
  const base = `${ui}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows`;
  return (cycleId) => `${base}/${encodeURIComponent(cycleId)}`;
}

export function toCycleSummary(row: CyclesTable, urlOf: UrlOf): CycleSummary {
  return {
    id: row.id,
    eventId: row.event_id,
    status: row.status,
    outcome: row.outcome,
    subject: row.subject,
    project: row.project,
    source: row.source,
    eventType: row.event_type,
    title: row.title,
    summary: row.summary,
    coalescedInto: row.coalesced_into,
    cost: row.cost_usd,
    temporalUrl: urlOf(row.id),
    receivedAt: row.received_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: row.error,
  };
}

/** A cycle that only the inbox knows so far: accepted, not yet picked up by a worker. */
export function toQueuedSummary(row: WebhookRow, cycleId: string, urlOf: UrlOf): CycleSummary {
  const coalesced = row.coalescedInto !== null;
  return {
    id: cycleId,
    eventId: row.id,
    status: isLost(row)
      ? 'failed'
      : coalesced
        ? 'coalesced'
        : row.status === 'processed'
          ? 'completed'
          : 'queued',
    outcome: null,
    subject: row.subject ?? '',
    project: row.event?.project ?? null,
    source: row.source,
    eventType: row.eventType,
    title: null,
    summary: coalesced ? `answered by ${row.coalescedInto}` : 'accepted, waiting for a worker',
    coalescedInto: row.coalescedInto,
    cost: 0,
    temporalUrl: urlOf(cycleId),
    receivedAt: row.receivedAt,
    startedAt: null,
    endedAt: row.processedAt,
    error: isLost(row) ? row.reason : null,
  };
}

export function toQueuedCycle(summary: CycleSummary): CycleView {
  return {
    ...summary,
    steps: [],
    context: null,
    decision: null,
    actions: [],
    approvals: [],
    modelCalls: [],
    toolUses: [],
  };
}

export function toCycleView(
  detail: CycleDetail,
  parts: {
    readonly context: Buffer | null;
    readonly decision: Record<string, unknown> | null;
    readonly names: Names;
    readonly pausing: Pick<Pausing, 'holds'>;
    /** The decisions that wait for a worker, by approval. */
    readonly waiting: ReadonlyMap<string, OutboxDecision>;
    /** Of the audit log. */
    readonly entries: readonly AuditLogTable[];
  },
  urlOf: UrlOf,
): CycleView {
  return {
    ...toCycleSummary(detail.cycle, urlOf),
    steps: detail.steps.map(toStep),
    context: parts.context === null ? null : jsonObject.parse(JSON.parse(parts.context.toString('utf8'))),
    decision: parts.decision,
    actions: detail.actions.map((row) => toActionView(row, parts.names, parts.pausing)),
    approvals: detail.approvals.map((row) =>
      toApprovalView(row, parts.waiting.get(row.id) ?? null, parts.names),
    ),
    modelCalls: detail.modelCalls.map(toModelCall),
    toolUses: [...toolUsesIn(parts.entries)],
  };
}

function toStep(row: StepsTable) {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    attempt: row.attempt,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    detail: jsonObject.parse(parseJson(row.detail)),
  };
}
