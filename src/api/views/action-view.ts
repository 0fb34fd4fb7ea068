import { z } from 'zod';
import type { ActionsTable } from '../../audit/schema.js';
import { describeAction } from '../../domain/action.js';
import { AUTONOMY_LEVELS } from '../../domain/autonomy.js';
import { actionOf } from '../click-action.js';
import type { Names } from '../names.js';
import type { Pausing } from '../pausing.js';
import { undoableUntil } from '../undo.js';
import { jsonObject, parseJson, time } from './common.js';

const judgement = {
  question: jsonObject.openapi({ description: 'What the policy was asked: kind, event, team, actor, …' }),
  trace: z.array(
    z.object({
      rule: z.string(),
      fired: z.boolean(),
      why: z.array(z.string()).openapi({ description: 'What of the rule did not hold' }),
    }),
  ),
};

export const actionShape = z
  .object({
    id: z.string(),
    cycleId: z.string(),
    kind: z.string(),
    status: z.string(),
    held: z
      .string()
      .nullable()
      .openapi({ description: 'By which pause it is held back, whatever its status says; null: by none' }),
    target: z.string(),
    what: z.string().openapi({ description: 'In a line, with the names of people' }),
    payload: jsonObject,
    takenOut: z
      .array(z.string())
      .openapi({ description: 'What was taken out of its texts before they were shown and hashed' }),
    hash: z.string().openapi({ description: 'sha256 of the canonical payload: what an approval covers' }),
    verdict: z.enum(['auto', 'ask', 'never']),
    rule: z.string(),
    policyVersion: z.string(),
    risk: z.enum(['G0', 'G1', 'G2', 'G3']),
    request: jsonObject.nullable().openapi({ description: 'Exactly what was, or would have been, sent' }),
    result: jsonObject.nullable(),
    remoteId: z.string().nullable(),
    proposedAt: time,
    intentAt: time.nullable(),
    endedAt: time.nullable(),
    judged: z
      .object({
        ...judgement,
        further: z
          .array(z.object(judgement))
          .optional()
          .openapi({ description: 'The same for each further event whose rule holds too' }),
        edited: z
          .object({
            by: z.string(),
            at: time,
            proposed: z.object({
              rule: z.string(),
              policyVersion: z.string(),
              judgement: z
                .object({ ...judgement, further: z.array(z.object(judgement)).optional() })
                .nullable(),
            }),
          })
          .optional()
          .openapi({
            description:
              'Who wrote what was judged in place of the proposal, and how that was judged; left out: nobody did',
          }),
      })
      .nullable()
      .openapi({
        description:
          'Every rule up to the one that fired for what the payload says now; null where the policy was not asked',
      }),
    autonomy: z
      .object({
        project: z.string(),
        level: z.enum(AUTONOMY_LEVELS),
        policyVerdict: z.enum(['auto', 'ask', 'never']),
      })
      .nullable()
      .openapi({
        description: 'The level that it was judged by, and what the policy alone said; null: by none',
      }),
    undoes: z.string().nullable().openapi({ description: 'The action that this one takes back' }),
    undoableUntil: time
      .nullable()
      .openapi({ description: 'Null where it was not done, or its kind cannot be taken back' }),
  })
  .openapi('Action');

export function toActionView(
  row: ActionsTable,
  names: Names,
  pausing: Pick<Pausing, 'holds'>,
): z.input<typeof actionShape> {
  return {
    id: row.id,
    cycleId: row.cycle_id,
    kind: row.kind,
    status: row.status,
    held: pausing.holds(row),
    target: row.target,
    what: describeAction(actionOf(row), names.jira(row.cycle_id)),
    payload: jsonObject.parse(parseJson(row.payload)),
    takenOut: z.array(z.string()).catch([]).parse(parseJson(row.taken_out)),
    hash: row.hash,
    verdict: row.verdict,
    rule: row.rule,
    policyVersion: row.policy_version,
    risk: row.risk,
    request: objectOrNull(parseJson(row.request)),
    result: objectOrNull(parseJson(row.result)),
    remoteId: row.remote_id,
    proposedAt: row.proposed_at,
    intentAt: row.intent_at,
    endedAt: row.ended_at,
    judged: judgedOf(row),
    autonomy: autonomyOf(row),
    undoes: row.undoes ?? null,
    undoableUntil: row.status === 'executed' ? (undoableUntil(row)?.toISOString() ?? null) : null,
  };
}

function autonomyOf({
  project,
  level,
  policy_verdict,
}: ActionsTable): z.input<typeof actionShape>['autonomy'] {
  return project === null || level === null || policy_verdict === null
    ? null
    : { project, level, policyVerdict: policy_verdict };
}

function judgedOf({ judged }: ActionsTable): z.input<typeof actionShape>['judged'] {
  return actionShape.shape.judged.catch(null).parse(parseJson(judged ?? null));
}

function objectOrNull(value: unknown): Record<string, unknown> | null {
  return value === null || value === undefined ? null : jsonObject.catch({ value }).parse(value);
}
