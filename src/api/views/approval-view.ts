import { z } from 'zod';
import type { ApprovalCardsTable, ApprovalsTable } from '../../audit/approval-tables.js';
import { describeAction } from '../../domain/action.js';
import { type Drift, driftSentence } from '../../domain/actions/standing.js';
import {
  APPROVAL_STATUSES,
  type ApprovalState,
  type AskedQuestion,
  type GivenApproval,
  isOpen,
  type Person,
} from '../../domain/approval.js';
import type { OutboxDecision } from '../../domain/outbox-decision.js';
import { ON_EXPIRY } from '../../domain/policy.js';
import { storedCourse } from '../../domain/request-course.js';
import { excludedFrom, storedDeciders } from '../../domain/stored-request.js';
import { actionOf } from '../click-action.js';
import type { Names } from '../names.js';
import { jsonObject, listOf, parseJson, time } from './common.js';

/** A person of pm-agent.yaml; one who was taken out of it has the id for a name. */
const named = z.object({ id: z.string(), name: z.string() });

export const approvalShape = z
  .object({
    id: z.string(),
    cycleId: z.string(),
    actionId: z.string(),
    kind: z.string(),
    target: z.string(),
    what: z.string().openapi({ description: 'In a line, with the names of people' }),
    payload: jsonObject,
    hash: z
      .string()
      .openapi({ description: 'Send it back with the decision: it names exactly what was read' }),
    risk: z.enum(['G0', 'G1', 'G2', 'G3']),
    rule: z.string(),
    nothingSent: z
      .string()
      .nullable()
      .openapi({ description: 'Why an approval of it is recorded and sends nothing; null where it is sent' }),
    approvers: jsonObject.openapi({ description: 'Who the rule names; empty: any operator' }),
    deciders: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'Who may decide, by id; null: any operator' }),
    mayDecide: z
      .array(named)
      .nullable()
      .openapi({ description: 'The same with names, without whoever asked for it; null: any operator' }),
    notBy: z.array(named).openapi({
      description: 'Who may not, because they asked for it; where `mayDecide` is null: anybody but them',
    }),
    needed: z.number().openapi({ description: 'How many different people have to approve' }),
    given: z
      .array(z.object({ by: z.string(), name: z.string(), at: time, note: z.string().nullable() }))
      .openapi({ description: 'Who approved so far what waits now' }),
    questions: z.array(
      z.object({
        question: z.string(),
        by: z.string(),
        name: z.string(),
        at: time,
        answer: z.string().nullable(),
      }),
    ),
    snoozedUntil: time.nullable(),
    drift: z
      .array(z.object({ member: z.string(), was: z.unknown(), is: z.unknown() }))
      .openapi({ description: 'reopened: what changed at the target since it was shown' }),
    changed: z
      .string()
      .nullable()
      .openapi({ description: 'The same as a sentence, with the names of people; null for nothing' }),
    status: z
      .enum(APPROVAL_STATUSES)
      .openapi({ description: 'pending and reopened wait for a decision; the filter pending finds both' }),
    deadline: time,
    onExpiry: z.enum(ON_EXPIRY).openapi({
      description:
        'At the deadline, where nobody decided: nothing, the lead is told, or it is asked once more',
    }),
    remindAfterMs: z.number().nullable().openapi({ description: 'Null: nobody is reminded' }),
    further: z
      .array(z.object({ afterMs: z.number(), people: z.array(named) }))
      .openapi({ description: 'Who may decide too after so long, the soonest first' }),
    askedAt: time,
    drill: z
      .string()
      .nullable()
      .openapi({ description: 'Once it is settled and was a drill: what was wrong with it' }),
    decidedBy: z.string().nullable(),
    decidedByName: z.string().nullable(),
    channel: z.string().nullable(),
    decidedAt: time.nullable(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    recorded: z
      .object({ decision: z.string(), by: z.string(), name: z.string(), at: time })
      .nullable()
      .openapi({ description: 'A decision that waits for a worker to apply it' }),
    cards: z
      .array(
        z.object({
          place: z.string().openapi({ description: 'A Slack channel, or a user who is asked directly' }),
          state: z.enum(['waiting', 'posted', 'ended']),
          channel: z.string().nullable(),
          ts: z.string().nullable(),
          error: z.string().nullable().openapi({ description: 'Why it could not be posted or rewritten' }),
        }),
      )
      .optional()
      .openapi({ description: 'Where it is shown in Slack; only of one request' }),
  })
  .openapi('Approval');

export const approvalListShape = listOf('ApprovalList', approvalShape);
export type ApprovalView = z.input<typeof approvalShape>;

