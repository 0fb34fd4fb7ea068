/** How a trial run of the model looks outside. */
import { z } from 'zod';
import type { TrialsTable } from '../../audit/trial-tables.js';
import { DECISION_CHANGES, GRADES, TRIAL_KINDS, type TrialResult } from '../../domain/trial.js';
import { firstLooksOf } from '../../evaluation/first-looks.js';
import { reportOf } from '../../evaluation/replay-report.js';
import { scoreOf } from '../../evaluation/score.js';
import { listOf, time } from './common.js';

/** Said wherever a score of the stand-in is shown. */
const STAND_IN_NOTE =
  "The sandbox's stand-in answered, not Claude: these figures test the plumbing and say nothing about quality.";

const trialFields = {
  id: z.string(),
  kind: z.enum(TRIAL_KINDS),
  status: z.enum(['running', 'done', 'failed']),
  askedBy: z.string(),
  model: z.string(),
  prompt: z
    .object({ name: z.string(), hash: z.string() })
    .nullable()
    .openapi({ description: "null: the product's own words" }),
  standIn: z.boolean().openapi({ description: 'The sandbox answered: plumbing, never quality' }),
  note: z.string().nullable(),
  cases: z.int(),
  startedAt: time,
  endedAt: time.nullable(),
  error: z.string().nullable(),
};

const proposalShape = z.object({
  kind: z.string(),
  target: z.string(),
  payload: z.unknown(),
  verdict: z.enum(['auto', 'ask', 'never']),
  rule: z.string(),
  risk: z.string(),
  refusal: z.string().nullable(),
});

const sideShape = z
  .object({
    summary: z.string(),
    proposals: z.array(proposalShape),
    failure: z.string().nullable(),
    model: z.string().nullable(),
    prompt: z.string().nullable(),
    calls: z.int(),
    costUsd: z.number(),
    route: z
      .object({ to: z.enum(['skip', 'normal', 'hard']), by: z.enum(['rule', 'model']), why: z.string() })
      .optional()
      .openapi({ description: 'Which way the event went; left out where it is not known' }),
  })
  .openapi('TrialSide');

const caseFields = {
  caseId: z.string(),
  title: z.string(),
  why: z.string().nullable(),
  first: z
    .object({
      by: z.enum(['rule', 'model']),
      route: z.enum(['skip', 'normal', 'hard']),
      why: z.string(),
      costUsd: z.number(),
      dropped: z.boolean(),
    })
    .optional()
    .openapi({
      description:
        'What stands before the model that decides, which was asked all the same; only with `triage`',
    }),
};
const resultShape = z.union([
  z.object({
    kind: z.literal('replay'),
    ...caseFields,
    subject: z.string(),
    eventType: z.string(),
    before: sideShape.nullable(),
    after: sideShape.nullable(),
    change: z.enum(DECISION_CHANGES).nullable(),
  }),
  z.object({
    kind: z.literal('eval'),
    ...caseFields,
    family: z.string(),
    side: sideShape.nullable(),
    grade: z.object({ verdict: z.enum(GRADES), problems: z.array(z.string()) }),
  }),
]);

const totalsShape = z.object({
  skipped: z.int(),
  hard: z.int(),
  costUsd: z.number(),
  calls: z.int(),
  policy: z.object({ auto: z.int(), ask: z.int(), never: z.int(), refused: z.int() }),
});
const replayReportShape = z
  .object({
    cycles: z.int(),
    compared: z.int(),
    counts: z.record(z.enum(DECISION_CHANGES), z.int()),
    undecided: z.int(),
    leftOut: z.int(),
    changed: z.number(),
    nowDecided: z.int().openapi({ description: 'Skipped then, decided now' }),
    nowSkipped: z.int().openapi({ description: 'Decided then, skipped now' }),
    before: totalsShape,
    after: totalsShape,
  })
  .openapi('ReplayReport');

const scoreShape = z.object({
  scenarios: z.int(),
  counts: z.record(z.enum(GRADES), z.int()),
  score: z.number(),
  costUsd: z.number(),
});
const evalReportShape = z
  .object({ total: scoreShape, families: z.record(z.string(), scoreShape) })
  .openapi('EvalReport');

const firstLooksShape = z
  .object({
    cases: z.int(),
    byRule: z.int(),
    skipped: z.int(),
    dropped: z
      .int()
      .openapi({ description: 'Skipped, although the model that decides would have done something' }),
    hard: z.int(),
    costUsd: z.number(),
  })
  .openapi('FirstLooks');

export const trialShape = z
  .object({
    ...trialFields,
    done: z.int().openapi({ description: 'Cases that have their result' }),
    firstLooks: firstLooksShape.nullable(),
    report: z.union([replayReportShape, evalReportShape]),
    results: z.array(resultShape),
  })
  .openapi('Trial');

export const trialListShape = listOf('Trials', z.object(trialFields).openapi('TrialSummary'));

export function toTrialSummary(row: TrialsTable) {
  const { id, kind, status, model, size, error } = row;
  const standIn = row.stand_in === 1;
  const prompt =
    row.prompt_hash === null ? null : { name: row.prompt_name ?? row.prompt_hash, hash: row.prompt_hash };
  return {
    id,
    kind,
    status,
    askedBy: row.asked_by,
    model,
    prompt,
    standIn,
    note: standIn ? STAND_IN_NOTE : null,
    cases: size,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error,
  };
}

export function toTrialView({
  trial,
  results,
}: {
  readonly trial: TrialsTable;
  readonly results: readonly TrialResult[];
}) {
  const report =
    trial.kind === 'replay'
      ? reportOf(results.filter((result) => result.kind === 'replay'))
      : scoreOf(results.filter((result) => result.kind === 'eval'));
  const firstLooks = firstLooksOf(results);
  return { ...toTrialSummary(trial), done: results.length, firstLooks, report, results };
}
