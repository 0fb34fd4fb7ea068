/** The tables of trial runs. No cycle, action or audit entry is touched here. */
import { randomUUID } from 'node:crypto';
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { canonicalJson } from '../domain/canonical-json.js';
import type { TrialResult } from '../domain/trial.js';
import { callColumns } from './call-columns.js';
import {
  ANSWERED_AFTER_ALL,
  beginCall,
  endCall,
  type LostCalls,
  lostColumns,
  takeLost,
} from './calls-under-way.js';
import type { ModelCallRecord } from './model-call-record.js';
import { recordedCycle } from './recorded-cycle.js';
import type { StartedTrial, TrialMirror } from './trials.js';
import { paidCall } from './turn-records.js';
import { keepingAnswers } from './unwritten-answers.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

interface TrialCallRecord extends Omit<ModelCallRecord, 'cycleId'> {
  readonly trialId: string;
  readonly caseId: string;
}

export function createTrialMirror(writing: Writing): TrialMirror {
  const { db } = writing;
  const answers = keepingAnswers<TrialCallRecord>({
    recordModelCall: ({ trialId, caseId, ...call }) => recordCall(writing, trialId, caseId, call),
    paidCall: (id) => paidCall(writing, 'trial_calls', id),
  });
  return {
    decidedCycles: (last) => decidedCycles(writing, last),
    routedCycles: (last) => routedCycles(writing, last),
    recordedCycle: (cycleId) => recordedCycle(writing, cycleId),
    begin: (trial) => begin(writing, trial),
    resultOf: (trialId, caseId) => resultOf(writing, trialId, caseId),
    beginCall: (trialId, caseId, call) =>
      beginCall(writing, { cycle_id: null, trial_id: trialId, case_id: caseId }, call),
    bookLostCalls: (lost) => bookLostCalls(writing, lost),
    recordCall: (trialId, caseId, call) => answers.recordModelCall({ ...call, trialId, caseId }),
    paidCall: (id) => answers.paidCall(id),
    spentSince: async (since) => {
      const row = await db
        .selectFrom('trial_calls')
        .select((eb) => eb.fn.sum<number | null>('cost_usd').as('usd'))
        .where('started_at', '>=', since)
        .executeTakeFirst();
      return row?.usd ?? 0;
    },
    recordResult: async (trialId, result) => {
      await db
        .updateTable('trial_results')
        .set({ result: canonicalJson(result) })
        .where('trial_id', '=', trialId)
        .where('case_id', '=', result.caseId)
        .execute();
    },
    end: async (trialId, error) => {
      await db
        .updateTable('trials')
        .set({ status: error === null ? 'done' : 'failed', error, ended_at: writing.now() })
        .where('id', '=', trialId)
        .where('ended_at', 'is', null)
        .execute();
    },
  };
}

/** What code decided on before the model was asked is no decision of it. */
function decidedCycles(writing: Writing, last: number): Promise<readonly string[]> {
  return newestCycles(writing, last, (eb) => eb.exists(decisionOf(eb)));
}

/** What had an end before any rule looked at it (the agent's own deed, a muted place, a deleted issue) has nothing to be compared. */
function routedCycles(writing: Writing, last: number): Promise<readonly string[]> {
  return newestCycles(writing, last, (eb) => eb.or([eb.exists(decisionOf(eb)), eb.exists(ruledOut(eb))]));
}

type OfCycles = ExpressionBuilder<Writing['db'] extends Kysely<infer D> ? D : never, 'cycles'>;

function decisionOf(eb: OfCycles) {
  return eb
    .selectFrom('audit_log')
    .select('seq')
    .whereRef('audit_log.cycle_id', '=', 'cycles.id')
    .where('audit_log.kind', '=', 'decision.made');
}

function ruledOut(eb: OfCycles) {
  return eb
    .selectFrom('steps')
    .select('steps.id')
    .whereRef('steps.cycle_id', '=', 'cycles.id')
    .where('steps.name', '=', 'gather')
    .where(sql`json_extract(steps.detail, '$.route.to')`, '=', 'nobody');
}

async function newestCycles(
  { db }: Writing,
  last: number,
  those: (eb: OfCycles) => Expression<SqlBool>,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('cycles')
    .select('id')
    .where('context_hash', 'is not', null)
    .where('id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'))
    .where((eb) => those(eb))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(last)
    .execute();
  return rows.map(({ id }) => id);
}

function begin(writing: Writing, trial: StartedTrial): ReturnType<TrialMirror['begin']> {
  return inTransaction(writing, async (trx) => {
    const { trialId, kind, askedBy, model, promptName, promptHash, standIn, cases } = trial;
    await trx
      .insertInto('trials')
      .values({
        id: trialId,
        kind,
        status: 'running',
        asked_by: askedBy,
        model,
        prompt_name: promptName,
        prompt_hash: promptHash,
        stand_in: standIn ? 1 : 0,
        size: cases.length,
        started_at: writing.now(),
        ended_at: null,
        error: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const known = await trx
      .selectFrom('trial_results')
      .select('case_id')
      .where('trial_id', '=', trialId)
      .orderBy('seq')
      .execute();
    if (known.length > 0 || cases.length === 0) {
      return { cases: known.map((row) => row.case_id), promptHash };
    }
    const rows = cases.map((caseId, seq) => ({ trial_id: trialId, case_id: caseId, seq, result: null }));
    await trx.insertInto('trial_results').values(rows).execute();
    return { cases, promptHash };
  });
}

async function resultOf({ db }: Writing, trialId: string, caseId: string): Promise<TrialResult | null> {
  const row = await db
    .selectFrom('trial_results')
    .select('result')
    .where('trial_id', '=', trialId)
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  return (row?.result ?? null) === null ? null : (JSON.parse(row?.result ?? '') as TrialResult);
}

function recordCall(
  writing: Writing,
  trialId: string,
  caseId: string,
  call: Parameters<TrialMirror['recordCall']>[2],
): ReturnType<TrialMirror['recordCall']> {
  return inTransaction(writing, async (trx) => {
    const columns = await callColumns(trx, writing.now(), call);
    const { underWay } = call;
    if (underWay !== undefined && !(await endCall(trx, underWay))) {
      await trx
        .updateTable('trial_calls')
        .set(ANSWERED_AFTER_ALL)
        .where('id', '=', underWay)
        .where('lost', '=', 1)
        .execute();
    }
    await trx
      .insertInto('trial_calls')
      .values({ ...columns, id: await freeId(trx, columns.id), trial_id: trialId, case_id: caseId })
      .execute();
    return { replyHash: columns.reply_hash };
  });
}

/** Two tries that asked the same, because one was taken for dead, were both paid: each answer has its row. */
async function freeId(trx: Trx, id: string): Promise<string> {
  const taken = await trx.selectFrom('trial_calls').select('id').where('id', '=', id).executeTakeFirst();
  return taken === undefined ? id : `${id}.${randomUUID().slice(0, 8)}`;
}

function bookLostCalls(writing: Writing, lost: LostCalls): Promise<void> {
  return takeLost(writing, 'trial_id', lost, async (trx, at, call) => {
    const { trial_id, case_id } = call;
    await trx
      .insertInto('trial_calls')
      .values({ ...lostColumns(call, at), trial_id: trial_id ?? '', case_id: case_id ?? '' })
      .execute();
  });
}