export function toApprovalView(
  row: ApprovalsTable,
  waiting: OutboxDecision | null,
  { people, jira, nothingSent }: Names,
): ApprovalView {
  const nameOf = jira(row.cycle_id);
  const drift = approvalShape.shape.drift.parse(parseJson(row.drift));
  return {
    id: row.id,
    cycleId: row.cycle_id,
    actionId: row.action_id,
    kind: row.kind,
    target: row.target,
    what: describeAction(actionOf(row), nameOf),
    payload: jsonObject.parse(parseJson(row.payload)),
    hash: row.hash,
    risk: row.risk,
    rule: row.rule,
    nothingSent: nothingSent(row),
    approvers: jsonObject.parse(parseJson(row.approvers)),
    deciders: storedDecidersOf(row),
    mayDecide: storedDeciders(row, people)?.map((id) => toNamed(id, people)) ?? null,
    notBy: excludedFrom(row).map((id) => toNamed(id, people)),
    needed: row.needed,
    given: given.parse(parseJson(row.given)).map(toGivenView),
    questions: questions.parse(parseJson(row.questions)).map(toQuestionView),
    snoozedUntil: row.snoozed_until,
    drift,
    changed: drift.length === 0 ? null : driftSentence(drift as Drift[], nameOf),
    status: row.status,
    deadline: row.deadline,
    ...courseView(row, people),
    askedAt: row.asked_at,
    drill: row.drill,
    decidedBy: row.decided_by,
    decidedByName: row.decided_by_name,
    channel: row.channel,
    decidedAt: row.decided_at,
    reason: row.reason,
    note: row.note,
    recorded: waiting === null || !isOpen(row.status) ? null : recordedOf(waiting),
  };
}

export function toCardViews(rows: readonly ApprovalCardsTable[]): NonNullable<ApprovalView['cards']> {
  return rows.map(({ place, channel, ts, error, ended, shown }) => ({
    place,
    state: ended !== null ? 'ended' : shown > 0 ? 'posted' : 'waiting',
    channel,
    ts,
    error: error ?? ended,
  }));
}

/** The row as it stands after a workflow answered; the mirror may be a moment behind. */
export function withState(view: ApprovalView, state: ApprovalState): ApprovalView {
  return {
    ...view,
    hash: state.hash,
    status: state.status,
    needed: state.needed ?? 1,
    given: (state.given ?? []).map(toGivenView),
    questions: (state.questions ?? []).map(toQuestionView),
    snoozedUntil: state.snoozedUntil ?? null,
    drill: state.drill ?? null,
    decidedBy: state.decidedBy?.id ?? null,
    decidedByName: state.decidedBy?.name ?? null,
    channel: state.decidedBy?.channel ?? null,
    decidedAt: state.decidedAt,
    reason: state.reason,
    note: state.note,
    recorded: null,
  };
}

const decider = z.object({ id: z.string(), name: z.string() });
const given = z.array(z.object({ by: decider, at: z.string(), note: z.string().nullable() }));
const questions = z.array(
  z.object({ question: z.string(), by: decider, at: z.string(), answer: z.string().nullable() }),
);

function toGivenView({ by, at, note }: z.output<typeof given>[number] | GivenApproval) {
  return { by: by.id, name: by.name, at, note };
}

function toQuestionView({ question, by, at, answer }: z.output<typeof questions>[number] | AskedQuestion) {
  return { question, by: by.id, name: by.name, at, answer };
}

function courseView(
  row: ApprovalsTable,
  people: readonly Person[],
): Pick<ApprovalView, 'onExpiry' | 'remindAfterMs' | 'further'> {
  const { onExpiry = 'drop', remindAfterMs = null, further = [] } = storedCourse(row);
  return {
    onExpiry,
    remindAfterMs,
    further: further.map(({ afterMs, people: ids }) => ({
      afterMs,
      people: ids.map((id) => toNamed(id, people)),
    })),
  };
}

function toNamed(id: string, people: readonly Person[]): z.output<typeof named> {
  return { id, name: people.find((person) => person.id === id)?.name ?? id };
}

/** Null too in rows from before they were kept: `approvers` says it there. */
function storedDecidersOf(row: ApprovalsTable): string[] | null {
  return row.deciders === null ? null : z.array(z.string()).nullable().parse(parseJson(row.deciders));
}

const outboxInput = z.object({ decision: z.string(), by: z.object({ id: z.string(), name: z.string() }) });

function recordedOf(waiting: OutboxDecision) {
  const { decision, by } = outboxInput.parse(JSON.parse(waiting.input));
  return { decision, by: by.id, name: by.name, at: waiting.createdAt };
}
